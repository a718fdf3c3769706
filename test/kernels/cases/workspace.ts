// Operands in the engine's arena, each between two margins: NaN around inputs, so that a value read past the end shows
// in the result, and a known number around outputs, so that a store past the end shows too.

import { arena, at, type Buffer, f32, type Kernels, u8, u32 } from '../../../src/engine/index.ts';
import type { Output } from './case.ts';
import { random } from './random.ts';

const margin = 16;
const untouched = 12345.5;

export class Workspace {
  readonly kernels: Kernels;
  /** A number for a matrix: as the workspace was made. */
  readonly number: () => number;
  /** Uniform in [0, 1): for patterns. */
  readonly uniform: () => number;
  readonly #emptyRow: boolean;
  readonly #outputs: { buffer: Buffer; length: number }[] = [];

  /**
   * `exact`: numbers are quarters from −2 to 2, whose sums of products f32 holds exactly in any order; else uniform in ±1,
   * or what `number` says.
   */
  constructor(kernels: Kernels, { exact, seed = 1, number }: { exact: boolean; seed?: number; number?: () => number }) {
    this.kernels = kernels;
    this.#emptyRow = exact;
    this.uniform = random(seed);
    this.number =
      number ?? (exact ? () => Math.floor(this.uniform() * 17) / 4 - 2 : () => Math.fround(2 * this.uniform() - 1));
  }

  /** `length` numbers. */
  numbers(length: number): Float32Array {
    return Float32Array.from({ length }, this.number);
  }

  /**
   * A 0/1 mask of rows × cols that keeps `density` of the blocks of height × 1, to the nearest block, at random places
   * (selection sampling, Knuth's algorithm S). Exact workspaces leave row 3 empty unless everything is kept.
   */
  mask(rows: number, cols: number, density: number, height = 1): Float32Array {
    const mask = new Float32Array(rows * cols);
    const blockRows = Math.ceil(rows / height);
    let left = blockRows * cols;
    let wanted = Math.round(density * left);
    for (let block = 0; block < blockRows; block++) {
      const empty = this.#emptyRow && density < 1 && block === Math.floor(3 / height);
      for (let j = 0; j < cols; j++, left--) {
        if (this.uniform() * left >= wanted) continue;
        wanted--;
        for (let i = block * height; !empty && i < Math.min(rows, (block + 1) * height); i++) mask[i * cols + j] = 1;
      }
    }
    return mask;
  }

  input(values: Float32Array): Buffer {
    const buffer = this.#allocate(values.length, Number.NaN);
    f32(buffer, values.length).set(values);
    return buffer;
  }

  indices(values: ArrayLike<number>): Buffer {
    const buffer = this.#allocate(values.length, Number.NaN);
    u32(buffer, values.length).set(values);
    return buffer;
  }

  bytes(values: Uint8Array): Buffer {
    const buffer = this.#allocate(Math.ceil(values.length / 4), Number.NaN);
    u8(buffer, values.length).set(values);
    return buffer;
  }

  /** Room that a kernel may use as it likes. */
  scratch(length: number): Buffer {
    return this.output(length).buffer;
  }

  /** Room for a result, holding `initial`, or a number no kernel makes. */
  output(length: number, initial?: Float32Array): Output {
    const buffer = this.#allocate(length, untouched);
    if (initial) f32(buffer, length).set(initial);
    this.#outputs.push({ buffer, length });
    return { buffer, read: () => f32(buffer, length).slice() };
  }

  /** Whether every margin of every output is as it was made. */
  get marginsIntact(): boolean {
    return this.#outputs.every(({ buffer, length }) =>
      [at(buffer, -margin), at(buffer, length)].every((edge) => f32(edge, margin).every((x) => x === untouched)),
    );
  }

  #allocate(length: number, fill: number): Buffer {
    const start = arena.allocate(4 * (length + 2 * margin));
    f32(start, length + 2 * margin).fill(fill);
    return at(start, margin);
  }
}
