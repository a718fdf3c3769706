// The register tiles of the dense kernels: C[rows × w] (+)= A·B for one packed panel of A, w = 8, 4 or 1.
//
//   a  [k][MR], packed                     b  row kk at b + kk·bRow (bytes), w floats of it are read
//   c  row i at c + i·ldc (bytes)          rows ≤ MR of them are written
//
// Finish: accumulate ? C + sum : bias (by row, may be 0) + sum, then max(·, lower). Rows past the last one alias it and
// are stored before it, so that an edge panel needs no branch and no scratch. 2·MR·w·k flops.
//
// The first k stands before the loop: V8 11 then adds up memory's base and the offsets of the splats once, and not at every k (8%).

import { MR, bytes, clamp, clampScalar, madd, zero } from '../simd';

/** An MR×8 tile: MR splats, two loads and 2·MR multiply-adds per k. */
export function tile8(
  k: i32,
  a: usize,
  b: usize,
  bRow: usize,
  c: usize,
  ldc: usize,
  rows: i32,
  accumulate: i32,
  bias: usize,
  lower: f32,
): void {
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
  let s50 = zero();
  let s51 = zero();
  const stop = a + bytes(MR) * <usize>k;
  if (a < stop) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const w0 = v128.load32_splat(a);
    s00 = madd(w0, b0, s00);
    s01 = madd(w0, b1, s01);
    const w1 = v128.load32_splat(a, 4);
    s10 = madd(w1, b0, s10);
    s11 = madd(w1, b1, s11);
    const w2 = v128.load32_splat(a, 8);
    s20 = madd(w2, b0, s20);
    s21 = madd(w2, b1, s21);
    const w3 = v128.load32_splat(a, 12);
    s30 = madd(w3, b0, s30);
    s31 = madd(w3, b1, s31);
    const w4 = v128.load32_splat(a, 16);
    s40 = madd(w4, b0, s40);
    s41 = madd(w4, b1, s41);
    if (MR == 6) {
      const w5 = v128.load32_splat(a, 20);
      s50 = madd(w5, b0, s50);
      s51 = madd(w5, b1, s51);
    }
    a += MR << 2;
    b += bRow;
  }
  while (a < stop) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const w0 = v128.load32_splat(a);
    s00 = madd(w0, b0, s00);
    s01 = madd(w0, b1, s01);
    const w1 = v128.load32_splat(a, 4);
    s10 = madd(w1, b0, s10);
    s11 = madd(w1, b1, s11);
    const w2 = v128.load32_splat(a, 8);
    s20 = madd(w2, b0, s20);
    s21 = madd(w2, b1, s21);
    const w3 = v128.load32_splat(a, 12);
    s30 = madd(w3, b0, s30);
    s31 = madd(w3, b1, s31);
    const w4 = v128.load32_splat(a, 16);
    s40 = madd(w4, b0, s40);
    s41 = madd(w4, b1, s41);
    if (MR == 6) {
      const w5 = v128.load32_splat(a, 20);
      s50 = madd(w5, b0, s50);
      s51 = madd(w5, b1, s51);
    }
    a += MR << 2;
    b += bRow;
  }

  const c1 = rows > 1 ? c + ldc : c;
  const c2 = rows > 2 ? c1 + ldc : c1;
  const c3 = rows > 3 ? c2 + ldc : c2;
  const c4 = rows > 4 ? c3 + ldc : c3;
  const c5 = rows > 5 ? c4 + ldc : c4;
  if (accumulate) {
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
    if (MR == 6) {
      s50 = f32x4.add(v128.load(c5), s50);
      s51 = f32x4.add(v128.load(c5, 16), s51);
    }
  } else if (bias) {
    const last = rows - 1;
    const bias0 = v128.load32_splat(bias);
    s00 = f32x4.add(bias0, s00);
    s01 = f32x4.add(bias0, s01);
    const bias1 = v128.load32_splat(bias + bytes(min(1, last)));
    s10 = f32x4.add(bias1, s10);
    s11 = f32x4.add(bias1, s11);
    const bias2 = v128.load32_splat(bias + bytes(min(2, last)));
    s20 = f32x4.add(bias2, s20);
    s21 = f32x4.add(bias2, s21);
    const bias3 = v128.load32_splat(bias + bytes(min(3, last)));
    s30 = f32x4.add(bias3, s30);
    s31 = f32x4.add(bias3, s31);
    const bias4 = v128.load32_splat(bias + bytes(min(4, last)));
    s40 = f32x4.add(bias4, s40);
    s41 = f32x4.add(bias4, s41);
    if (MR == 6) {
      const bias5 = v128.load32_splat(bias + bytes(last));
      s50 = f32x4.add(bias5, s50);
      s51 = f32x4.add(bias5, s51);
    }
  }
  const floor = f32x4.splat(lower);
  if (MR == 6) {
    v128.store(c5, clamp(s50, floor));
    v128.store(c5, clamp(s51, floor), 16);
  }
  v128.store(c4, clamp(s40, floor));
  v128.store(c4, clamp(s41, floor), 16);
  v128.store(c3, clamp(s30, floor));
  v128.store(c3, clamp(s31, floor), 16);
  v128.store(c2, clamp(s20, floor));
  v128.store(c2, clamp(s21, floor), 16);
  v128.store(c1, clamp(s10, floor));
  v128.store(c1, clamp(s11, floor), 16);
  v128.store(c, clamp(s00, floor));
  v128.store(c, clamp(s01, floor), 16);
}

