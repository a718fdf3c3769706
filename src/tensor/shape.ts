// Shapes as Keras writes them: of one sample, without the batch; images are [rows, columns, channels].

import { showValue } from './numbers.ts';

/** Sizes of the axes, outermost first. */
export type Shape = readonly number[];

/** The number of elements. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

/** Whether two shapes are the same. */
export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((size, i) => size === b[i]);

/** `[28, 28, 1]`, for messages. */
export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`;

/** @throws when an axis is not a positive whole number. */
export function checkShape(shape: Shape, of: string): Shape {
  if (!Array.isArray(shape) || !shape.every((size) => Number.isInteger(size) && size > 0)) {
    throw new Error(`${of}: expected a shape of positive whole numbers, got ${showValue(shape)}.`);
  }
  return shape;
}

/** The most numbers of one sample that a value may have: 1 GiB, a quarter of what the engine's memory holds at most. */
const mostNumbers = 2 ** 28;

/** @throws when a value of that shape is beyond all bounds, or empty; `what` says of which kind. */
export function checkSize(shape: Shape, of: string, what = 'an output'): Shape {
  const size = sizeOf(shape);
  if (size >= 1 && size <= mostNumbers) return shape;
  throw new Error(`${of}: expected ${what} of 1 to ${mostNumbers} numbers, got the shape ${showShape(shape)}.`);
}
