// spmm over blocks of 4×1: four consecutive output rows keep the same columns, so each vector of X is loaded once for four.
//
//   block row b = output rows 4b … 4b+3, blocks rowptr[b] … rowptr[b+1];  values [block][4];  colidx one per block
//
// Otherwise as spmm.ts. A tile is 4 rows × 8 floats. 8·blocks·length flops.
// Trusts its input; Y must not overlap X; the values of rows ≥ m are read, and those rows not written.

import { bytes, clamp, clampScalar, madd, zero } from '../simd';

/** Block rows [begin, end) of a matrix of m rows; bias has m floats, or is 0 for none. With accumulate Y is added to. */
export function spmm_f32_block4(
  begin: i32,
  end: i32,
  m: i32,
  length: i32,
  rowptr: usize,
  colidx: usize,
  values: usize,
  x: usize,
  y: usize,
  ldy: i32,
  accumulate: i32,
  bias: usize,
  lower: f32,
): void {
  const row = bytes(ldy);
  let j = 0;
  for (; j + 8 <= length; j += 8) {
    panel8(begin, end, m, rowptr, colidx, values, x + bytes(j), y + bytes(j), row, accumulate, bias, lower);
  }
  if (j + 4 <= length) {
    panel4(begin, end, m, rowptr, colidx, values, x + bytes(j), y + bytes(j), row, accumulate, bias, lower);
    j += 4;
  }
  if (j == length) return;
  if (length >= 4 && !accumulate) {
    const last = bytes(length - 4);
    panel4(begin, end, m, rowptr, colidx, values, x + last, y + last, row, accumulate, bias, lower);
    return;
  }
  for (; j < length; j++) {
    panel1(begin, end, m, rowptr, colidx, values, x + bytes(j), y + bytes(j), row, accumulate, bias, lower);
  }
}

function panel8(
  begin: i32, end: i32, m: i32, rowptr: usize, colidx: usize, values: usize, x: usize, y: usize,
  row: usize, accumulate: i32, bias: usize, lower: f32,
): void {
  for (let b = begin; b < end; b++) {
    const first = <usize>load<u32>(rowptr + bytes(b));
    let c = colidx + (first << 2);
    const stop = colidx + (<usize>load<u32>(rowptr + bytes(b), 4) << 2);
    let p = values + (first << 4);
    let s00 = zero();
    let s01 = zero();
    let s10 = zero();
    let s11 = zero();
    let s20 = zero();
    let s21 = zero();
    let s30 = zero();
    let s31 = zero();
    while (c < stop) {
      const xp = x + (<usize>load<u32>(c) << 2);
      const x0 = v128.load(xp);
      const x1 = v128.load(xp, 16);
      const w0 = v128.load32_splat(p);
      s00 = madd(w0, x0, s00);
      s01 = madd(w0, x1, s01);
      const w1 = v128.load32_splat(p, 4);
      s10 = madd(w1, x0, s10);
      s11 = madd(w1, x1, s11);
      const w2 = v128.load32_splat(p, 8);
      s20 = madd(w2, x0, s20);
      s21 = madd(w2, x1, s21);
      const w3 = v128.load32_splat(p, 12);
      s30 = madd(w3, x0, s30);
      s31 = madd(w3, x1, s31);
      c += 4;
      p += 16;
    }
    const i = b << 2;
    const rows = m - i;
    const to = y + <usize>i * row;
    const biasRow = bias && bias + bytes(i);
    const floor = f32x4.splat(lower);
    finish8(to, accumulate, biasRow, s00, s01, floor);
    if (rows > 1) finish8(to + row, accumulate, biasRow && biasRow + 4, s10, s11, floor);
    if (rows > 2) finish8(to + 2 * row, accumulate, biasRow && biasRow + 8, s20, s21, floor);
    if (rows > 3) finish8(to + 3 * row, accumulate, biasRow && biasRow + 12, s30, s31, floor);
  }
}

// @ts-ignore: decorator
@inline
function finish8(to: usize, accumulate: i32, bias: usize, s0: v128, s1: v128, floor: v128): void {
  if (bias) {
    const w = v128.load32_splat(bias);
    s0 = f32x4.add(s0, w);
    s1 = f32x4.add(s1, w);
  }
  if (accumulate) {
    s0 = f32x4.add(s0, v128.load(to));
    s1 = f32x4.add(s1, v128.load(to, 16));
  }
  v128.store(to, clamp(s0, floor));
  v128.store(to, clamp(s1, floor), 16);
}

