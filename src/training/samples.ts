// Samples as training reads them: one array (or sparse matrix) for each input (or output) of the network, all of one count, checked
// once. A batch is gathered by index into the arena and turned into slabs there; nothing else is copied.

import { arena, f32 } from '../engine/index.ts';
import {
  type ArrayInput,
  type Batch,
  type CsrMatrix,
  checkFinite,
  type Shape,
  SparseMatrix,
  SparseTensor,
  showShape,
  sizeOf,
  Tensor,
  toSamples,
} from '../tensor/index.ts';

type OneInput = ArrayInput | SparseMatrix;

/**
 * What public calls take for the inputs, or the targets, of a model: an array, or a list of one for each. An input of shape
 * `[features]` that only dense layers read may be a sparse matrix with a row for each sample.
 */
export type SamplesInput = OneInput | readonly OneInput[];

type Numbers =
  | Float32Array
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array;

/** One array: `count` samples of `shape`. */
interface Column {
  readonly shape: Shape;
  readonly count: number;
  /** The numbers, samples one after another; of a sparse matrix, those that are stored. */
  readonly data: Numbers;
  /** Samples [begin, end). */
  slice(begin: number, end: number): Column;
  /** The samples of these indices, in the arena. */
  gather(indices: Uint32Array, batch: Batch): Tensor;
}

class DenseColumn implements Column {
  readonly data: Numbers;
  readonly shape: Shape;

  constructor(data: Numbers, shape: Shape) {
    this.data = data;
    this.shape = shape;
  }

  get count(): number {
    return this.data.length / sizeOf(this.shape);
  }

  slice(begin: number, end: number): Column {
    const size = sizeOf(this.shape);
    return new DenseColumn(this.data.subarray(begin * size, end * size), this.shape);
  }

  gather(indices: Uint32Array, batch: Batch): Tensor {
    const size = sizeOf(this.shape);
    const tensor = new Tensor(this.shape, batch, arena.allocate(4 * size * batch.columns), false);
    arena.scope(() => {
      const staging = arena.allocate(4 * size * batch.size);
      const view = f32(staging, size * batch.size);
      for (const [i, index] of indices.entries()) {
        view.set(this.data.subarray(index * size, (index + 1) * size), i * size);
      }
      tensor.turn(staging);
    });
    return tensor;
  }
}

class SparseColumn implements Column {
  readonly #matrix: CsrMatrix;

  constructor(matrix: CsrMatrix) {
    this.#matrix = matrix;
  }

  get shape(): Shape {
    return [this.#matrix.columns];
  }

  get count(): number {
    return this.#matrix.rows;
  }

  get data(): Numbers {
    return this.#matrix.values;
  }

  slice(begin: number, end: number): Column {
    return new SparseColumn(this.#matrix.slice(begin, end));
  }

  gather(indices: Uint32Array, batch: Batch): Tensor {
    return new SparseTensor(this.#matrix, indices, batch);
  }
}

/** What one array should be. */
export interface Expected {
  readonly shape: Shape;
  /** The argument and what it feeds, for messages. */
  readonly name: string;
  /** The layer that reads it and cannot read a sparse matrix; undefined where all can. */
  readonly refusesSparse: string | undefined;
}

export class Samples {
  readonly columns: readonly Column[];
  readonly count: number;

  private constructor(columns: readonly Column[], count: number) {
    this.columns = columns;
    this.count = count;
  }

  /**
   * The samples of an input.
   * @throws when an array is missing, empty, of another shape or count, or holds NaN or infinite numbers.
   */
  static of(input: SamplesInput, expected: readonly Expected[]): Samples {
    const arrays = expected.length === 1 ? [input as OneInput] : (input as readonly OneInput[]);
    if (!Array.isArray(arrays) || arrays.length !== expected.length) {
      const names = expected.map(({ name }) => name).join(', ');
      throw new Error(`Expected a list of ${expected.length} arrays (${names}), got ${arrays?.length ?? 'none'}.`);
    }
    const columns = expected.map((one, i) => columnOf(arrays[i], one));
    const [{ count }] = columns;
    const other = columns.findIndex((column) => column.count !== count);
    if (other < 0) return new Samples(columns, count);
    const [first, { name }] = [expected[0].name, expected[other]];
    throw new Error(`${name}: expected ${count} samples, as ${first} has, got ${columns[other].count}.`);
  }

  /** Samples of numbers that were checked: `count` of `shape` in each array. */
  static ofChecked(arrays: readonly { data: Numbers; shape: Shape }[], count: number): Samples {
    const columns = arrays.map(({ data, shape }) => new DenseColumn(data, shape));
    return new Samples(columns, count);
  }

  /** Samples [begin, end), as views. */
  slice(begin: number, end: number): Samples {
    return new Samples(
      this.columns.map((column) => column.slice(begin, end)),
      end - begin,
    );
  }

  /** The samples of these indices, as many as `batch` has, in the arena: a tensor for each array. */
  gather(indices: Uint32Array, batch: Batch): Tensor[] {
    return this.columns.map((column) => column.gather(indices, batch));
  }
}

function columnOf(input: OneInput | null | undefined, expected: Expected): Column {
  const { shape, name } = expected;
  if (input === undefined || input === null) {
    throw new Error(`${name}: expected the shape ${showShape(shape)} a sample, got ${input}.`);
  }
  if (input instanceof SparseMatrix) return sparseColumn(input, expected);
  const { data } = toSamples(input, shape, name);
  return new DenseColumn(numbers(data, name), shape);
}

function sparseColumn(matrix: SparseMatrix, { shape, name, refusesSparse }: Expected): Column {
  const got = `a sparse matrix of ${matrix.rows} × ${matrix.columns}`;
  if (refusesSparse !== undefined) {
    throw new Error(
      `${name}: expected an array for '${refusesSparse}' (only dense layers read ${got}): use toDense().`,
    );
  }
  if (shape.length !== 1 || shape[0] !== matrix.columns || matrix.rows === 0) {
    throw new Error(`${name}: expected the shape ${showShape(['batch' as unknown as number, ...shape])}, got ${got}.`);
  }
  const csr = matrix.toCsr();
  checkFinite(csr.values, name);
  return new SparseColumn(csr);
}

/** Integers as they are, other numbers as floats. @throws on a number that is NaN or infinite as a float. */
function numbers(data: ArrayLike<number>, name: string): Numbers {
  const isTyped = ArrayBuffer.isView(data);
  if (isTyped && !(data instanceof Float32Array) && !(data instanceof Float64Array)) return data as unknown as Numbers;
  const floats = data instanceof Float32Array ? data : Float32Array.from(data);
  checkFinite(floats, name);
  return floats;
}
