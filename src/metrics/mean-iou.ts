// Mean intersection over union: of each class, the columns that are it and are predicted to be it, in parts of those that are either;
// the mean over the classes that occur. Keras: `MeanIoU`.
//
//   confusion[t][p] columns of class t predicted as p      IoU c = confusion[c][c] / (Σ confusion[c][·] + Σ confusion[·][c] − confusion[c][c])

import { forEachColumn, labelOf, oneHotOf, predictedOf } from './columns.ts';
import type { Metric } from './metric.ts';

/** Intersection over union of each class, from counts `[classes of the targets, classes predicted]`; NaN where neither occurs. */
export function intersectionOverUnion(confusion: ArrayLike<number>): number[] {
  const classes = Math.sqrt(confusion.length);
  if (!Number.isInteger(classes)) {
    throw new Error(`intersectionOverUnion: expected counts of classes by classes, got ${confusion.length}.`);
  }
  return Array.from({ length: classes }, (_, c) => {
    let union = -confusion[c * classes + c];
    for (let other = 0; other < classes; other++) {
      union += confusion[c * classes + other] + confusion[other * classes + c];
    }
    return union > 0 ? confusion[c * classes + c] / union : Number.NaN;
  });
}

/** The mean of IoUs, of classes that occur; 0 where none does. */
export function meanOfClasses(ious: readonly number[]): number {
  const found = ious.filter((iou) => !Number.isNaN(iou));
  return found.length > 0 ? found.reduce((sum, iou) => sum + iou, 0) / found.length : 0;
}

/** Mean intersection over union of predictions [.., classes] and labels, or one-hot targets, over all batches of an epoch. */
export function meanIoU(): Metric {
  let confusion = new Float64Array(0);
  return {
    name: 'meanIoU',
    reset() {
      confusion = new Float64Array(0);
    },
    update(target, prediction) {
      const { channels: classes } = prediction;
      if (confusion.length === 0) confusion = new Float64Array(classes * classes);
      const truth = target.channels === 1 ? labelOf : oneHotOf;
      forEachColumn(target, prediction, (column) => {
        confusion[truth(column) * classes + predictedOf(column)]++;
      });
    },
    result: () => meanOfClasses(intersectionOverUnion(confusion)),
    config: () => ({ name: 'meanIoU' }),
  };
}
