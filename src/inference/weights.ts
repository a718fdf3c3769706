// The matrix and bias of a layer, as the file has them: m outputs × k inputs in storage order, zero where pruned.

import type { ArrayDescription } from '../format/index.ts';
import type { Shape } from '../tensor/index.ts';
import { type Csr, countBlocks, csrFromDense, maximumColumns } from '../tensor/sparse/index.ts';
import { mostInputs } from './by-column.ts';

/**
 * How a layer's weights are stored for running: dense; row after row (csr), four rows interleaved (sell4), in blocks of 4, 8 or 16
 * rows × 1 column; or column after column, one weight at a time (csc) or such blocks, so that columns of zero inputs are skipped.
 */
export type Form =
  | 'dense'
  | 'csr'
  | 'sell4'
  | 'block4'
  | 'block8'
  | 'block16'
  | 'csc'
  | 'column4'
  | 'column8'
  | 'column16';

/** Forms of several rows × 1 column. */
const heights: Partial<Record<Form, 4 | 8 | 16>> = {
  block4: 4,
  block8: 8,
  block16: 16,
  column4: 4,
  column8: 8,
  column16: 16,
};

/** Rows of a block; 1 where weights stand alone. */
export const heightOf = (form: Form): 1 | 4 | 8 | 16 => heights[form] ?? 1;

/** Fewer rows than this are left row by row when dense: the last tile of columns would be mostly padding. */
const fewestTiled = 48;

export class Weights {
  /** Keras order. */
  readonly kernelShape: Shape;
  readonly #axes: readonly number[];
  readonly m: number;
  readonly k: number;
  readonly values: Float32Array;
  readonly bias: Float32Array | undefined;
  #places: Places | undefined;
  #isFinite: boolean | undefined;

  constructor({ shape, axes, data, mask }: ArrayDescription, bias?: Float32Array) {
    this.kernelShape = shape;
    this.#axes = axes;
    this.m = shape[axes[0]];
    this.k = data.length / this.m;
    this.values = mask ? data.map((value, i) => (mask[i] ? value : 0)) : data;
    this.bias = bias;
  }

  /** Row i times scale[i], and a bias made from the old one. */
  scaled(scale: Float64Array, bias: (old: number, row: number) => number): Weights {
    const { kernelShape: shape, k, m, values } = this;
    const data = values.map((value, i) => value * scale[Math.floor(i / k)]);
    const old = this.bias;
    return new Weights(
      { shape, axes: this.#axes, data },
      Float32Array.from({ length: m }, (_, i) => bias(old?.[i] ?? 0, i)),
    );
  }

  /** The weights that are not 0. */
  get csr(): Csr {
    return csrFromDense(this.values, this.m, this.k);
  }

  /** How many weights are not 0. */
  get kept(): number {
    return this.stored('csr');
  }

  /** Whether none is NaN or infinite: only then may a zero input be skipped, since 0·∞ and 0·NaN are NaN. */
  get isFinite(): boolean {
    this.#isFinite ??= areFinite(this.values);
    return this.#isFinite;
  }

  /** Whether the dense form stands in tiles of columns for one sample, so that zero inputs are skipped. */
  get isTiled(): boolean {
    return this.m >= fewestTiled && this.#maySkip;
  }

  /** Whether a kernel that passes over zero inputs can list them, and loses no NaN by it. */
  get #maySkip(): boolean {
    return this.k <= mostInputs && this.isFinite;
  }

  /** How many weights a form stores and multiplies, its padding included; Infinity where it cannot hold them. */
  stored(form: Form): number {
    if (form === 'dense') return this.values.length;
    if (skipping(form)) return this.#maySkip ? this.stored(byRow[form]) : Infinity;
    this.#places ??= placesOf(this.csr);
    return this.#places[form];
  }
}

/** The same weights row by row. */
const byRow = { csc: 'csr', column4: 'block4', column8: 'block8', column16: 'block16' } as const;

const skipping = (form: Form): form is keyof typeof byRow => form in byRow;

/** What each form stores. */
type Places = Readonly<Record<Exclude<Form, 'dense' | keyof typeof byRow>, number>>;

const placesOf = (csr: Csr): Places => ({
  csr: csr.values.length,
  sell4: csr.columns > maximumColumns ? Infinity : sell4Places(csr),
  block4: 4 * countBlocks(csr, 4),
  block8: 8 * countBlocks(csr, 8),
  block16: 16 * countBlocks(csr, 16),
});

function areFinite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

/** [A B], with the bias of B. */
export function sideBySide(a: Weights, b: Weights): Weights {
  const { m } = a;
  const k = a.k + b.k;
  const data = new Float32Array(m * k);
  for (let i = 0; i < m; i++) {
    data.set(a.values.subarray(i * a.k, (i + 1) * a.k), i * k);
    data.set(b.values.subarray(i * b.k, (i + 1) * b.k), i * k + a.k);
  }
  return new Weights({ shape: [k, m], axes: [1, 0], data }, b.bias);
}

/** Four times the longest row of each slice, rows sorted by length. */
function sell4Places({ rows, rowptr }: Csr): number {
  const lengths = Uint32Array.from({ length: rows }, (_, i) => rowptr[i + 1] - rowptr[i])
    .sort()
    .reverse();
  return 4 * lengths.reduce((sum, length, i) => sum + (i % 4 === 0 ? length : 0), 0);
}