function panel4(
  begin: i32, end: i32, m: i32, rowptr: usize, colidx: usize, values: usize, x: usize, y: usize,
  row: usize, accumulate: i32, bias: usize, lower: f32,
): void {
  for (let b = begin; b < end; b++) {
    const first = <usize>load<u32>(rowptr + bytes(b));
    let c = colidx + (first << 2);
    const stop = colidx + (<usize>load<u32>(rowptr + bytes(b), 4) << 2);
    let p = values + (first << 4);
    let s0 = zero();
    let s1 = zero();
    let s2 = zero();
    let s3 = zero();
    // The first block apart, as in blas/tile.ts.
    if (c < stop) {
      const x0 = v128.load(x + (<usize>load<u32>(c) << 2));
      s0 = madd(v128.load32_splat(p), x0, s0);
      s1 = madd(v128.load32_splat(p, 4), x0, s1);
      s2 = madd(v128.load32_splat(p, 8), x0, s2);
      s3 = madd(v128.load32_splat(p, 12), x0, s3);
      c += 4;
      p += 16;
    }
    while (c < stop) {
      const x0 = v128.load(x + (<usize>load<u32>(c) << 2));
      s0 = madd(v128.load32_splat(p), x0, s0);
      s1 = madd(v128.load32_splat(p, 4), x0, s1);
      s2 = madd(v128.load32_splat(p, 8), x0, s2);
      s3 = madd(v128.load32_splat(p, 12), x0, s3);
      c += 4;
      p += 16;
    }
    const i = b << 2;
    const rows = m - i;
    const to = y + <usize>i * row;
    const biasRow = bias && bias + bytes(i);
    const floor = f32x4.splat(lower);
    finish4(to, accumulate, biasRow, s0, floor);
    if (rows > 1) finish4(to + row, accumulate, biasRow && biasRow + 4, s1, floor);
    if (rows > 2) finish4(to + 2 * row, accumulate, biasRow && biasRow + 8, s2, floor);
    if (rows > 3) finish4(to + 3 * row, accumulate, biasRow && biasRow + 12, s3, floor);
  }
}

// @ts-ignore: decorator
@inline
function finish4(to: usize, accumulate: i32, bias: usize, s: v128, floor: v128): void {
  if (bias) s = f32x4.add(s, v128.load32_splat(bias));
  if (accumulate) s = f32x4.add(s, v128.load(to));
  v128.store(to, clamp(s, floor));
}

/** One column: the lanes run over the rows of the block. */
function panel1(
  begin: i32, end: i32, m: i32, rowptr: usize, colidx: usize, values: usize, x: usize, y: usize,
  row: usize, accumulate: i32, bias: usize, lower: f32,
): void {
  for (let b = begin; b < end; b++) {
    const first = <usize>load<u32>(rowptr + bytes(b));
    let c = colidx + (first << 2);
    const stop = colidx + (<usize>load<u32>(rowptr + bytes(b), 4) << 2);
    let p = values + (first << 4);
    let s = zero();
    while (c < stop) {
      s = madd(v128.load(p), v128.load32_splat(x + (<usize>load<u32>(c) << 2)), s);
      c += 4;
      p += 16;
    }
    const i = b << 2;
    const rows = m - i;
    const to = y + <usize>i * row;
    const biasRow = bias && bias + bytes(i);
    finish1(to, accumulate, biasRow, f32x4.extract_lane(s, 0), lower);
    if (rows > 1) finish1(to + row, accumulate, biasRow && biasRow + 4, f32x4.extract_lane(s, 1), lower);
    if (rows > 2) finish1(to + 2 * row, accumulate, biasRow && biasRow + 8, f32x4.extract_lane(s, 2), lower);
    if (rows > 3) finish1(to + 3 * row, accumulate, biasRow && biasRow + 12, f32x4.extract_lane(s, 3), lower);
  }
}

// @ts-ignore: decorator
@inline
function finish1(to: usize, accumulate: i32, bias: usize, s: f32, lower: f32): void {
  if (bias) s += load<f32>(bias);
  if (accumulate) s += load<f32>(to);
  store<f32>(to, clampScalar(s, lower));
}
