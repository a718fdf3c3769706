// Metrics that are means over all numbers of all samples (of a sequence with a mask, of its real steps): each compares y[i] with t[i], in
// whatever order they are stored.

import { countSteps } from '../ops/index.ts';
import { checkKnown, checkNumber, sameShape, showShape, type Tensor } from '../tensor/index.ts';
import { type Metric, type MetricConfig, meanMetric } from './metric.ts';

function elementWise(config: MetricConfig, measure: (t: number, y: number) => number): Metric {
  const { name } = config;
  return meanMetric(
    name,
    (target: Tensor, prediction: Tensor) => {
      if (!sameShape(target.shape, prediction.shape)) {
        const shapes = `${showShape(target.shape)} and ${showShape(prediction.shape)}`;
        throw new Error(`${name}: expected targets and predictions of one shape, got ${shapes}.`);
      }
      const t = target.view;
      const y = prediction.view;
      const { mask, pixels, channels, features, batch } = prediction;
      const steps = mask?.view;
      let sum = 0;
      for (const { first, samples, width } of batch.slabs) {
        for (let f = 0; f < features; f++) {
          const row = first * features + f * width;
          const step = first * pixels + (f % pixels) * width;
          for (let j = 0; j < samples; j++) if (steps?.[step + j] !== 0) sum += measure(t[row + j], y[row + j]);
        }
      }
      return { sum, count: mask ? channels * countSteps(mask) : features * batch.size };
    },
    config,
  );
}

/**
 * How often a prediction lies on its 0-or-1 target's side of `threshold`, default 0.5 (0 for logits); both of one shape, any. Keras:
 * `BinaryAccuracy`.
 */
export function binaryAccuracy(options: { threshold?: number } = {}): Metric {
  checkKnown('binaryAccuracy', options, ['threshold']);
  const { threshold = 0.5 } = options;
  checkNumber('binaryAccuracy', { threshold }, 'a finite number');
  return elementWise({ name: 'binaryAccuracy', threshold }, (t, y) => (t === (y > threshold ? 1 : 0) ? 1 : 0));
}

/** The mean of |y − t| over all elements; both of one shape, any. Keras: `MeanAbsoluteError`. */
export const meanAbsoluteErrorMetric = (): Metric =>
  elementWise({ name: 'meanAbsoluteError' }, (t, y) => Math.abs(y - t));

/** The mean of (y − t)² over all elements; both of one shape, any. Keras: `MeanSquaredError`. */
export const meanSquaredErrorMetric = (): Metric =>
  elementWise({ name: 'meanSquaredError' }, (t, y) => (y - t) * (y - t));
