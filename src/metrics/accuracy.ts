// Accuracies over the last axis. A prediction [.., classes] is stored [class][row][column][width]: the classes of one sample's pixel
// stand `pitch` = pixels·width apart, and that pixel's label at the same place in a panel of one row.

import { countSteps } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { type Metric, meanMetric } from './metric.ts';

/** The classes of one pixel of one sample: numbers at `from`, `from + pitch`, … */
interface Column {
  readonly prediction: Float32Array;
  readonly target: Float32Array;
  /** Of the first class in `prediction`. */
  readonly from: number;
  readonly pitch: number;
  readonly classes: number;
  /** Of the label, or of the first class, in `target`. */
  readonly label: number;
}

/** Counts the columns of true samples that are right; of a sequence with a mask, its real steps only. */
function countRight(target: Tensor, prediction: Tensor, isRight: (column: Column) => boolean) {
  const { pixels, channels: classes, batch } = prediction;
  const views = { prediction: prediction.view, target: target.view };
  const mask = prediction.mask?.view;
  let sum = 0;
  for (const { first, samples, width } of batch.slabs) {
    const pitch = pixels * width;
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let j = 0; j < samples; j++) {
        const place = pixel * width + j;
        if (mask?.[first * pixels + place] === 0) continue;
        const from = first * prediction.features + place;
        if (isRight({ ...views, from, pitch, classes, label: first * target.features + place })) sum++;
      }
    }
  }
  return { sum, count: prediction.mask ? countSteps(prediction.mask) : batch.size * pixels };
}

/** The first class with the largest number. */
function argmax(view: Float32Array, from: number, pitch: number, classes: number): number {
  let best = 0;
  for (let c = 1; c < classes; c++) if (view[from + c * pitch] > view[from + best * pitch]) best = c;
  return best;
}

/** How many classes are predicted above class `c`; classes that tie with it are not. */
function above({ prediction, from, pitch, classes }: Column, c: number): number {
  let count = 0;
  for (let other = 0; other < classes; other++) {
    if (prediction[from + other * pitch] > prediction[from + c * pitch]) count++;
  }
  return count;
}

const labelOf = ({ target, label }: Column) => target[label];
const oneHotOf = ({ target, label, pitch, classes }: Column) => argmax(target, label, pitch, classes);

const categorical = (name: string, truth: (column: Column) => number) => (): Metric =>
  meanMetric(
    name,
    (target, prediction) =>
      countRight(target, prediction, (column) => {
        const { prediction: view, from, pitch, classes } = column;
        return argmax(view, from, pitch, classes) === truth(column);
      }),
    { name },
  );

const topK =
  (name: string, truth: (column: Column) => number) =>
  ({ k = 5 }: { k?: number } = {}): Metric => {
    if (!(Number.isInteger(k) && k > 0))
      throw new RangeError(`${name}: expected k to be a whole number from 1, got ${k}.`);
    return meanMetric(
      name,
      (target, prediction) => countRight(target, prediction, (column) => above(column, truth(column)) < k),
      { name, k },
    );
  };

/** How often the largest prediction stands where the one-hot target is largest. */
export const categoricalAccuracy = categorical('categoricalAccuracy', oneHotOf);

/** How often the largest prediction is the label's. */
export const sparseCategoricalAccuracy = categorical('sparseCategoricalAccuracy', labelOf);

/** How often the one-hot target's class is among the k largest predictions (ties count); default k 5. */
export const topKCategoricalAccuracy = topK('topKCategoricalAccuracy', oneHotOf);

/** How often the label is among the k largest predictions (ties count); default k 5. */
export const sparseTopKCategoricalAccuracy = topK('sparseTopKCategoricalAccuracy', labelOf);
