// The matrix and bias of a layer, as the file has them: m outputs × k inputs in storage order, zero where pruned.

import type { ArrayDescription } from '../format/index.ts';
import type { Shape } from '../tensor/index.ts';
import { type Csr, countBlocks, csrFromDense, maximumColumns } from '../tensor/sparse/index.ts';

/** How a layer's weights are stored for running. */
export type Form = 'dense' | 'csr' | 'sell4' | 'block4' | 'block8' | 'block16';

export const formNames: readonly Form[] = ['dense', 'csr', 'sell4', 'block4', 'block8', 'block16'];

export class Weights {
  /** Keras order. */
  readonly kernelShape: Shape;
  readonly m: number;
  readonly k: number;
  readonly values: Float32Array;
  readonly bias: Float32Array | undefined;
  readonly #stored = new Map<Form, number>();

  constructor({ shape, axes, data, mask }: ArrayDescription, bias?: Float32Array) {
    this.kernelShape = shape;
    this.m = shape[axes[0]];
    this.k = data.length / this.m;
    this.values = mask ? data.map((value, i) => (mask[i] ? value : 0)) : data;
    this.bias = bias;
  }

  /** Row i times scale[i], and a bias made from the old one. */
  scaled(scale: Float64Array, bias: (old: number, row: number) => number): Weights {
    const { kernelShape: shape, k, m, values } = this;
    const axes = shape.length === 4 ? [3, 2, 0, 1] : [1, 0];
    const data = values.map((value, i) => value * scale[Math.floor(i / k)]);
    const old = this.bias;
    return new Weights(
      { shape, axes, data },
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

  /** How many weights a form stores and multiplies, its padding included; Infinity where it cannot hold them. */
  stored(form: Form): number {
    const known = this.#stored.get(form);
    if (known !== undefined) return known;
    const count = this.#count(form);
    this.#stored.set(form, count);
    return count;
  }

  #count(form: Form): number {
    if (form === 'dense') return this.values.length;
    if (form === 'csr') return this.values.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
    const { csr } = this;
    if (form === 'sell4') return this.k > maximumColumns ? Infinity : sell4Places(csr);
    const height = form === 'block4' ? 4 : form === 'block8' ? 8 : 16;
    return height * countBlocks(csr, height);
  }
}

/** Four times the longest row of each slice, rows sorted by length. */
function sell4Places({ rows, rowptr }: Csr): number {
  const lengths = Uint32Array.from({ length: rows }, (_, i) => rowptr[i + 1] - rowptr[i])
    .sort()
    .reverse();
  return 4 * lengths.reduce((sum, length, i) => sum + (i % 4 === 0 ? length : 0), 0);
}
