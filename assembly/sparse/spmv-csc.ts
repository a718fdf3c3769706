// spmv by columns: y = max(A·x + bias, lower) for a CSC matrix, or blocks of 4×1, 8×1 or 16×1 stored column after column, where
// a column whose input is 0 costs nothing: after a ReLU many are.
//
//   column j = places colptr[j] … colptr[j + 1];  rowidx one per place: the row, or for blocks the block row;  values [place][r]
//   scratch: k floats for the list of inputs that are not 0, then the sums, m floats rounded up to a multiple of 16
//   k ≤ 65536
//
// 2·r·(places in columns that are not skipped) flops, each a load and a store of the sum: half the rate of spmv by rows where
// nothing is zero. What a skipped column holds is not read, so a NaN there is lost. Trusts its input; y must not overlap x.

import { bytes, madd } from '../simd';
import { clear, finish, nonzeros } from './nonzeros';

/** All of y, m floats; x has k. bias has m floats, or is 0 for none. */
export function spmv_f32_csc(m: i32, k: i32, colptr: usize, rowidx: usize, values: usize, x: usize, y: usize, bias: usize,
                             lower: f32, scratch: usize): void {
  const sums = scratch + bytes(k);
  const stop = nonzeros(k, x, scratch);
  clear(sums, (m + 3) & ~3);
  const toRow = rowidx - values;
  for (let at = scratch; at < stop; at += 2) {
    const j = <usize>load<u16>(at);
    const xj = load<f32>(x + (j << 2));
    const place = colptr + (j << 2);
    let p = values + (<usize>load<u32>(place) << 2);
    const last = values + (<usize>load<u32>(place, 4) << 2);
    while (p < last) {
      const to = sums + (<usize>load<u32>(p + toRow) << 2);
      store<f32>(to, load<f32>(to) + load<f32>(p) * xj);
      p += 4;
    }
  }
  finish(m, sums, y, bias, lower);
}

/** As spmv_f32_csc, with blocks of 4×1. */
export function spmv_f32_column4(m: i32, k: i32, colptr: usize, rowidx: usize, values: usize, x: usize, y: usize, bias: usize,
                                 lower: f32, scratch: usize): void {
  columns(1, m, k, colptr, rowidx, values, x, y, bias, lower, scratch);
}

/** As spmv_f32_csc, with blocks of 8×1. */
export function spmv_f32_column8(m: i32, k: i32, colptr: usize, rowidx: usize, values: usize, x: usize, y: usize, bias: usize,
                                 lower: f32, scratch: usize): void {
  columns(2, m, k, colptr, rowidx, values, x, y, bias, lower, scratch);
}

/** As spmv_f32_csc, with blocks of 16×1. */
export function spmv_f32_column16(m: i32, k: i32, colptr: usize, rowidx: usize, values: usize, x: usize, y: usize, bias: usize,
                                  lower: f32, scratch: usize): void {
  columns(4, m, k, colptr, rowidx, values, x, y, bias, lower, scratch);
}

/** Blocks of `vectors` times four rows. */
// @ts-ignore: decorator
@inline
function columns(vectors: i32, m: i32, k: i32, colptr: usize, rowidx: usize, values: usize, x: usize, y: usize, bias: usize,
                 lower: f32, scratch: usize): void {
  const height = 4 * vectors;
  const size = bytes(height);
  const sums = scratch + bytes(k);
  const stop = nonzeros(k, x, scratch);
  clear(sums, (m + height - 1) & ~(height - 1));
  for (let at = scratch; at < stop; at += 2) {
    const j = <usize>load<u16>(at);
    const xj = v128.load32_splat(x + (j << 2));
    const range = load<u64>(colptr + (j << 2));
    const first = <usize>range;
    let b = rowidx + (first << 2);
    const last = rowidx + (<usize>(range >> 32) << 2);
    let p = values + first * size;
    while (b < last) {
      const to = sums + <usize>load<u32>(b) * size;
      v128.store(to, madd(v128.load(p), xj, v128.load(to)));
      if (vectors > 1) v128.store(to, madd(v128.load(p, 16), xj, v128.load(to, 16)), 16);
      if (vectors > 2) {
        v128.store(to, madd(v128.load(p, 32), xj, v128.load(to, 32)), 32);
        v128.store(to, madd(v128.load(p, 48), xj, v128.load(to, 48)), 48);
      }
      b += 4;
      p += size;
    }
  }
  finish(m, sums, y, bias, lower);
}
