// gemv: y = max(A·x + bias, lower). A is m×k in rows of pitch lda. 2·m·k flops; beyond cache it is bound by memory.
//
// Four rows at a time; the last four may overlap those before. Fewer than four rows go one by one, and so do rows of 12 KB or more:
// such matrices are beyond cache, where one stream is read faster than four that lie a power of two apart.

import { bytes, clamp, clampScalar, madd, sum, sums, zero } from '../simd';

/** Floats of a row that is read alone. */
const LONG: i32 = 3072;

/** Rows [begin, end) of y; bias has one float per row, or is 0 for none. */
export function gemv_f32_dense(
  begin: i32,
  end: i32,
  k: i32,
  a: usize,
  lda: i32,
  x: usize,
  y: usize,
  bias: usize,
  lower: f32,
): void {
  const pitch = bytes(lda);
  const stop8 = x + bytes(k & ~7);
  const stop4 = x + bytes(k & ~3);
  const stop = x + bytes(k);
  const floor = f32x4.splat(lower);
  let i = begin;
  if (k >= LONG) {
    for (; i < end; i++) longRow(i, k, a + <usize>i * pitch, x, y, bias, lower);
    return;
  }
  const last = end - 4;
  while (i < end && last >= begin) {
    if (i > last) i = last;
    let a0 = a + <usize>i * pitch;
    let a1 = a0 + pitch;
    let a2 = a1 + pitch;
    let a3 = a2 + pitch;
    let s00 = zero();
    let s01 = zero();
    let s10 = zero();
    let s11 = zero();
    let s20 = zero();
    let s21 = zero();
    let s30 = zero();
    let s31 = zero();
    let xp = x;
    while (xp < stop8) {
      const x0 = v128.load(xp);
      const x1 = v128.load(xp, 16);
      s00 = madd(v128.load(a0), x0, s00);
      s01 = madd(v128.load(a0, 16), x1, s01);
      s10 = madd(v128.load(a1), x0, s10);
      s11 = madd(v128.load(a1, 16), x1, s11);
      // Never taken: it keeps V8 from hoisting all the loads, and spilling them.
      if (xp == 0) break;
      s20 = madd(v128.load(a2), x0, s20);
      s21 = madd(v128.load(a2, 16), x1, s21);
      s30 = madd(v128.load(a3), x0, s30);
      s31 = madd(v128.load(a3, 16), x1, s31);
      xp += 32;
      a0 += 32;
      a1 += 32;
      a2 += 32;
      a3 += 32;
    }
    if (xp < stop4) {
      const x0 = v128.load(xp);
      s00 = madd(v128.load(a0), x0, s00);
      s10 = madd(v128.load(a1), x0, s10);
      s20 = madd(v128.load(a2), x0, s20);
      s30 = madd(v128.load(a3), x0, s30);
      xp += 16;
      a0 += 16;
      a1 += 16;
      a2 += 16;
      a3 += 16;
    }
    let s = sums(f32x4.add(s00, s01), f32x4.add(s10, s11), f32x4.add(s20, s21), f32x4.add(s30, s31));
    while (xp < stop) {
      let column = v128.load32_zero(a0);
      column = v128.load_lane<f32>(a1, column, 1);
      column = v128.load_lane<f32>(a2, column, 2);
      column = v128.load_lane<f32>(a3, column, 3);
      s = madd(column, v128.load32_splat(xp), s);
      xp += 4;
      a0 += 4;
      a1 += 4;
      a2 += 4;
      a3 += 4;
    }
    if (bias) s = f32x4.add(v128.load(bias + bytes(i)), s);
    v128.store(y + bytes(i), clamp(s, floor));
    i += 4;
  }
  for (; i < end; i++) {
    let a0 = a + <usize>i * pitch;
    let s0 = zero();
    let xp = x;
    while (xp < stop4) {
      s0 = madd(v128.load(a0), v128.load(xp), s0);
      xp += 16;
      a0 += 16;
    }
    let s = sum(s0);
    while (xp < stop) {
      s += load<f32>(a0) * load<f32>(xp);
      xp += 4;
      a0 += 4;
    }
    if (bias) s += load<f32>(bias + bytes(i));
    store<f32>(y + bytes(i), clampScalar(s, lower));
  }
}

/** One row, in eight sums. */
function longRow(i: i32, k: i32, a: usize, x: usize, y: usize, bias: usize, lower: f32): void {
  const stop32 = x + bytes(k & ~31);
  const stop = x + bytes(k);
  let s0 = zero();
  let s1 = zero();
  let s2 = zero();
  let s3 = zero();
  let s4 = zero();
  let s5 = zero();
  let s6 = zero();
  let s7 = zero();
  while (x < stop32) {
    s0 = madd(v128.load(a), v128.load(x), s0);
    s1 = madd(v128.load(a, 16), v128.load(x, 16), s1);
    s2 = madd(v128.load(a, 32), v128.load(x, 32), s2);
    s3 = madd(v128.load(a, 48), v128.load(x, 48), s3);
    if (a == 0) break; // as above
    s4 = madd(v128.load(a, 64), v128.load(x, 64), s4);
    s5 = madd(v128.load(a, 80), v128.load(x, 80), s5);
    s6 = madd(v128.load(a, 96), v128.load(x, 96), s6);
    s7 = madd(v128.load(a, 112), v128.load(x, 112), s7);
    a += 128;
    x += 128;
  }
  const even = f32x4.add(f32x4.add(s0, s2), f32x4.add(s4, s6));
  const odd = f32x4.add(f32x4.add(s1, s3), f32x4.add(s5, s7));
  let s = sum(f32x4.add(even, odd));
  while (x < stop) {
    s += load<f32>(a) * load<f32>(x);
    a += 4;
    x += 4;
  }
  if (bias) s += load<f32>(bias + bytes(i));
  store<f32>(y + bytes(i), clampScalar(s, lower));
}
