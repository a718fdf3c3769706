// What a job of the sweep does. The recipe is one for all jobs: Adam at 1e-3 before pruning; from there on Adam afresh, its rate falling
// in a line to a twentieth. Gradual pruning goes along a cubic (Zhu and Gupta 2017) in 20 steps over the first three fifths of fine-tuning.

import {
  adam,
  type Callback,
  type Criterion,
  conv2d,
  dense,
  erdosRenyi,
  fisher,
  flatten,
  global,
  input,
  type Layer,
  lamp,
  layerwise,
  type Model,
  magnitude,
  maxPooling2d,
  polynomialDecay,
  prune,
  pruning,
  random,
  type Scope,
  sequential,
  snip,
  sparsity,
  synflow,
  takeSplit,
  taylor,
  uniform,
  wanda,
} from '../index.ts';
import { type Digits, identityOf } from './digits.ts';
import { denseKeyOf, type SweepJob, type SweepResult } from './sweep-job.ts';

const rate = 1e-3;
const leastShare = 0.05;
const rampShare = 0.6;
const rampSteps = 20;
/** Images that criteria look at; squared gradients take a backward pass for each. */
const looked = 256;

const criteria: Record<SweepJob['criterion'], Criterion> = {
  magnitude,
  lamp,
  wanda,
  taylor,
  fisher,
  snip,
  synflow,
  random,
};
const scopes: Record<SweepJob['scope'], Scope> = { global, layerwise, uniform, erdosRenyi };

const logits = () => dense({ units: 10, activation: 'softmax' });
const layersOf: Record<SweepJob['network'], () => Layer[]> = {
  /** 784–300–100–10, 266,200 kernel weights. (LeCun et al. 1998) */
  'lenet-300-100': () => [
    flatten(),
    dense({ units: 300, activation: 'relu' }),
    dense({ units: 100, activation: 'relu' }),
    logits(),
  ],
  /** 20 and 50 filters of 5×5, pooled, 500 units: 430,500 kernel weights. Caffe's LeNet, with ReLU after the convolutions as pruning papers have it. */
  'lenet-5-caffe': () => [
    conv2d({ filters: 20, kernelSize: 5, activation: 'relu' }),
    maxPooling2d(),
    conv2d({ filters: 50, kernelSize: 5, activation: 'relu' }),
    maxPooling2d(),
    flatten(),
    dense({ units: 500, activation: 'relu' }),
    logits(),
  ],
};

/** Does jobs one after another; the dense network of the last job is kept for the next that begins with the same. */
export function sweepTrainer(digits: Digits) {
  const dataset = identityOf(digits);
  let last: { key: string; weights: ReturnType<Model['getWeights']>; accuracy: number } | undefined;

  const denseOf = async (job: SweepJob) => {
    const key = denseKeyOf(job);
    if (last?.key === key) return last;
    const model = networkOf(job, digits);
    await train(model, job, digits, job.denseEpochs, []);
    last = { key, weights: model.getWeights(), accuracy: accuracyOf(model, digits) };
    model.dispose();
    return last;
  };

  return async (job: SweepJob): Promise<SweepResult> => {
    const start = performance.now();
    const { weights, accuracy: denseAccuracy } = await denseOf(job);
    const model = networkOf(job, digits);
    model.setWeights(weights);
    const steps = job.tuneEpochs * Math.ceil(imagesOf(job, digits).count / job.batchSize);
    await train(model, job, digits, job.tuneEpochs, [...begin(model, job, digits, steps), falling(model, steps)]);
    const { weights: all, kept } = sparsity(model);
    const accuracy = accuracyOf(model, digits);
    model.dispose();
    const seconds = Number(((performance.now() - start) / 1000).toFixed(1));
    return { ...job, dataset, weights: all, kept, denseAccuracy, accuracy, seconds };
  };
}

function networkOf({ network, seed }: SweepJob, { train }: Digits): Model {
  const model = sequential([input({ shape: [...train.shape] }), ...layersOf[network]()], { name: network, seed });
  model.compile({
    optimizer: adam({ learningRate: rate }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  return model;
}

const imagesOf = ({ images }: SweepJob, { train }: Digits) => takeSplit(train, 0, images);

async function train(
  model: Model,
  job: SweepJob,
  digits: Digits,
  epochs: number,
  callbacks: Callback[],
): Promise<void> {
  const { images, labels } = imagesOf(job, digits);
  await model.fit(images, labels, { epochs, batchSize: job.batchSize, callbacks });
}

/** Prunes now, or gives the callback that does. */
function begin(model: Model, job: SweepJob, digits: Digits, steps: number): Callback[] {
  const { images, labels } = takeSplit(imagesOf(job, digits), 0, Math.min(looked, imagesOf(job, digits).count));
  const options = {
    criterion: criteria[job.criterion],
    scope: scopes[job.scope],
    data: { x: images, y: labels, batchSize: 64 },
    seed: job.seed,
  };
  if (job.schedule === 'oneShot') {
    prune(model, { ...options, amount: job.sparsity });
    return [];
  }
  const endStep = Math.max(1, Math.floor(rampShare * steps));
  const frequency = Math.max(1, Math.floor(endStep / rampSteps));
  const ramp = { initialSparsity: 0, finalSparsity: job.sparsity, beginStep: 0, endStep, frequency };
  return [pruning({ ...options, schedule: polynomialDecay(ramp) })];
}

/** The rate falls in a line over `steps` updates. */
function falling(model: Model, steps: number): Callback {
  let step = 0;
  return {
    onTrainBatchBegin() {
      model.optimizer.learningRate = rate * (1 - (1 - leastShare) * (step++ / steps));
    },
  };
}

const accuracyOf = (model: Model, { test }: Digits): number =>
  model.evaluate(test.images, test.labels, { batchSize: 64 }).accuracy;
