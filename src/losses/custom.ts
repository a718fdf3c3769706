// A loss of the user's own: two functions of one sample, on plain arrays. The batch's value is the mean over its samples.

import { type Shape, Tensor } from '../tensor/index.ts';
import type { Loss } from './loss.ts';

/** What {@link customLoss} takes. */
export interface CustomLossOptions {
  name: string;
  /** The loss of one sample; both arrays are in Keras order, channels last. */
  value(yTrue: Float32Array, yPred: Float32Array): number;
  /** ∂value/∂yPred: as many numbers as `yPred` has. */
  gradient(yTrue: Float32Array, yPred: Float32Array): ArrayLike<number>;
  /** The shape of a target for predictions of this shape; default the same shape. */
  targetShape?(prediction: Shape): Shape;
}

/**
 * A loss from functions of one sample. The arrays handed to them are good for the call only.
 * @throws in training, when `gradient` gives another number of numbers than `yPred` has.
 */
export function customLoss({ name, value, gradient, targetShape = (shape) => shape }: CustomLossOptions): Loss {
  function evaluate(target: Tensor, prediction: Tensor, weights?: Tensor, slopes?: Float32Array): number {
    const yTrue = target.toArray();
    const yPred = prediction.toArray();
    const shares = weights?.toArray();
    const count = prediction.batch.size;
    const { features } = prediction;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const sampleTrue = yTrue.subarray(i * target.features, (i + 1) * target.features);
      const samplePred = yPred.subarray(i * features, (i + 1) * features);
      const share = shares?.[i] ?? 1;
      sum += share * value(sampleTrue, samplePred);
      if (!slopes) continue;
      const slope = gradient(sampleTrue, samplePred);
      if (slope.length !== features) {
        throw new Error(
          `${name}: expected gradient() to give ${features} numbers, as many as yPred, got ${slope.length}.`,
        );
      }
      for (let f = 0; f < features; f++) slopes[i * features + f] = (share * slope[f]) / count;
    }
    return sum / count;
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
