// spmv by columns: y = max(A·x + bias, lower) for a CSC matrix, or blocks of 4×1, 8×1 or 16×1 stored column after column, where
// a column whose input is 0 costs nothing: after a ReLU many are.
//
//   column j = places colptr[j] … colptr[j + 1];  rowidx one per place: the row, the first of a block;  values [place][r]
//   groups   of blocks, or 0: u32 [16], the bytes of a list of u16 where columns of 0, 1, … 14, and of 15 or more places begin; then
//            u8 [k], how many each column has (15 at most)
//   scratch  k floats for the list of inputs that are not 0 and for those of the groups, then the sums, m floats rounded up to a
//            multiple of 16, then 16 u32 for where the groups' lists end
//   k ≤ 65536
//
// With groups the columns are gone through in order of their length, those of one to four places without a loop: one whose end is
// known costs half of one that the processor guesses wrong at nearly every column. That pays where columns are short.
//
// 2·r·(places in columns that are not skipped) flops, each a load and a store of the sum: half the rate of spmv by rows where
// nothing is zero. What a skipped column holds is not read, so a NaN there is lost. Trusts its input; y must not overlap x.

import { clear } from '../copy';
import { bytes, madd } from '../simd';
import { finish, nonzeros } from './nonzeros';

/** Columns of that many places or more are one group. */
const MOST: i32 = 15;

/** All of y, m floats; x has k. bias has m floats, or is 0 for none. */
export function spmv_f32_csc(m: i32, k: i32, colptr: usize, rowidx: usize, values: usize, x: usize, y: usize, bias: usize,
                             lower: f32, scratch: usize): void {
  const sums = scratch + bytes(k);
  const stop = nonzeros(k, x, scratch);
  clear(sums, bytes((m + 3) & ~3));
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
export function spmv_f32_column4(m: i32, k: i32, colptr: usize, rowidx: usize, values: usize, groups: usize, x: usize, y: usize,
                                 bias: usize, lower: f32, scratch: usize): void {
  columns(1, m, k, colptr, rowidx, values, groups, x, y, bias, lower, scratch);
}

/** As spmv_f32_csc, with blocks of 8×1. */
export function spmv_f32_column8(m: i32, k: i32, colptr: usize, rowidx: usize, values: usize, groups: usize, x: usize, y: usize,
                                 bias: usize, lower: f32, scratch: usize): void {
  columns(2, m, k, colptr, rowidx, values, groups, x, y, bias, lower, scratch);
}

/** As spmv_f32_csc, with blocks of 16×1. */
export function spmv_f32_column16(m: i32, k: i32, colptr: usize, rowidx: usize, values: usize, groups: usize, x: usize, y: usize,
                                  bias: usize, lower: f32, scratch: usize): void {
  columns(4, m, k, colptr, rowidx, values, groups, x, y, bias, lower, scratch);
}

/** Blocks of `vectors` times four rows. */
// @ts-ignore: decorator
@inline
function columns(vectors: i32, m: i32, k: i32, colptr: usize, rowidx: usize, values: usize, groups: usize, x: usize, y: usize,
                 bias: usize, lower: f32, scratch: usize): void {
  const height = 4 * vectors;
  const sums = scratch + bytes(k);
  const stop = nonzeros(k, x, scratch);
  clear(sums, bytes((m + height - 1) & ~(height - 1)));
  if (groups) {
    const lists = scratch + (<usize>k << 1);
    const ends = sums + bytes((m + 15) & ~15);
    group(scratch, stop, groups, lists, ends);
    run(vectors, true, 1, lists + load<u32>(groups, 4), load<u32>(ends, 4), colptr, rowidx, values, x, sums);
    run(vectors, true, 2, lists + load<u32>(groups, 8), load<u32>(ends, 8), colptr, rowidx, values, x, sums);
    run(vectors, true, 3, lists + load<u32>(groups, 12), load<u32>(ends, 12), colptr, rowidx, values, x, sums);
    run(vectors, true, 4, lists + load<u32>(groups, 16), load<u32>(ends, 16), colptr, rowidx, values, x, sums);
    for (let count = 5; count < MOST; count++) {
      const first = lists + load<u32>(groups + bytes(count));
      run(vectors, false, count, first, load<u32>(ends + bytes(count)), colptr, rowidx, values, x, sums);
    }
    run(vectors, false, MOST, lists + load<u32>(groups, 4 * MOST), load<u32>(ends, 4 * MOST), colptr, rowidx, values, x, sums);
  } else run(vectors, false, MOST, scratch, stop, colptr, rowidx, values, x, sums);
  finish(m, sums, y, bias, lower);
}

/** Puts the columns in [at, stop) into the list of their group; `ends` is where each list ends. */
function group(at: usize, stop: usize, groups: usize, lists: usize, ends: usize): void {
  const base = i32x4.splat(<i32>lists);
  for (let g: usize = 0; g < 64; g += 16) v128.store(ends + g, i32x4.add(v128.load(groups + g), base));
  const lengths = groups + 64;
  for (; at < stop; at += 2) {
    const j = <usize>load<u16>(at);
    const end = ends + (<usize>load<u8>(lengths + j) << 2);
    const to = <usize>load<u32>(end);
    store<u16>(to, <u16>j);
    store<u32>(end, <u32>to + 2);
  }
}

/** The columns listed in [at, stop), of `count` places each, four at most where `few`, or of any number where that is MOST. */
// @ts-ignore: decorator
@inline
function run(vectors: i32, few: bool, count: i32, at: usize, stop: usize, colptr: usize, rowidx: usize, values: usize, x: usize,
             sums: usize): void {
  const size = bytes(4 * vectors);
  for (; at < stop; at += 2) {
    const j = <usize>load<u16>(at) << 2;
    const xj = v128.load32_splat(x + j);
    const first = <usize>load<u32>(colptr + j);
    let b = rowidx + (first << 2);
    let p = values + first * size;
    if (few) {
      add(vectors, false, b, p, xj, sums);
      if (count > 1) add(vectors, false, b + 4, p + size, xj, sums);
      if (count > 2) add(vectors, false, b + 8, p + 2 * size, xj, sums);
      if (count > 3) add(vectors, false, b + 12, p + 3 * size, xj, sums);
      continue;
    }
    const last = count < MOST ? b + bytes(count) : rowidx + (<usize>load<u32>(colptr + j, 4) << 2);
    while (b < last) {
      add(vectors, true, b, p, xj, sums);
      b += 4;
      p += size;
    }
  }
}

/** Adds a block times xj; `b` is where its first row is written. In a loop it is faster to load and store vector by vector. */
// @ts-ignore: decorator
@inline
function add(vectors: i32, looped: bool, b: usize, p: usize, xj: v128, sums: usize): void {
  const to = sums + (<usize>load<u32>(b) << 2);
  const s0 = madd(v128.load(p), xj, v128.load(to));
  if (looped) v128.store(to, s0);
  const s1 = vectors > 1 ? madd(v128.load(p, 16), xj, v128.load(to, 16)) : s0;
  if (looped && vectors > 1) v128.store(to, s1, 16);
  const s2 = vectors > 2 ? madd(v128.load(p, 32), xj, v128.load(to, 32)) : s0;
  if (looped && vectors > 2) v128.store(to, s2, 32);
  const s3 = vectors > 2 ? madd(v128.load(p, 48), xj, v128.load(to, 48)) : s0;
  if (!looped) {
    v128.store(to, s0);
    if (vectors > 1) v128.store(to, s1, 16);
    if (vectors > 2) v128.store(to, s2, 32);
  }
  if (vectors > 2) v128.store(to, s3, 48);
}
