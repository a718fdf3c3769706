// sddmm, dense: dW[o][t] (+)= Σ over runs of dY[o][run] · X[offsets[t] + run], the gradient of a convolution's weights.
// Runs and offsets as in nn/conv2d.ts; those of dY follow one another. A dense layer is an image of one pixel: rows = cols = 1,
// length = n, offsets[c] = c·n.
//
//   for each stretch of 256 floats of all runs:
//     for each 8 taps:  scratch [256][8] ← X, turned;  every five rows of dY make a tile of 5 × 8 with it, added to dW
//     taps left over:   scratch [256] ← X;  every five rows of dY make five dot products with it
//
// 2·outputs·taps floats a float of a run, and taps of them moved. Trusts its input; scratch holds 2,048 floats of the caller's thread.

import { bytes, madd, sum, zero } from '../simd';

/** Floats of a stretch: 8 taps of it are a quarter of a first-level cache. */
const DEPTH: i32 = 256;

/** Output channels [begin, end); dw has rows of pitch lddw, overwritten, or added to with accumulate. */
export function sddmm_f32_dense(
  begin: i32,
  end: i32,
  taps: i32,
  rows: i32,
  cols: i32,
  length: i32,
  dy: usize,
  dyChannel: i32,
  x: usize,
  offsets: usize,
  xRow: i32,
  xCol: i32,
  dw: usize,
  lddw: i32,
  accumulate: i32,
  scratch: usize,
): void {
  const channel = bytes(dyChannel);
  const pitch = bytes(lddw);
  if (!accumulate) {
    for (let o = begin; o < end; o++) memory.fill(dw + <usize>o * pitch, 0, bytes(taps));
  }
  const total = rows * cols * length;
  for (let first = 0; first < total; first += DEPTH) {
    const depth = min(DEPTH, total - first);
    const delta = dy + bytes(first);
    let t = 0;
    for (; t + 8 <= taps; t += 8) {
      turn8(first, depth, cols, length, x, offsets + bytes(t), bytes(xRow), bytes(xCol), scratch);
      for (let o = begin; o < end; o += 5) {
        tile5x8(depth, delta + <usize>o * channel, channel, end - o, scratch, dw + <usize>o * pitch + bytes(t), pitch);
      }
    }
    for (; t < taps; t++) {
      copy1(first, depth, cols, length, x, offsets + bytes(t), bytes(xRow), bytes(xCol), scratch);
      for (let o = begin; o < end; o += 5) {
        dot5(depth, delta + <usize>o * channel, channel, end - o, scratch, dw + <usize>o * pitch + bytes(t), pitch);
      }
    }
  }
}

/** Where float `at` of all runs stands in X, for a tap whose offset is 0. */
// @ts-ignore: decorator
@inline
function place(at: i32, cols: i32, length: i32, xRow: usize, xCol: usize): usize {
  const run = at / length;
  return <usize>(run / cols) * xRow + <usize>(run % cols) * xCol + bytes(at % length);
}

/** Floats [first, first + depth) of eight taps, side by side. */
function turn8(first: i32, depth: i32, cols: i32, length: i32, x: usize, offsets: usize, xRow: usize, xCol: usize, to: usize): void {
  const stop = first + depth;
  while (first < stop) {
    const count = min(length - (first % length), stop - first);
    const from = x + place(first, cols, length, xRow, xCol);
    turn4(count, from, offsets, to);
    turn4(count, from, offsets + 16, to + 16);
    to += <usize>count << 5;
    first += count;
  }
}

/** `count` floats of four taps into the halves of rows of eight. */
function turn4(count: i32, from: usize, offsets: usize, to: usize): void {
  let p0 = from + (<usize>load<u32>(offsets) << 2);
  let p1 = from + (<usize>load<u32>(offsets, 4) << 2);
  let p2 = from + (<usize>load<u32>(offsets, 8) << 2);
  let p3 = from + (<usize>load<u32>(offsets, 12) << 2);
  const stop4 = p0 + bytes(count & ~3);
  const stop = p0 + bytes(count);
  while (p0 < stop4) {
    const a = v128.load(p0);
    const b = v128.load(p1);
    const c = v128.load(p2);
    const d = v128.load(p3);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    v128.store(to, v128.shuffle<f64>(ab, cd, 0, 2));
    v128.store(to, v128.shuffle<f64>(ab, cd, 1, 3), 32);
    const ef = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const gh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f64>(ef, gh, 0, 2), 64);
    v128.store(to, v128.shuffle<f64>(ef, gh, 1, 3), 96);
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    to += 128;
  }
  while (p0 < stop) {
    store<f32>(to, load<f32>(p0));
    store<f32>(to, load<f32>(p1), 4);
    store<f32>(to, load<f32>(p2), 8);
    store<f32>(to, load<f32>(p3), 12);
    p0 += 4;
    p1 += 4;
    p2 += 4;
    p3 += 4;
    to += 32;
  }
}

/** Floats [first, first + depth) of one tap. */
function copy1(first: i32, depth: i32, cols: i32, length: i32, x: usize, offset: usize, xRow: usize, xCol: usize, to: usize): void {
  const stop = first + depth;
  const tap = x + (<usize>load<u32>(offset) << 2);
  while (first < stop) {
    const count = min(length - (first % length), stop - first);
    memory.copy(to, tap + place(first, cols, length, xRow, xCol), bytes(count));
    to += bytes(count);
    first += count;
  }
}

/** c[5][8] += d·b for rows of d, `channel` bytes apart, and b[depth][8]. Rows past the last one alias it and are stored before it. */
function tile5x8(depth: i32, d0: usize, channel: usize, rows: i32, b: usize, c: usize, pitch: usize): void {
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
function dot5(depth: i32, d0: usize, channel: usize, rows: i32, x: usize, c: usize, pitch: usize): void {
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
