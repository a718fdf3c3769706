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
  const sums = scratch + bytes(k);
  let to = sums;
  let left = m;
  for (; left > 16; left -= 32) {
    whole32(k, a, x, to);
    a += bytes(k) << 5;
    to += 128;
  }
  if (left > 0) whole16(k, a, x, to);
  finish(m, sums, y, bias, lower);
}

/**
 * The same, where a column whose input is 0 costs nothing: 2·m·(inputs that are not 0) flops. What a skipped column holds is not
 * read, so a NaN there is lost.
 */
export function gemv_f32_columns(m: i32, k: i32, a: usize, x: usize, y: usize, bias: usize, lower: f32, scratch: usize): void {
  const sums = scratch + bytes(k);
  const stop = nonzeros(k, x, scratch);
  let to = sums;
  let left = m;
  for (; left > 16; left -= 32) {
    tile32(scratch, stop, a, x, to);
    a += bytes(k) << 5;
    to += 128;
  }
  if (left > 0) tile16(scratch, stop, a, x, to);
  finish(m, sums, y, bias, lower);
}

function whole32(k: i32, a: usize, x: usize, to: usize): void {
  const stop = x + bytes(k);
  let s0 = zero();
  let s1 = zero();
  let s2 = zero();
  let s3 = zero();
  let s4 = zero();
  let s5 = zero();
  let s6 = zero();
  let s7 = zero();
  while (x < stop) {
    const xj = v128.load32_splat(x);
    s0 = madd(v128.load(a), xj, s0);
    s1 = madd(v128.load(a, 16), xj, s1);
    s2 = madd(v128.load(a, 32), xj, s2);
    s3 = madd(v128.load(a, 48), xj, s3);
    if (a == 0) break; // Never: it keeps V8 from loading all eight vectors before the first product, and spilling.
    s4 = madd(v128.load(a, 64), xj, s4);
    s5 = madd(v128.load(a, 80), xj, s5);
    s6 = madd(v128.load(a, 96), xj, s6);
    s7 = madd(v128.load(a, 112), xj, s7);
    x += 4;
    a += 128;
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

/** Two columns at a time, so that eight sums are under way here too. */
function whole16(k: i32, a: usize, x: usize, to: usize): void {
  const stop2 = x + bytes(k & ~1);
  let s0 = zero();
  let s1 = zero();
  let s2 = zero();
  let s3 = zero();
  let t0 = zero();
  let t1 = zero();
  let t2 = zero();
  let t3 = zero();
  while (x < stop2) {
    const x0 = v128.load32_splat(x);
    s0 = madd(v128.load(a), x0, s0);
    s1 = madd(v128.load(a, 16), x0, s1);
    s2 = madd(v128.load(a, 32), x0, s2);
    s3 = madd(v128.load(a, 48), x0, s3);
    if (a == 0) break; // as above
    const x1 = v128.load32_splat(x, 4);
    t0 = madd(v128.load(a, 64), x1, t0);
    t1 = madd(v128.load(a, 80), x1, t1);
    t2 = madd(v128.load(a, 96), x1, t2);
    t3 = madd(v128.load(a, 112), x1, t3);
    x += 8;
    a += 128;
  }
  if (k & 1) {
    const x0 = v128.load32_splat(x);
    s0 = madd(v128.load(a), x0, s0);
    s1 = madd(v128.load(a, 16), x0, s1);
    s2 = madd(v128.load(a, 32), x0, s2);
    s3 = madd(v128.load(a, 48), x0, s3);
  }
  v128.store(to, f32x4.add(s0, t0));
  v128.store(to, f32x4.add(s1, t1), 16);
  v128.store(to, f32x4.add(s2, t2), 32);
  v128.store(to, f32x4.add(s3, t3), 48);
}

function tile32(list: usize, stop: usize, a: usize, x: usize, to: usize): void {
  let s0 = zero();
  let s1 = zero();
  let s2 = zero();
  let s3 = zero();
  let s4 = zero();
  let s5 = zero();
  let s6 = zero();
  let s7 = zero();
  while (list < stop) {
    const j = <usize>load<u32>(list);
    const xj = v128.load32_splat(x + (j << 2));
    const p = a + (j << 7);
    s0 = madd(v128.load(p), xj, s0);
    s1 = madd(v128.load(p, 16), xj, s1);
    s2 = madd(v128.load(p, 32), xj, s2);
    s3 = madd(v128.load(p, 48), xj, s3);
    if (p == 0) break; // Never: it keeps V8 from loading all eight vectors before the first product, and spilling.
    s4 = madd(v128.load(p, 64), xj, s4);
    s5 = madd(v128.load(p, 80), xj, s5);
    s6 = madd(v128.load(p, 96), xj, s6);
    s7 = madd(v128.load(p, 112), xj, s7);
    list += 4;
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

function tile16(list: usize, stop: usize, a: usize, x: usize, to: usize): void {
  let s0 = zero();
  let s1 = zero();
  let s2 = zero();
  let s3 = zero();
  while (list < stop) {
    const j = <usize>load<u32>(list);
    const xj = v128.load32_splat(x + (j << 2));
    const p = a + (j << 6);
    s0 = madd(v128.load(p), xj, s0);
    s1 = madd(v128.load(p, 16), xj, s1);
    s2 = madd(v128.load(p, 32), xj, s2);
    s3 = madd(v128.load(p, 48), xj, s3);
    list += 4;
  }
  v128.store(to, s0);
  v128.store(to, s1, 16);
  v128.store(to, s2, 32);
  v128.store(to, s3, 48);
}
