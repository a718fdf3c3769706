// spmv over blocks of 4×1, 8×1 or 16×1: that many consecutive output rows keep the same columns, so a kept column is one
// splat of x and whole vectors of weights: nothing is gathered.
//
//   block row b = output rows r·b … r·b + r−1, blocks rowptr[b] … rowptr[b+1];  values [block][r];  colidx one per block
//
// 2·r·blocks flops. Trusts its input; the values of rows ≥ m are read, and those rows not written. y must not overlap x.

import { bytes, clamp, clampScalar, madd, zero } from '../simd';

/** Block rows [begin, end) of a matrix of m rows; bias has m floats, or is 0 for none. Blocks of 4×1. */
export function spmv_f32_block4(
  begin: i32,
  end: i32,
  m: i32,
  rowptr: usize,
  colidx: usize,
  values: usize,
  x: usize,
  y: usize,
  bias: usize,
  lower: f32,
): void {
  const floor = f32x4.splat(lower);
  for (let b = begin; b < end; b++) {
    const first = <usize>load<u32>(rowptr + bytes(b));
    let c = colidx + (first << 2);
    const stop = colidx + (<usize>load<u32>(rowptr + bytes(b), 4) << 2);
    const stop4 = c + ((stop - c) & ~15);
    let p = values + (first << 4);
    let s0 = zero();
    let s1 = zero();
    let s2 = zero();
    let s3 = zero();
    while (c < stop4) {
      s0 = madd(v128.load(p), v128.load32_splat(x + (<usize>load<u32>(c) << 2)), s0);
      s1 = madd(v128.load(p, 16), v128.load32_splat(x + (<usize>load<u32>(c, 4) << 2)), s1);
      s2 = madd(v128.load(p, 32), v128.load32_splat(x + (<usize>load<u32>(c, 8) << 2)), s2);
      s3 = madd(v128.load(p, 48), v128.load32_splat(x + (<usize>load<u32>(c, 12) << 2)), s3);
      c += 16;
      p += 64;
    }
    while (c < stop) {
      s0 = madd(v128.load(p), v128.load32_splat(x + (<usize>load<u32>(c) << 2)), s0);
      c += 4;
      p += 16;
    }
    const s = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
    const i = b << 2;
    if (i + 4 <= m) putWhole(i, y, bias, s, floor);
    else putPart(i, m, y, bias, s, lower);
  }
}

/** As spmv_f32_block4, with blocks of 8×1. */
export function spmv_f32_block8(
  begin: i32,
  end: i32,
  m: i32,
  rowptr: usize,
  colidx: usize,
  values: usize,
  x: usize,
  y: usize,
  bias: usize,
  lower: f32,
): void {
  const floor = f32x4.splat(lower);
  for (let b = begin; b < end; b++) {
    const first = <usize>load<u32>(rowptr + bytes(b));
    let c = colidx + (first << 2);
    const stop = colidx + (<usize>load<u32>(rowptr + bytes(b), 4) << 2);
    const stop2 = c + ((stop - c) & ~7);
    let p = values + (first << 5);
    let s0 = zero();
    let s1 = zero();
    let t0 = zero();
    let t1 = zero();
    while (c < stop2) {
      const x0 = v128.load32_splat(x + (<usize>load<u32>(c) << 2));
      s0 = madd(v128.load(p), x0, s0);
      s1 = madd(v128.load(p, 16), x0, s1);
      const x1 = v128.load32_splat(x + (<usize>load<u32>(c, 4) << 2));
      t0 = madd(v128.load(p, 32), x1, t0);
      t1 = madd(v128.load(p, 48), x1, t1);
      c += 8;
      p += 64;
    }
    if (c < stop) {
      const x0 = v128.load32_splat(x + (<usize>load<u32>(c) << 2));
      s0 = madd(v128.load(p), x0, s0);
      s1 = madd(v128.load(p, 16), x0, s1);
    }
    const i = b << 3;
    s0 = f32x4.add(s0, t0);
    s1 = f32x4.add(s1, t1);
    if (i + 8 <= m) {
      putWhole(i, y, bias, s0, floor);
      putWhole(i + 4, y, bias, s1, floor);
      continue;
    }
    putPart(i, m, y, bias, s0, lower);
    putPart(i + 4, m, y, bias, s1, lower);
  }
}

