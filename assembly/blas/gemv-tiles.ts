// gemv over tiles of columns: y = max(A·x + bias, lower), of all columns, or of those alone whose input is not 0: after a ReLU many
// are. What is read is read once and in order, so that this is the fastest form of a matrix in cache and beyond it.
//
//   a        tiles of 32 rows, the last of 16 where 16 are enough: [tile][k][32 or 16], zeros in rows past the last
//   scratch  k u32 for the list of inputs that are not 0, then the sums, m floats rounded up to a multiple of 16
//
// Trusts its input; y must not overlap x.

import { bytes, madd, zero } from '../simd';
import { finish, nonzeros } from '../sparse/nonzeros';

/** All of y, m floats; x has k. bias has m floats, or is 0 for none. 2·m·k flops. */
export function gemv_f32_tiles(m: i32, k: i32, a: usize, x: usize, y: usize, bias: usize, lower: f32, scratch: usize): void {
  tiles(false, x, x + bytes(k), m, k, a, x, scratch + bytes(k));
  finish(m, scratch + bytes(k), y, bias, lower);
}

/**
 * The same, where a column whose input is 0 costs nothing: 2·m·(inputs that are not 0) flops. What a skipped column holds is not
 * read, so a NaN there is lost.
 */
export function gemv_f32_columns(m: i32, k: i32, a: usize, x: usize, y: usize, bias: usize, lower: f32, scratch: usize): void {
  tiles(true, scratch, nonzeros(k, x, scratch), m, k, a, x, scratch + bytes(k));
  finish(m, scratch + bytes(k), y, bias, lower);
}

/** The columns in [at, stop): listed there by number, or one for each input that stands there. */
// @ts-ignore: decorator
@inline
function tiles(listed: bool, at: usize, stop: usize, m: i32, k: i32, a: usize, x: usize, to: usize): void {
  let left = m;
  for (; left > 16; left -= 32) {
    tile32(listed, at, stop, a, x, to);
    a += bytes(k) << 5;
    to += 128;
  }
  if (left > 0) tile16(listed, at, stop, a, x, to);
}

// @ts-ignore: decorator
@inline
function tile32(listed: bool, at: usize, stop: usize, a: usize, x: usize, to: usize): void {
  let s0 = zero();
  let s1 = zero();
  let s2 = zero();
  let s3 = zero();
  let s4 = zero();
  let s5 = zero();
  let s6 = zero();
  let s7 = zero();
  while (at < stop) {
    const j = listed ? <usize>load<u32>(at) : 0;
    const xj = v128.load32_splat(listed ? x + (j << 2) : at);
    const p = listed ? a + (j << 7) : a;
    s0 = madd(v128.load(p), xj, s0);
    s1 = madd(v128.load(p, 16), xj, s1);
    s2 = madd(v128.load(p, 32), xj, s2);
    s3 = madd(v128.load(p, 48), xj, s3);
    if (p == 0) break; // Never: it keeps V8 from loading all eight vectors before the first product, and spilling.
    s4 = madd(v128.load(p, 64), xj, s4);
    s5 = madd(v128.load(p, 80), xj, s5);
    s6 = madd(v128.load(p, 96), xj, s6);
    s7 = madd(v128.load(p, 112), xj, s7);
    at += 4;
    if (!listed) a += 128;
  }
  v128.store(to, s0);
  v128.store(to, s1, 16);
  v128.store(to, s2, 32);
  v128.store(to, s3, 48);
  v128.store(to, s4, 64);
  v128.store(to, s5, 80);
  v128.store(to, s6, 96);
  v128.store(to, s7, 112);
}

// @ts-ignore: decorator
@inline
function tile16(listed: bool, at: usize, stop: usize, a: usize, x: usize, to: usize): void {
  let s0 = zero();
  let s1 = zero();
  let s2 = zero();
  let s3 = zero();
  while (at < stop) {
    const j = listed ? <usize>load<u32>(at) : 0;
    const xj = v128.load32_splat(listed ? x + (j << 2) : at);
    const p = listed ? a + (j << 6) : a;
    s0 = madd(v128.load(p), xj, s0);
    s1 = madd(v128.load(p, 16), xj, s1);
    s2 = madd(v128.load(p, 32), xj, s2);
    s3 = madd(v128.load(p, 48), xj, s3);
    at += 4;
    if (!listed) a += 64;
  }
  v128.store(to, s0);
  v128.store(to, s1, 16);
  v128.store(to, s2, 32);
  v128.store(to, s3, 48);
}
