// Metrics, by their Keras names.

import { named, type Shape, showChoice } from '../tensor/index.ts';
import {
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from './accuracy.ts';
import { binaryAccuracy, meanAbsoluteErrorMetric, meanSquaredErrorMetric } from './element-wise.ts';
import { meanIoU } from './mean-iou.ts';
import { customMetric, type Metric, type MetricConfig, type MetricFunction } from './metric.ts';

export {
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from './accuracy.ts';
export { binaryAccuracy, meanAbsoluteErrorMetric, meanSquaredErrorMetric } from './element-wise.ts';
export { intersectionOverUnion, meanIoU, meanOfClasses } from './mean-iou.ts';
export { customMetric, type Metric, type MetricConfig, type MetricFunction } from './metric.ts';

const metrics = {
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  binaryAccuracy,
  topKCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  meanAbsoluteError: meanAbsoluteErrorMetric,
  mae: meanAbsoluteErrorMetric,
  meanSquaredError: meanSquaredErrorMetric,
  mse: meanSquaredErrorMetric,
  meanIoU,
} satisfies Record<string, (options: { k?: number; threshold?: number }) => Metric>;

/** The names of the built-in metrics; 'accuracy' (or 'acc') stands for the one that fits the loss and the shapes. */
export type MetricName = keyof typeof metrics | 'accuracy' | 'acc';

/** A built-in metric by name, a function of targets and predictions, or a metric. */
export type MetricChoice = MetricName | MetricFunction | Metric;

/** What a metric will measure. */
export interface Measured {
  readonly target: Shape;
  readonly prediction: Shape;
  /** Whether predictions are scores before softmax or sigmoid. */
  readonly fromLogits?: boolean;
}

/**
 * The metric of a choice, or of what `config()` gave; in logs it has the name it was chosen by.
 * @throws when no metric has that name.
 */
export function metricOf(choice: MetricChoice | MetricConfig, measured: Measured): Metric {
  if (typeof choice === 'function') return customMetric(choice);
  if (typeof choice === 'object' && choice && 'update' in choice) return choice;
  const { name, options } = named(choice);
  if (name === 'accuracy' || name === 'acc') return { ...accuracyFor(measured), name, config: () => ({ name }) };
  const make = Object.hasOwn(metrics, name) ? metrics[name as keyof typeof metrics] : undefined;
  if (!make) {
    const known = ['accuracy', ...Object.keys(metrics)].join(', ');
    throw new Error(`Unknown metric ${showChoice(choice)}: expected one of ${known}, a function, or a metric object.`);
  }
  return { ...make(options), name, config: () => ({ name, ...options }) };
}

/** The choice Keras makes: yes or no for a single output, labels for targets with one number a sample, classes otherwise. */
function accuracyFor({ target, prediction, fromLogits }: Measured): Metric {
  if (prediction[prediction.length - 1] === 1) return binaryAccuracy({ threshold: fromLogits ? 0 : 0.5 });
  return target[target.length - 1] === 1 ? sparseCategoricalAccuracy() : categoricalAccuracy();
}
