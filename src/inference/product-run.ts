// A product of a layer's weights in one of their forms as a function of where x and y stand: with one vector, or with columns.

import { type Buffer, type Kernels, none } from '../engine/index.ts';
import type { Prepared } from './prepared.ts';
import { type Form, heightOf } from './weights.ts';

/** y = max(W·x + bias, lower), one column; the bias is the caller's, so that it may be what else is added. */
export function vectorRun(
  kernels: Kernels,
  form: Form,
  weights: Prepared,
  scratch: Buffer,
  lower: number,
): (x: Buffer, y: Buffer, bias: Buffer) => void {
  const { m, k, isTiled } = weights.weights;
  if (form === 'dense' && isTiled) {
    const { gemv_f32_columns } = kernels;
    const a = weights.tiles();
    return (x, y, bias) => gemv_f32_columns(m, k, a, x, y, bias, lower, scratch);
  }
  if (form === 'dense') {
    const { gemv_f32_dense } = kernels;
    const a = weights.dense();
    return (x, y, bias) => gemv_f32_dense(0, m, k, a, k, x, y, bias, lower);
  }
  if (form === 'csc') {
    const { spmv_f32_csc } = kernels;
    const { colptr, rowidx, values } = weights.columns(1);
    return (x, y, bias) => spmv_f32_csc(m, k, colptr, rowidx, values, x, y, bias, lower, scratch);
  }
  if (form === 'column4' || form === 'column8' || form === 'column16') {
    const kernel = kernels[`spmv_f32_${form}`];
    const { colptr, rowidx, values, groups } = weights.columns(heightOf(form));
    return (x, y, bias) => kernel(m, k, colptr, rowidx, values, groups, x, y, bias, lower, scratch);
  }
  if (form === 'csr') {
    const { spmv_f32_csr } = kernels;
    const { rowptr, colidx, values } = weights.csr();
    return (x, y, bias) => spmv_f32_csr(0, m, rowptr, colidx, values, x, y, bias, lower);
  }
  if (form === 'sell4') {
    const { spmv_f32_sell4 } = kernels;
    const { count, slices, records, order } = weights.sell4();
    return (x, y, bias) => spmv_f32_sell4(0, count, k, slices, records, order, x, y, bias, lower);
  }
  const kernel = kernels[`spmv_f32_${form}`];
  const { rows, rowptr, colidx, values } = weights.blocks(form === 'block4' ? 4 : form === 'block8' ? 8 : 16);
  return (x, y, bias) => kernel(0, rows, m, rowptr, colidx, values, x, y, bias, lower);
}

/** Where the columns of a product stand. */
export interface Panel {
  /** Columns. */
  readonly length: number;
  /** Floats from a row of X to the next. */
  readonly ldx: number;
  readonly ldy: number;
  /** Adds to Y, without the bias. */
  readonly accumulate?: boolean;
  readonly lower: number;
}

/** Rows of `length` one after another. */
export const plainPanel = (length: number, lower: number): Panel => ({ length, ldx: length, ldy: length, lower });

/** Y = max(W·X + bias, lower), or Y += W·X. */
export function panelRun(
  kernels: Kernels,
  form: Form,
  weights: Prepared,
  panel: Panel,
): (x: Buffer, y: Buffer) => void {
  if (form !== 'dense') return sparseRun(kernels, form, weights, panel);
  const { m, k } = weights.weights;
  const { length, ldx, ldy, accumulate, lower } = panel;
  const { gemm_f32_panels } = kernels;
  const { count, buffer } = weights.panels();
  const bias = accumulate ? none : weights.bias;
  const add = Number(accumulate ?? false);
  return (x, y) => gemm_f32_panels(0, count, m, length, k, buffer, x, 8, ldx, y, ldy, add, bias, lower);
}

/** A sparse product on one run; `columns` are the places of its columns in units of `ldx`, and `key` tells one choice from another. */
export function sparseRun(
  kernels: Kernels,
  form: Form,
  weights: Prepared,
  { length, ldx, ldy, accumulate, lower }: Panel,
  key?: string,
  columns?: Uint32Array,
): (x: Buffer, y: Buffer) => void {
  const { m } = weights.weights;
  const bias = accumulate ? none : weights.bias;
  const add = Number(accumulate ?? false);
  if (form === 'block4') {
    const { spmm_f32_block4 } = kernels;
    const { rows, rowptr, colidx, values } = weights.blocks(4, key, columns, ldx);
    return (x, y) => spmm_f32_block4(0, rows, m, length, rowptr, colidx, values, x, y, ldy, add, bias, lower);
  }
  const { spmm_f32_csr } = kernels;
  const { rows, rowptr, colidx, values } = weights.csr(key, columns, ldx);
  return (x, y) => spmm_f32_csr(0, rows, length, rowptr, colidx, values, x, y, ldy, add, bias, lower);
}
