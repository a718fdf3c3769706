// gemv over tiles of columns: y = max(A·x + bias, lower). Where many inputs are 0, as after a ReLU, their columns are passed over.
//
//   a        tiles of 32 rows, the last of 16 where 16 are enough: [tile][k][32 or 16], zeros in rows past the last
//   scratch  k floats for the list of inputs that are not 0, then the sums, m floats rounded up to a multiple of 16
//   k ≤ 65536
//
// 2·m·k flops, or 2·m·(inputs that are not 0). What is read is read in order and once, in cache and beyond it as fast as can be; gaps
// slow that down, most of all beyond the cache. What a column that is passed over holds is not read, so a NaN there is lost.
// Trusts its input; y must not overlap x.

import { bytes, madd, zero } from '../simd';
import { finish, nonzeros } from '../sparse/nonzeros';

/** Weights that are taken to be in cache. */
const NEAR: i32 = 1 << 18;

/** All of y, m floats; x has k. bias has m floats, or is 0 for none. */
export function gemv_f32_columns(m: i32, k: i32, a: usize, x: usize, y: usize, bias: usize, lower: f32, scratch: usize): void {
  const sums = scratch + bytes(k);
  const stop = nonzeros(k, x, scratch);
  const few = m * k <= NEAR ? (5 * k) >> 3 : k >> 1;
  if (stop <= scratch + (<usize>few << 1)) tiles(true, scratch, stop, m, k, a, x, sums);
  else tiles(false, x, x + bytes(k), m, k, a, x, sums);
  finish(m, sums, y, bias, lower);
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
    const j = listed ? <usize>load<u16>(at) : 0;
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
    at += listed ? 2 : 4;
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
    const j = listed ? <usize>load<u16>(at) : 0;
    const xj = v128.load32_splat(listed ? x + (j << 2) : at);
    const p = listed ? a + (j << 6) : a;
    s0 = madd(v128.load(p), xj, s0);
    s1 = madd(v128.load(p, 16), xj, s1);
    s2 = madd(v128.load(p, 32), xj, s2);
    s3 = madd(v128.load(p, 48), xj, s3);
    at += listed ? 2 : 4;
    if (!listed) a += 64;
  }
  v128.store(to, s0);
  v128.store(to, s1, 16);
  v128.store(to, s2, 32);
  v128.store(to, s3, 48);
}