/** As spmv_f32_block4, with blocks of 16×1. */
export function spmv_f32_block16(
  begin: i32,
  end: i32,
  m: i32,
  rowptr: usize,
  colidx: usize,
  values: usize,
  x: usize,
  y: usize,
  bias: usize,
  lower: f32,
): void {
  const floor = f32x4.splat(lower);
  for (let b = begin; b < end; b++) {
    const first = <usize>load<u32>(rowptr + bytes(b));
    let c = colidx + (first << 2);
    const stop = colidx + (<usize>load<u32>(rowptr + bytes(b), 4) << 2);
    const stop2 = c + ((stop - c) & ~7);
    let p = values + (first << 6);
    let s0 = zero();
    let s1 = zero();
    let s2 = zero();
    let s3 = zero();
    let t0 = zero();
    let t1 = zero();
    let t2 = zero();
    let t3 = zero();
    while (c < stop2) {
      const x0 = v128.load32_splat(x + (<usize>load<u32>(c) << 2));
      s0 = madd(v128.load(p), x0, s0);
      s1 = madd(v128.load(p, 16), x0, s1);
      s2 = madd(v128.load(p, 32), x0, s2);
      s3 = madd(v128.load(p, 48), x0, s3);
      if (c == 0) break; // Never: it keeps V8 from loading all the vectors before the first product, and spilling.
      const x1 = v128.load32_splat(x + (<usize>load<u32>(c, 4) << 2));
      t0 = madd(v128.load(p, 64), x1, t0);
      t1 = madd(v128.load(p, 80), x1, t1);
      t2 = madd(v128.load(p, 96), x1, t2);
      t3 = madd(v128.load(p, 112), x1, t3);
      c += 8;
      p += 128;
    }
    if (c < stop) {
      const x0 = v128.load32_splat(x + (<usize>load<u32>(c) << 2));
      s0 = madd(v128.load(p), x0, s0);
      s1 = madd(v128.load(p, 16), x0, s1);
      s2 = madd(v128.load(p, 32), x0, s2);
      s3 = madd(v128.load(p, 48), x0, s3);
    }
    s0 = f32x4.add(s0, t0);
    s1 = f32x4.add(s1, t1);
    s2 = f32x4.add(s2, t2);
    s3 = f32x4.add(s3, t3);
    const i = b << 4;
    if (i + 16 <= m) {
      putWhole(i, y, bias, s0, floor);
      putWhole(i + 4, y, bias, s1, floor);
      putWhole(i + 8, y, bias, s2, floor);
      putWhole(i + 12, y, bias, s3, floor);
      continue;
    }
    putPart(i, m, y, bias, s0, lower);
    putPart(i + 4, m, y, bias, s1, lower);
    putPart(i + 8, m, y, bias, s2, lower);
    putPart(i + 12, m, y, bias, s3, lower);
  }
}

/** Rows i … i+3 of y. */
// @ts-ignore: decorator
@inline
function putWhole(i: i32, y: usize, bias: usize, s: v128, floor: v128): void {
  if (bias) s = f32x4.add(s, v128.load(bias + bytes(i)));
  v128.store(y + bytes(i), clamp(s, floor));
}

/** Rows i … i+3 of y, those below m. */
function putPart(i: i32, m: i32, y: usize, bias: usize, s: v128, lower: f32): void {
  if (i + 4 <= m) {
    putWhole(i, y, bias, s, f32x4.splat(lower));
    return;
  }
  if (i < m) putRow(i, y, bias, f32x4.extract_lane(s, 0), lower);
  if (i + 1 < m) putRow(i + 1, y, bias, f32x4.extract_lane(s, 1), lower);
  if (i + 2 < m) putRow(i + 2, y, bias, f32x4.extract_lane(s, 2), lower);
}

// @ts-ignore: decorator
@inline
function putRow(i: i32, y: usize, bias: usize, s: f32, lower: f32): void {
  if (bias) s += load<f32>(bias + bytes(i));
  store<f32>(y + bytes(i), clampScalar(s, lower));
}