/** An MR×4 tile, for the last columns. */
export function tile4(
  k: i32,
  a: usize,
  b: usize,
  bRow: usize,
  c: usize,
  ldc: usize,
  rows: i32,
  accumulate: i32,
  bias: usize,
  lower: f32,
): void {
  let s0 = zero();
  let s1 = zero();
  let s2 = zero();
  let s3 = zero();
  let s4 = zero();
  let s5 = zero();
  const stop = a + bytes(MR) * <usize>k;
  if (a < stop) {
    const b0 = v128.load(b);
    s0 = madd(v128.load32_splat(a), b0, s0);
    s1 = madd(v128.load32_splat(a, 4), b0, s1);
    s2 = madd(v128.load32_splat(a, 8), b0, s2);
    s3 = madd(v128.load32_splat(a, 12), b0, s3);
    s4 = madd(v128.load32_splat(a, 16), b0, s4);
    if (MR == 6) s5 = madd(v128.load32_splat(a, 20), b0, s5);
    a += MR << 2;
    b += bRow;
  }
  while (a < stop) {
    const b0 = v128.load(b);
    s0 = madd(v128.load32_splat(a), b0, s0);
    s1 = madd(v128.load32_splat(a, 4), b0, s1);
    s2 = madd(v128.load32_splat(a, 8), b0, s2);
    s3 = madd(v128.load32_splat(a, 12), b0, s3);
    s4 = madd(v128.load32_splat(a, 16), b0, s4);
    if (MR == 6) s5 = madd(v128.load32_splat(a, 20), b0, s5);
    a += MR << 2;
    b += bRow;
  }

  const floor = f32x4.splat(lower);
  finish4(c, bias, s0, accumulate, floor);
  if (rows > 1) finish4(c + ldc, bias && bias + 4, s1, accumulate, floor);
  if (rows > 2) finish4(c + 2 * ldc, bias && bias + 8, s2, accumulate, floor);
  if (rows > 3) finish4(c + 3 * ldc, bias && bias + 12, s3, accumulate, floor);
  if (rows > 4) finish4(c + 4 * ldc, bias && bias + 16, s4, accumulate, floor);
  if (rows > 5) finish4(c + 5 * ldc, bias && bias + 20, s5, accumulate, floor);
}

// @ts-ignore: decorator
@inline
function finish4(c: usize, bias: usize, s: v128, accumulate: i32, floor: v128): void {
  if (accumulate) s = f32x4.add(v128.load(c), s);
  else if (bias) s = f32x4.add(v128.load32_splat(bias), s);
  v128.store(c, clamp(s, floor));
}

/** One column: the lanes run over the rows of the panel. */
export function tile1(
  k: i32,
  a: usize,
  b: usize,
  bRow: usize,
  c: usize,
  ldc: usize,
  rows: i32,
  accumulate: i32,
  bias: usize,
  lower: f32,
): void {
  let s = zero();
  let s4: f32 = 0;
  let s5: f32 = 0;
  const stop = a + bytes(MR) * <usize>k;
  while (a < stop) {
    s = madd(v128.load(a), v128.load32_splat(b), s);
    s4 += load<f32>(a, 16) * load<f32>(b);
    if (MR == 6) s5 += load<f32>(a, 20) * load<f32>(b);
    a += MR << 2;
    b += bRow;
  }

  finish1(c, bias, f32x4.extract_lane(s, 0), accumulate, lower);
  if (rows > 1) finish1(c + ldc, bias && bias + 4, f32x4.extract_lane(s, 1), accumulate, lower);
  if (rows > 2) finish1(c + 2 * ldc, bias && bias + 8, f32x4.extract_lane(s, 2), accumulate, lower);
  if (rows > 3) finish1(c + 3 * ldc, bias && bias + 12, f32x4.extract_lane(s, 3), accumulate, lower);
  if (rows > 4) finish1(c + 4 * ldc, bias && bias + 16, s4, accumulate, lower);
  if (rows > 5) finish1(c + 5 * ldc, bias && bias + 20, s5, accumulate, lower);
}

// @ts-ignore: decorator
@inline
function finish1(c: usize, bias: usize, s: f32, accumulate: i32, lower: f32): void {
  if (accumulate) s = load<f32>(c) + s;
  else if (bias) s = load<f32>(bias) + s;
  store<f32>(c, clampScalar(s, lower));
}
