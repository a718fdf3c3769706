// Arrays as users hand them in and get them back: batch-major, channels last, ordinary JavaScript memory.

import { isTyped, lengthOf, showStranger, showValue } from './numbers.ts';
import { type Shape, sameShape, showShape, sizeOf } from './shape.ts';
import { SparseMatrix } from './sparse/sparse-matrix.ts';

/** Numbers with a shape, row-major: the first axis is the batch, images are [batch, rows, columns, channels]. */
export interface NdArray<B extends ArrayBufferLike = ArrayBuffer> {
  /** The numbers, row-major: as many as the axes of `shape` multiply to. */
  readonly data: Float32Array<B>;
  /** The length of each axis, the batch first. */
  readonly shape: Shape;
}

type Numbers = ArrayLike<number>;
type Nested = readonly number[] | readonly Nested[];

/**
 * What a public call takes for a batch: numbers alone (the batch size follows from their count), numbers with a shape,
 * or nested arrays such as `[[0, 1], [1, 1]]`.
 */
export type ArrayInput = Numbers | { readonly data: Numbers; readonly shape: Shape } | Nested;

/**
 * `input` as batch-major numbers of samples shaped `sample`; a last axis of 1 may be missing, as in labels and grey images.
 * @throws when sizes do not fit, the batch is empty, or an element is no number; `name` says of what.
 */
export function toSamples(input: ArrayInput, sample: Shape, name: string): { data: Numbers; count: number } {
  const size = sizeOf(sample);
  const { data, shape } = toNumbers(input, name);
  const expected = showShape(['batch' as unknown as number, ...sample]);
  if (shape) {
    if (sizeOf(shape) !== data.length) {
      throw new Error(
        `${name}: the shape ${showShape(shape)} means ${sizeOf(shape)} numbers, but ${data.length} came.`,
      );
    }
    const isScalar = size === 1 && shape.length === 1;
    const whole = isLastOne(sample) && shape.length === sample.length ? [...shape, 1] : shape;
    if (!isScalar && !sameShape(whole.slice(1), sample)) {
      throw new Error(`${name}: expected the shape ${expected}, got ${showShape(shape)}.`);
    }
  }
  if (data.length === 0) throw new Error(`${name}: expected the shape ${expected}, got an empty batch.`);
  if (data.length % size !== 0) {
    throw new Error(`${name}: expected the shape ${expected}, got ${data.length} numbers, not a multiple of ${size}.`);
  }
  return { data, count: data.length / size };
}

const isLastOne = (shape: Shape): boolean => shape[shape.length - 1] === 1;

/** The numbers of `input`, and their shape where it has one. @throws when it is no array, ragged, or an element is no number. */
export function toNumbers(input: ArrayInput, name: string): { data: Numbers; shape?: Shape } {
  if (typeof input !== 'object' || input === null) {
    throw new TypeError(`${name}: expected an array of numbers, got ${showValue(input)}.`);
  }
  if ('data' in input) return { data: numbers(input.data, name), shape: checkedShape(input.shape, name) };
  if (!Array.isArray(input) || !Array.isArray(input[0])) return { data: numbers(input as Numbers, name) };
  const shape: number[] = [];
  for (let level: unknown = input; Array.isArray(level); level = level[0]) shape.push(level.length);
  return { data: numbers(flattened(input, shape, name), name), shape };
}

/** @throws unless every array at each level has the length that the first has. */
function flattened(input: readonly unknown[], shape: Shape, name: string): number[] {
  return shape.slice(1).reduce<readonly unknown[]>((rows, length) => {
    if (rows.every((row) => Array.isArray(row) && row.length === length)) return rows.flat();
    throw new Error(
      `${name}: expected nested arrays of one shape, ${showShape(shape)}, got rows of differing lengths.`,
    );
  }, input) as number[];
}

/** @throws on what is no array, and at an element that is no number. */
function numbers(data: Numbers, name: string): Numbers {
  if (isTyped(data)) return data;
  const length = lengthOf(data);
  if (length === undefined) {
    const hint = (data as unknown) instanceof SparseMatrix ? ': use toDense()' : '';
    throw new TypeError(`${name}: expected an array of numbers, got ${showStranger(data, SparseMatrix)}${hint}.`);
  }
  for (let i = 0; i < length; i++) {
    if (typeof data[i] === 'number') continue;
    const isArray = lengthOf(data[i]) !== undefined;
    const hint = isArray ? '; give one array of all samples, not a list of arrays' : '';
    throw new TypeError(`${name}: expected numbers, got ${showValue(data[i])} at position ${i}${hint}.`);
  }
  return data;
}

function checkedShape(shape: Shape | undefined, name: string): Shape | undefined {
  if (shape === undefined || (Array.isArray(shape) && shape.every((size) => Number.isInteger(size)))) return shape;
  throw new TypeError(`${name}: expected a shape of whole numbers, got ${showValue(shape)}.`);
}

/** @throws when a number is NaN or infinite; `first` is the position of the first one. */
export function checkFinite(data: Numbers, name: string, first = 0): void {
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      throw new Error(
        `${name}: expected finite numbers, got ${data[i]} at position ${first + i}; clean or impute the data first.`,
      );
    }
  }
}
