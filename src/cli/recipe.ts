// What the demo trains, and how. The numbers were chosen on the validation split, once, for generated digits and MNIST alike.

import {
  adam,
  bounded,
  type Callback,
  type Criterion,
  conv2d,
  dense,
  flatten,
  global,
  input,
  type Model,
  maxPooling2d,
  type NdArray,
  polynomialDecay,
  prune,
  pruning,
  type Regularizer,
  type Scope,
  sequential,
} from '../index.ts';
import { log } from '../tensor/math.ts';

export const batchSize = 64;
const learningRate = 1e-3;
/** Fine-tuning begins at twice the rate: what is pruned needs way to make. */
const tuningRate = 2e-3;
/** What is left of either at the end. */
const leastShare = 0.05;

/**
 * λ of the proximal L1 step, 0.14 for the built-in digits and 0.06 for MNIST: a weight that the loss does not hold goes λ·rate
 * towards zero at every update, so that the more updates there are the less it takes.
 */
export const lambda = (updates: number): number => Math.min(0.15, 4.4 / Math.sqrt(updates));

/** Mean −ln of the probability that the label was given: the loss without penalties. */
function crossEntropy({ data: labels }: NdArray, { data, shape }: NdArray): number {
  const classes = shape[1];
  let sum = 0;
  for (let i = 0; i < shape[0]; i++) sum -= log(Math.max(data[i * classes + labels[i]], 1e-7));
  return sum / shape[0];
}

/**
 * All weights in one ranking, but the second convolution, nine tenths of the work, loses no smaller share than the whole network:
 * without that, the ranking takes from the large dense layer, where a weight is used once for an image and not 121 times.
 */
const where: Scope = (targets, amount) =>
  bounded(global, { conv2d_1: { floor: typeof amount === 'number' ? amount : 0 } })(targets, amount);

/** The article's network: 121,760 kernel weights and 170 biases. The same seed gives the same start. */
export function network(seed: number, kernelRegularizer?: Regularizer): Model {
  const model = sequential(
    [
      input({ shape: [28, 28, 1] }),
      conv2d({ filters: 32, kernelSize: 3, activation: 'relu', kernelRegularizer }),
      maxPooling2d(),
      conv2d({ filters: 64, kernelSize: 3, activation: 'relu', kernelRegularizer }),
      maxPooling2d(),
      flatten(),
      dense({ units: 64, activation: 'relu', kernelRegularizer }),
      dense({ units: 10, activation: 'softmax', kernelRegularizer }),
    ],
    { name: 'digits', seed },
  );
  model.compile({
    optimizer: adam({ learningRate }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy', crossEntropy],
  });
  return model;
}

/** The epoch after which the pruned networks leave the others: half of the way. */
export const branchEpoch = (epochs: number): number => Math.floor(epochs / 2);

/** The learning rate of training stays until the branch and falls in a line from there to the end; that of fine-tuning falls alike. */
export function rateOf(phase: 'training' | 'fine-tuning', epochs: number): Callback {
  const highest = phase === 'training' ? learningRate : tuningRate;
  const branch = branchEpoch(epochs);
  let model: Model | undefined;
  let steps = 1;
  let now = 0;
  return {
    setModel(next) {
      model = next;
    },
    setParameters(parameters) {
      steps = parameters.steps;
    },
    onEpochBegin(epoch) {
      now = epoch;
    },
    onTrainBatchBegin(batch) {
      const past = Math.max(0, now + batch / steps - branch) / (epochs - branch);
      if (model) model.optimizer.learningRate = highest * (1 - (1 - leastShare) * past);
    },
  };
}

/** Prunes now, by magnitude if nothing else is said. */
export function pruneTo(model: Model, sparsity: number, criterion?: Criterion): void {
  prune(model, { scope: where, criterion, amount: sparsity, seed: 1, allowEmpty: true });
}

/** Prunes by magnitude from one sparsity to the other in the first half of `steps` updates; the rest is fine-tuning. */
export function pruningBetween(from: number, to: number, steps: number): Callback {
  const endStep = Math.max(1, Math.floor(steps / 2));
  const frequency = Math.max(1, Math.floor(endStep / 12));
  const schedule = polynomialDecay({ initialSparsity: from, finalSparsity: to, beginStep: 0, endStep, frequency });
  return pruning({ scope: where, schedule, allowEmpty: true });
}
