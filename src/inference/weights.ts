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
  #stored: Record<Form, number> | undefined;

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
    this.#stored ??= this.#counts();
    return this.#stored[form];
  }

  #counts(): Record<Form, number> {
    const { csr, k } = this;
    return {
      dense: this.values.length,
      csr: csr.values.length,
      sell4: k > maximumColumns ? Infinity : sell4Places(csr),
      block4: 4 * countBlocks(csr, 4),
      block8: 8 * countBlocks(csr, 8),
      block16: 16 * countBlocks(csr, 16),
    };
  }
}

/** Four times the longest row of each slice, rows sorted by length. */
function sell4Places({ rows, rowptr }: Csr): number {
  const lengths = Uint32Array.from({ length: rows }, (_, i) => rowptr[i + 1] - rowptr[i])
    .sort()
    .reverse();
  return 4 * lengths.reduce((sum, length, i) => sum + (i % 4 === 0 ? length : 0), 0);
}
