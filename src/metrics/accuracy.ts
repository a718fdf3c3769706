// Accuracies over the last axis.

import { countSteps } from '../ops/index.ts';
import { checkKnown, checkWhole, type Tensor } from '../tensor/index.ts';
import { type Column, forEachColumn, labelOf, oneHotOf, predictedOf } from './columns.ts';
import { type Metric, meanMetric } from './metric.ts';

/** Counts the columns that are right, of all that there are. */
function countRight(target: Tensor, prediction: Tensor, isRight: (column: Column) => boolean) {
  const { pixels, batch, mask } = prediction;
  let sum = 0;
  forEachColumn(target, prediction, (column) => {
    if (isRight(column)) sum++;
  });
  return { sum, count: mask ? countSteps(mask) : batch.size * pixels };
}

/** How many classes are predicted above class `c`; classes that tie with it are not. */
function above({ prediction, from, pitch, classes }: Column, c: number): number {
  let count = 0;
  for (let other = 0; other < classes; other++) {
    if (prediction[from + other * pitch] > prediction[from + c * pitch]) count++;
  }
  return count;
}

const categorical = (name: string, truth: (column: Column) => number) => (): Metric =>
  meanMetric(
    name,
    (target, prediction) => countRight(target, prediction, (column) => predictedOf(column) === truth(column)),
    { name },
  );

const topK =
  (name: string, truth: (column: Column) => number) =>
  (options: { k?: number } = {}): Metric => {
    checkKnown(name, options, ['k']);
    const { k = 5 } = options;
    checkWhole(name, { k }, 1);
    return meanMetric(
      name,
      (target, prediction) => countRight(target, prediction, (column) => above(column, truth(column)) < k),
      { name, k },
    );
  };

/** How often the largest prediction stands where the one-hot target is largest, both `[.., classes]`. Keras: `CategoricalAccuracy`. */
export const categoricalAccuracy = categorical('categoricalAccuracy', oneHotOf);

/** How often the largest of predictions `[.., classes]` is the label's, one label a sample, pixel or step. Keras: `SparseCategoricalAccuracy`. */
export const sparseCategoricalAccuracy = categorical('sparseCategoricalAccuracy', labelOf);

/**
 * How often the one-hot target's class is among the k largest predictions (ties count), both `[.., classes]`; default k 5. Keras:
 * `TopKCategoricalAccuracy`.
 */
export const topKCategoricalAccuracy = topK('topKCategoricalAccuracy', oneHotOf);

/**
 * How often the label is among the k largest of predictions `[.., classes]` (ties count); default k 5. Keras:
 * `SparseTopKCategoricalAccuracy`.
 */
export const sparseTopKCategoricalAccuracy = topK('sparseTopKCategoricalAccuracy', labelOf);
