// A prediction [.., classes] is stored [class][row][column][width]: the classes of one sample's pixel stand `pitch` = pixels·width
// apart, and that pixel's label at the same place in a panel of one row.

import type { Tensor } from '../tensor/index.ts';

/** The classes of one pixel of one sample: numbers at `from`, `from + pitch`, … */
export interface Column {
  readonly prediction: Float32Array;
  readonly target: Float32Array;
  /** Of the first class in `prediction`. */
  readonly from: number;
  readonly pitch: number;
  readonly classes: number;
  /** Of the label, or of the first class, in `target`. */
  readonly label: number;
}

/** Visits the columns of true samples, of a sequence with a mask those of its real steps; what is visited is one object, moved on. */
export function forEachColumn(target: Tensor, prediction: Tensor, visit: (column: Column) => void): void {
  const { pixels, channels: classes, batch } = prediction;
  const column = { prediction: prediction.view, target: target.view, from: 0, pitch: 0, classes, label: 0 };
  const mask = prediction.mask?.view;
  for (const { first, samples, width } of batch.slabs) {
    column.pitch = pixels * width;
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let j = 0; j < samples; j++) {
        const place = pixel * width + j;
        if (mask?.[first * pixels + place] === 0) continue;
        column.from = first * prediction.features + place;
        column.label = first * target.features + place;
        visit(column);
      }
    }
  }
}

/** The first class with the largest number. */
function argmax(view: Float32Array, from: number, pitch: number, classes: number): number {
  let best = 0;
  for (let c = 1; c < classes; c++) if (view[from + c * pitch] > view[from + best * pitch]) best = c;
  return best;
}

/** The class of the largest prediction. */
export const predictedOf = ({ prediction, from, pitch, classes }: Column): number =>
  argmax(prediction, from, pitch, classes);

export const labelOf = ({ target, label }: Column): number => target[label];
export const oneHotOf = ({ target, label, pitch, classes }: Column): number => argmax(target, label, pitch, classes);
