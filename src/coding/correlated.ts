// What pursuit and shrinkage start from: signals brought to the engine a block at a time, with their correlations with all atoms,
// c = x·Dᵀ, and their squared norms; D·Dᵀ stands there once for all blocks. 2·signals·features·atoms flops.

import { arena, type Buffer, f32, f64, kernels, none } from '../engine/index.ts';
import { multiplyPanels, panelCount } from '../ops/index.ts';
import { type ArrayInput, checkFinite, toSamples } from '../tensor/index.ts';
import type { Dictionary } from './dictionary.ts';

/** Signals of a block: its correlations stay in the second-level cache. */
const blockSize = 256;

/** Signals as one array. */
export interface Signals {
  readonly data: Float32Array;
  readonly count: number;
}

/** A block of signals in the engine. */
export interface Block {
  /** Its first signal, and how many there are. */
  readonly first: number;
  readonly count: number;
  /** Floats in a row of correlations and of D·Dᵀ: the atoms, filled up with zeros to whole panels of 32. */
  readonly pitch: number;
  readonly gram: Buffer;
  readonly correlations: Buffer;
  /** ‖x‖², f64. */
  readonly norms: Buffer;
}

/** @throws when the numbers are no whole number of signals, or one is not finite, or its square overflows. */
export function toSignals(who: string, { features }: Dictionary, signals: ArrayInput): Signals {
  const { data, count } = toSamples(signals, [features], who);
  checkFinite(data, who);
  const numbers = data instanceof Float32Array ? data : Float32Array.from(data);
  const largest = 1e18;
  const huge = numbers.findIndex((value) => Math.abs(value) > largest);
  if (huge >= 0) {
    throw new RangeError(
      `${who}: expected numbers up to ${largest}, got ${numbers[huge]} at position ${huge}; scale them.`,
    );
  }
  return { data: numbers, count };
}

/** Calls `run` for each block of signals; what it allocates in the arena is given back. */
export function forBlocks(dictionary: Dictionary, { data, count }: Signals, run: (block: Block) => void): void {
  const { atoms, features, values, gram } = dictionary;
  const pitch = 32 * Math.ceil(atoms / 32);
  arena.scope(() => {
    const products = padded(gram, atoms, atoms, pitch);
    const turned = arena.allocate(4 * features * pitch);
    const columns = f32(turned, features * pitch).fill(0);
    for (let k = 0; k < atoms; k++)
      for (let j = 0; j < features; j++) columns[j * pitch + k] = values[k * features + j];
    for (let first = 0; first < count; first += blockSize) {
      const size = Math.min(blockSize, count - first);
      arena.scope(() => {
        const block = data.subarray(first * features, (first + size) * features);
        const correlations = arena.allocate(4 * size * pitch);
        correlate(block, { m: size, k: features, n: pitch }, turned, correlations);
        const norms = arena.allocate(8 * size);
        f64(norms, size).set(squares(block, features));
        run({ first, count: size, pitch, gram: products, correlations, norms });
      });
    }
  });
}

function correlate(block: Float32Array, sizes: { m: number; k: number; n: number }, turned: Buffer, c: Buffer): void {
  const { m, k } = sizes;
  arena.scope(() => {
    const rows = arena.allocate(4 * m * k);
    f32(rows, m * k).set(block);
    const panels = panelCount(kernels(), m);
    const packed = arena.allocate(4 * panels * kernels().panel_rows() * k);
    kernels().pack_f32_a(0, panels, m, k, k, 1, rows, packed);
    multiplyPanels(kernels(), sizes, packed, turned, c, { bias: none, lower: -Infinity });
  });
}

/** The rows of a matrix in the arena, each filled up with zeros. */
export function padded(values: Float32Array, rows: number, columns: number, pitch: number): Buffer {
  const buffer = arena.allocate(4 * rows * pitch);
  const view = f32(buffer, rows * pitch).fill(0);
  for (let i = 0; i < rows; i++) view.set(values.subarray(i * columns, (i + 1) * columns), i * pitch);
  return buffer;
}

function squares(block: Float32Array, features: number): Float64Array {
  return Float64Array.from({ length: block.length / features }, (_, i) => {
    let sum = 0;
    for (let j = i * features; j < (i + 1) * features; j++) sum += block[j] * block[j];
    return sum;
  });
}

/** Calls `run` for parts [begin, end) of a block: several calls, so that V8 compiles the kernel well. */
export function inCalls(count: number, run: (begin: number, end: number) => void): void {
  for (let begin = 0; begin < count; begin += 32) run(begin, Math.min(count, begin + 32));
}
