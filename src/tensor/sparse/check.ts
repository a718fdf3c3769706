// The door: the one place where a matrix from outside is checked, and copied. After it, kernels trust rowptr and colidx.

import { checkWhole } from '../checks.ts';
import { lengthOf, numbersOf, showValue } from '../numbers.ts';
import type { Indices, MatrixSizes } from './sparse-matrix.ts';

/** @internal Handed to a constructor with arrays that were made from a checked matrix, it takes them as they are. */
export const sound = Symbol('made from a checked matrix');

/** @internal */
export type Sound = typeof sound;

/** The largest size and count: kernels take signed 32-bit sizes. */
const largest = 2 ** 31 - 1;

/** An array of the width that indices below `count` need, of a length or with a copy of numbers. */
export const indexArray = (count: number, content: number | Uint32Array): Indices =>
  count <= 65536 ? new Uint16Array(content as number) : new Uint32Array(content as number);

const isIndex = (value: number, below: number): boolean => Number.isInteger(value) && value >= 0 && value < below;

/** A copy of the sizes. @throws unless rows and columns are whole numbers below 2³¹. */
export function checkedSizes(who: string, sizes: MatrixSizes): MatrixSizes {
  if (sizes === null || typeof sizes !== 'object') {
    throw new TypeError(`${who}: expected { rows, columns, … }, got ${showValue(sizes)}.`);
  }
  const { rows, columns } = sizes;
  checkWhole(who, { rows, columns }, 0, largest);
  return { rows, columns };
}

/** @throws unless rows · columns numbers fit an array. */
export function checkArea(who: string, { rows, columns }: MatrixSizes): void {
  if (rows * columns <= largest) return;
  throw new RangeError(
    `${who}: ${rows} × ${columns} are more numbers than a dense array holds here (${largest}); stay with a sparse form.`,
  );
}

/** The most pointers that the engine's memory, 4 GB, could ever hold. */
const mostPointers = 2 ** 30;

/** Pointers of so many rows or columns, all 0. @throws where they are more than there is memory for. */
export function pointersOf(lines: number): Uint32Array<ArrayBuffer> {
  try {
    if (lines < mostPointers) return new Uint32Array(lines + 1);
  } catch {
    // Told below.
  }
  throw new RangeError(
    `A compressed form of ${lines} rows or columns keeps a pointer for each, ${((4 * lines) / 1e9).toFixed(1)} GB: more than there is room for; stay with triplets (CooMatrix).`,
  );
}

/** The length of `array`. @throws unless it has one, and, where one is expected, this one. */
export function checkLength(who: string, name: string, array: ArrayLike<unknown>, length?: number, why = ''): number {
  const actual = lengthOf(array);
  if (actual === undefined) {
    throw new TypeError(`${who}: expected ${name} to be an array of numbers, got ${showValue(array)}.`);
  }
  if (actual > largest)
    throw new RangeError(`${who}: expected ${name} to have at most ${largest} elements, got ${actual}.`);
  if (length !== undefined && actual !== length) {
    throw new RangeError(`${who}: expected ${name} to have ${length} elements${why}, got ${actual}.`);
  }
  return actual;
}

/** A copy as floats; NaN and infinities pass. @throws unless there are `length` of them, and at an element that is no number. */
export function checkedValues(who: string, values: ArrayLike<number>, length: number, why?: string): Float32Array {
  checkLength(who, 'values', values, length, why);
  const copy = new Float32Array(length);
  copy.set(numbersOf(who, 'values', values, length));
  return copy;
}

/** A copy of so many. @throws at an index that is not a whole number below `below`. */
export function checkedIndices(
  who: string,
  name: string,
  indices: ArrayLike<number>,
  length: number,
  below: number,
): Indices {
  const copy = indexArray(below, length);
  for (let p = 0; p < copy.length; p++) {
    const index = indices[p];
    if (!isIndex(index, below)) throw outOfRange(who, `${name}[${p}]`, index, below);
    copy[p] = index;
  }
  return copy;
}

/** What a compressed form is made of: `lines` rows (of a CSR) or columns (of a CSC), each a run of ascending indices. */
interface Compressed {
  readonly who: string;
  /** Lines, and the number of places in a line. */
  readonly lines: number;
  readonly places: number;
  readonly pointerName: string;
  readonly indexName: string;
  /** 'row' or 'column', for messages. */
  readonly line: string;
  readonly pointers: ArrayLike<number>;
  readonly indices: ArrayLike<number>;
}

/** Copies. @throws where a pointer goes back or ends elsewhere, and where an index repeats, is out of order or of range. */
export function checkedLines(compressed: Compressed): { pointers: Uint32Array; indices: Indices } {
  const { who, lines, places, pointerName, indexName, line, pointers, indices } = compressed;
  checkLength(who, pointerName, pointers, lines + 1, `, one more than ${line}s`);
  const count = checkLength(who, indexName, indices);
  const starts = new Uint32Array(lines + 1);
  for (let i = 0; i <= lines; i++) {
    const start = pointers[i];
    const where = `${who}: ${pointerName}[${i}] is ${showValue(start)}`;
    if (!isIndex(start, count + 1)) {
      throw new RangeError(`${where}: expected a whole number from 0 to ${count}, the number of indices.`);
    }
    if (i === 0 && start !== 0) throw new RangeError(`${where}: expected the first to be 0.`);
    if (i > 0 && start < starts[i - 1]) {
      throw new RangeError(`${where} after ${starts[i - 1]}: a pointer must not go back.`);
    }
    starts[i] = start;
  }
  if (starts[lines] !== count) {
    throw new RangeError(
      `${who}: ${pointerName}[${lines}] is ${starts[lines]}: expected the last to be ${count}, the number of indices.`,
    );
  }
  const copy = indexArray(places, count);
  for (let i = 0; i < lines; i++) {
    for (let p = starts[i], previous = -1; p < starts[i + 1]; p++) {
      const index = indices[p];
      if (!isIndex(index, places)) throw outOfRange(who, `${indexName}[${p}] (${line} ${i})`, index, places);
      if (index <= previous) {
        throw new RangeError(
          `${who}: ${indexName}[${p}] (${line} ${i}) is ${index} after ${previous}: expected ascending indices without repeats` +
            ' (CooMatrix sorts and sums).',
        );
      }
      copy[p] = previous = index;
    }
  }
  return { pointers: starts, indices: copy };
}

const outOfRange = (who: string, where: string, index: unknown, below: number): RangeError =>
  new RangeError(`${who}: ${where} is ${showValue(index)}: expected a whole number from 0 to below ${below}.`);
