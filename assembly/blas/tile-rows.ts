// Tiles over five rows that are read as they stand, not packed: for gradients of few weights. Rows past the last one alias it and
// are stored before it.

import { bytes, madd, sum, zero } from '../simd';

/** c[5][8] += d·b for rows of d, `channel` bytes apart, and b[depth][8]. */
export function tile5x8(depth: i32, d0: usize, channel: usize, rows: i32, b: usize, c: usize, pitch: usize): void {
  let d1 = rows > 1 ? d0 + channel : d0;
  let d2 = rows > 2 ? d1 + channel : d1;
  let d3 = rows > 3 ? d2 + channel : d2;
  let d4 = rows > 4 ? d3 + channel : d3;
  let s00 = zero();
  let s01 = zero();
  let s10 = zero();
  let s11 = zero();
  let s20 = zero();
  let s21 = zero();
  let s30 = zero();
  let s31 = zero();
  let s40 = zero();
  let s41 = zero();
  const stop = d0 + bytes(depth);
  while (d0 < stop) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const w0 = v128.load32_splat(d0);
    s00 = madd(w0, b0, s00);
    s01 = madd(w0, b1, s01);
    const w1 = v128.load32_splat(d1);
    s10 = madd(w1, b0, s10);
    s11 = madd(w1, b1, s11);
    const w2 = v128.load32_splat(d2);
    s20 = madd(w2, b0, s20);
    s21 = madd(w2, b1, s21);
    const w3 = v128.load32_splat(d3);
    s30 = madd(w3, b0, s30);
    s31 = madd(w3, b1, s31);
    const w4 = v128.load32_splat(d4);
    s40 = madd(w4, b0, s40);
    s41 = madd(w4, b1, s41);
    b += 32;
    d0 += 4;
    d1 += 4;
    d2 += 4;
    d3 += 4;
    d4 += 4;
  }
  const c1 = rows > 1 ? c + pitch : c;
  const c2 = rows > 2 ? c1 + pitch : c1;
  const c3 = rows > 3 ? c2 + pitch : c2;
  const c4 = rows > 4 ? c3 + pitch : c3;
  s00 = f32x4.add(v128.load(c), s00);
  s01 = f32x4.add(v128.load(c, 16), s01);
  s10 = f32x4.add(v128.load(c1), s10);
  s11 = f32x4.add(v128.load(c1, 16), s11);
  s20 = f32x4.add(v128.load(c2), s20);
  s21 = f32x4.add(v128.load(c2, 16), s21);
  s30 = f32x4.add(v128.load(c3), s30);
  s31 = f32x4.add(v128.load(c3, 16), s31);
  s40 = f32x4.add(v128.load(c4), s40);
  s41 = f32x4.add(v128.load(c4, 16), s41);
  v128.store(c4, s40);
  v128.store(c4, s41, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c, s00);
  v128.store(c, s01, 16);
}

/** c[5] += d·x: five dot products with one row. */
export function dot5(depth: i32, d0: usize, channel: usize, rows: i32, x: usize, c: usize, pitch: usize): void {
  let d1 = rows > 1 ? d0 + channel : d0;
  let d2 = rows > 2 ? d1 + channel : d1;
  let d3 = rows > 3 ? d2 + channel : d2;
  let d4 = rows > 4 ? d3 + channel : d3;
  let v0 = zero();
  let v1 = zero();
  let v2 = zero();
  let v3 = zero();
  let v4 = zero();
  const stop4 = x + bytes(depth & ~3);
  const stop = x + bytes(depth);
  while (x < stop4) {
    const xv = v128.load(x);
    v0 = madd(v128.load(d0), xv, v0);
    v1 = madd(v128.load(d1), xv, v1);
    v2 = madd(v128.load(d2), xv, v2);
    v3 = madd(v128.load(d3), xv, v3);
    v4 = madd(v128.load(d4), xv, v4);
    x += 16;
    d0 += 16;
    d1 += 16;
    d2 += 16;
    d3 += 16;
    d4 += 16;
  }
  let s0 = sum(v0);
  let s1 = sum(v1);
  let s2 = sum(v2);
  let s3 = sum(v3);
  let s4 = sum(v4);
  while (x < stop) {
    const xj = load<f32>(x);
    s0 += load<f32>(d0) * xj;
    s1 += load<f32>(d1) * xj;
    s2 += load<f32>(d2) * xj;
    s3 += load<f32>(d3) * xj;
    s4 += load<f32>(d4) * xj;
    x += 4;
    d0 += 4;
    d1 += 4;
    d2 += 4;
    d3 += 4;
    d4 += 4;
  }
  add(c, s0);
  if (rows > 1) add(c + pitch, s1);
  if (rows > 2) add(c + 2 * pitch, s2);
  if (rows > 3) add(c + 3 * pitch, s3);
  if (rows > 4) add(c + 4 * pitch, s4);
}

// @ts-ignore: decorator
@inline
function add(to: usize, s: f32): void {
  store<f32>(to, load<f32>(to) + s);
}
