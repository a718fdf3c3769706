// Metrics that are means over all numbers of all samples: each compares y[i] with t[i], in whatever order they are stored.

import { sameShape, showShape, type Tensor } from '../tensor/index.ts';
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
      let sum = 0;
      for (const { first, samples, width } of prediction.batch.slabs) {
        const start = first * prediction.features;
        for (let row = start; row < start + prediction.features * width; row += width) {
          for (let i = row; i < row + samples; i++) sum += measure(t[i], y[i]);
        }
      }
      return { sum, count: prediction.features * prediction.batch.size };
    },
    config,
  );
}

/** How often a prediction lies on its 0-or-1 target's side of `threshold`; default 0.5, use 0 for logits. */
export const binaryAccuracy = ({ threshold = 0.5 }: { threshold?: number } = {}): Metric =>
  elementWise({ name: 'binaryAccuracy', threshold }, (t, y) => (t === (y > threshold ? 1 : 0) ? 1 : 0));

/** The mean of |y − t|. */
export const meanAbsoluteError = (): Metric => elementWise({ name: 'meanAbsoluteError' }, (t, y) => Math.abs(y - t));

/** The mean of (y − t)². */
export const meanSquaredErrorMetric = (): Metric =>
  elementWise({ name: 'meanSquaredError' }, (t, y) => (y - t) * (y - t));
