// Samples as training reads them: one array for each input (or output) of the network, all of one count, checked once. A batch is
// gathered by index into the arena and turned into slabs there; nothing else is copied.

import { arena, f32 } from '../engine/index.ts';
import {
  type ArrayInput,
  type Batch,
  checkFinite,
  type Shape,
  showShape,
  sizeOf,
  Tensor,
  toSamples,
} from '../tensor/index.ts';

/** What public calls take for the inputs, or the targets, of a model: an array, or a list of one for each. */
export type SamplesInput = ArrayInput | readonly ArrayInput[];

type Numbers =
  | Float32Array
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array;

/** One array: samples of `shape`, one after another. */
interface Column {
  readonly data: Numbers;
  readonly shape: Shape;
}

/** What one array should be. */
export interface Expected {
  readonly shape: Shape;
  /** The argument and what it feeds, for messages. */
  readonly name: string;
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
    const arrays = expected.length === 1 ? [input as ArrayInput] : (input as readonly ArrayInput[]);
    if (!Array.isArray(arrays) || arrays.length !== expected.length) {
      const names = expected.map(({ name }) => name).join(', ');
      throw new Error(`Expected a list of ${expected.length} arrays (${names}), got ${arrays?.length ?? 'none'}.`);
    }
    const columns = expected.map(({ shape, name }, i) => {
      if (arrays[i] === undefined || arrays[i] === null) {
        throw new Error(`${name}: expected the shape ${showShape(shape)} a sample, got ${arrays[i]}.`);
      }
      const { data, count } = toSamples(withLastAxis(arrays[i], shape), shape, name);
      return { data: numbers(data, name), shape, count, name };
    });
    const [{ count, name }] = columns;
    const other = columns.find((column) => column.count !== count);
    if (other) throw new Error(`${other.name}: expected ${count} samples, as ${name} has, got ${other.count}.`);
    return new Samples(columns, count);
  }

  /** Samples [begin, end), as views. */
  slice(begin: number, end: number): Samples {
    const columns = this.columns.map(({ data, shape }) => ({
      data: data.subarray(begin * sizeOf(shape), end * sizeOf(shape)),
      shape,
    }));
    return new Samples(columns, end - begin);
  }

  /** The samples of these indices, as many as `batch` has, in the arena: a tensor for each array. */
  gather(indices: Uint32Array, batch: Batch): Tensor[] {
    return this.columns.map(({ data, shape }) => {
      const size = sizeOf(shape);
      const tensor = new Tensor(shape, batch, arena.allocate(4 * size * batch.columns), false);
      arena.scope(() => {
        const staging = arena.allocate(4 * size * batch.size);
        const view = f32(staging, size * batch.size);
        for (const [i, index] of indices.entries()) view.set(data.subarray(index * size, (index + 1) * size), i * size);
        tensor.turn(staging);
      });
      return tensor;
    });
  }
}

/** Integers as they are, other numbers as floats. @throws on a number that is NaN or infinite as a float. */
function numbers(data: ArrayLike<number>, name: string): Numbers {
  const isTyped = ArrayBuffer.isView(data);
  if (isTyped && !(data instanceof Float32Array) && !(data instanceof Float64Array)) return data as unknown as Numbers;
  const floats = data instanceof Float32Array ? data : Float32Array.from(data);
  checkFinite(floats, name);
  return floats;
}

/** An array of shape [batch, ..] where [batch, .., 1] is expected, as Keras takes labels. */
function withLastAxis(input: ArrayInput, sample: Shape): ArrayInput {
  if (sample[sample.length - 1] !== 1 || !('shape' in input) || input.shape.length !== sample.length) return input;
  return { data: input.data, shape: [...input.shape, 1] };
}
