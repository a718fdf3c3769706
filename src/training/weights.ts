// How much each sample, step or pixel counts in the loss: as the user says, or as its class does. Checked once; a batch's weights are
// gathered as its targets are.
//
// As in Keras the divisor is the number of samples (of steps, of pixels), whatever the weights: Σ weight·loss / count. PyTorch's
// `weight=` of a loss divides by Σ weight instead: scale the weights to a mean of 1 to have the same size of step.

import { type ArrayInput, showShape, sizeOf, toNumbers } from '../tensor/index.ts';
import { type ClassWeight, weightsOfClasses } from './class-weights.ts';
import type { Compiled, Output } from './compiled.ts';
import { Samples } from './samples.ts';

/**
 * A finite number from 0 for each sample, `[samples]`; or for each step or pixel of the predictions, `[samples, steps]`,
 * `[samples, rows, columns]`. For several outputs a list of such arrays, or one that serves them all.
 */
export type SampleWeight = ArrayInput | readonly ArrayInput[];

/** How samples are weighed in training; one or the other, as in Keras. */
export interface WeightOptions {
  /**
   * How much each sample counts in the loss; default 1. The loss of a batch is Σ weight·loss / samples, as in Keras: not divided by
   * the sum of the weights, which PyTorch's weighted losses do. Penalties and metrics are not weighted. A validationSplit is weighed too.
   */
  sampleWeight?: SampleWeight;
  /**
   * How much the samples of each class count: `{ 0: 1, 1: 5 }`, where classes left out weigh 1, or a list of all. For one output, whose
   * targets are labels or one-hot; of labels for steps or pixels each counts as its class does. Validation is not weighed by it. Keras:
   * `class_weight`.
   */
  classWeight?: ClassWeight;
}

/**
 * The weights of `targets.count` samples; nothing when all are 1.
 * @throws when both are given, their number is another, one is negative or not finite, a loss cannot take them, targets are no classes.
 */
export function weightsOf(
  compiled: Compiled,
  { sampleWeight, classWeight }: WeightOptions,
  targets: Samples,
  model: string,
  argument: string,
): Samples | undefined {
  if (sampleWeight === undefined && classWeight === undefined) return undefined;
  if (sampleWeight !== undefined && classWeight !== undefined) {
    throw new Error(`${model}: expected sampleWeight or classWeight, got both: multiply them into one sampleWeight.`);
  }
  const { outputs } = compiled;
  const name = `${model}: ${sampleWeight === undefined ? 'classWeight' : argument}`;
  const given =
    sampleWeight === undefined
      ? [weightsOfClasses(classWeight as ClassWeight, outputs, targets, name)]
      : listOf(sampleWeight, outputs.length, name);
  const weights = outputs.map((output, i) => checked(given[i], output, targets.count, compiled.argumentOf(i, name)));
  if (weights.every(({ data }) => data.every((weight) => weight === 1))) return undefined;
  return Samples.ofChecked(weights, targets.count);
}

/** An array of weights for each output. */
function listOf(given: SampleWeight, outputs: number, name: string): readonly ArrayInput[] {
  const isList = outputs > 1 && Array.isArray(given) && typeof given[0] !== 'number';
  if (!isList) return Array.from({ length: outputs }, () => given as ArrayInput);
  if (given.length === outputs) return given as readonly ArrayInput[];
  throw new Error(
    `${name}: expected an array of weights, or a list of ${outputs}, one for each output, got ${given.length}.`,
  );
}

function checked(input: ArrayInput, { loss, shape }: Output, count: number, name: string) {
  if (!loss.weightShape) {
    throw new Error(`${name}: the loss '${loss.name}' takes no weights: use customLoss(), or give it a weightShape().`);
  }
  const { data, shape: given } = toNumbers(input, name);
  const finest = loss.weightShape(shape);
  const isFinest = data.length === count * sizeOf(finest);
  const isShaped = !given || (given[0] === count && sizeOf(given) === data.length);
  if (!(isShaped && (isFinest || data.length === count))) {
    const others = sizeOf(finest) > 1 ? ` or ${showShape([count, ...finest.slice(0, -1)])}` : '';
    throw new Error(
      `${name}: expected a weight for each sample, ${showShape([count])}${others}, got ${given ? showShape(given) : `${data.length} numbers`}.`,
    );
  }
  const weights = Float32Array.from(data);
  const wrong = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (wrong < 0) return { data: weights, shape: isFinest ? finest : [1] };
  throw new RangeError(
    `${name}: expected finite weights from 0, got ${data[wrong]} at position ${wrong}; 0 leaves a sample out.`,
  );
}
