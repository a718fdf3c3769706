// A loss of the user's own: two functions of one sample, on plain arrays. The batch's value is the mean over its samples.

import { checkKnown, type Shape, showValue, Tensor } from '../tensor/index.ts';
import type { Loss } from './loss.ts';

/** What {@link customLoss} takes. */
export interface CustomLossOptions {
  /** For messages and the names of figures. */
  name: string;
  /** The loss of one sample; both arrays are in Keras order, channels last. */
  value(yTrue: Float32Array, yPred: Float32Array): number;
  /** ∂value/∂yPred: as many numbers as `yPred` has. */
  gradient(yTrue: Float32Array, yPred: Float32Array): ArrayLike<number>;
  /** The shape of a target for predictions of this shape; default the same shape. */
  targetShape?(prediction: Shape): Shape;
}

/**
 * A loss from functions of one sample. The arrays handed to them are good for the call only. Of a sequence with a mask they hold the real
 * steps alone (`yTrue` too, where targets have as many steps), and a sample without any does not count.
 * @throws in training, when `gradient` gives another number of numbers than `yPred` has.
 */
export function customLoss(options: CustomLossOptions): Loss {
  checkKnown('customLoss', options, ['name', 'value', 'gradient', 'targetShape']);
  const { name, value, gradient, targetShape = (shape) => shape } = options;
  if (typeof value !== 'function' || typeof gradient !== 'function') {
    throw new TypeError(
      `customLoss: expected value and gradient to be functions, got ${showValue(value)} and ${showValue(gradient)}.`,
    );
  }
  function evaluate(target: Tensor, prediction: Tensor, weights?: Tensor, slopes?: Float32Array): number {
    const yTrue = target.toArray();
    const yPred = prediction.toArray();
    const shares = weights?.toArray();
    const steps = prediction.mask?.toArray();
    const { size } = prediction.batch;
    const { features } = prediction;
    const time = prediction.shape[0];
    const realOf = (i: number) => steps?.subarray(i * time, (i + 1) * time);
    const samples = Array.from({ length: size }, (_, i) => i).filter((i) => realOf(i)?.includes(1) ?? true);
    let sum = 0;
    for (const i of samples) {
      const real = realOf(i);
      const wholeTrue = yTrue.subarray(i * target.features, (i + 1) * target.features);
      const sampleTrue = target.shape[0] === time ? realSteps(wholeTrue, real) : wholeTrue;
      const samplePred = realSteps(yPred.subarray(i * features, (i + 1) * features), real);
      const share = shares?.[i] ?? 1;
      sum += share * value(sampleTrue, samplePred);
      if (!slopes) continue;
      const slope = gradient(sampleTrue, samplePred);
      if (slope.length !== samplePred.length) {
        throw new Error(
          `${name}: expected gradient() to give ${samplePred.length} numbers, as many as yPred, got ${slope.length}.`,
        );
      }
      for (let f = 0, at = 0; f < features; f++) {
        if (isReal(real, f, features)) slopes[i * features + f] = (share * slope[at++]) / samples.length;
      }
    }
    return samples.length > 0 ? sum / samples.length : 0;
  }

  return {
    name,
    targetShape,
    weightShape: () => [1],
    value: (target, prediction, weights) => evaluate(target, prediction, weights),
    evaluate(target, prediction, weights) {
      const slopes = new Float32Array(prediction.features * prediction.batch.size);
      const mean = evaluate(target, prediction, weights, slopes);
      return { value: mean, gradient: Tensor.from(slopes, prediction.shape, prediction.batch) };
    },
  };
}

/** Whether number f of a sample's `features` stands in a step that is real. */
const isReal = (real: Float32Array | undefined, f: number, features: number): boolean =>
  !real || real[Math.floor(f / (features / real.length))] > 0;

const realSteps = (sample: Float32Array, real: Float32Array | undefined): Float32Array =>
  real ? sample.filter((_, f) => isReal(real, f, sample.length)) : sample;
