// spmm: Y = max(A·X + bias, lower). A is CSR; X and Y are rows of contiguous floats.
//
//   Y[i][j] = bias[i] + Σ_p values[p] · x[colidx[p] + j],   p in rowptr[i] … rowptr[i+1],  j < length
//
// colidx has places in floats, not columns (places.ts), so that an address is one addition.
// A dense layer: feature · n, where length = n. A convolution: the tap's offset in the padded input · n, and x is moved to the row's
// first pixel: overlapping rows of X, no im2col.
// Panels of 32, 16, 8 and 4 floats are outermost, so that a panel of X stays in cache; the last one is pulled back over its
// neighbour. 2·nnz·length flops; the pattern is read once per panel.
// Trusts its input: the pattern was checked where it was made. Y must not overlap X.

import { bytes, clamp, clampScalar, madd, zero } from '../simd';
import { panel32 } from './spmm-panel32';

/** Rows [begin, end) of Y, rows of pitch ldy; bias has a float per row, or is 0 for none. With accumulate Y is added to. */
export function spmm_f32_csr(
  begin: i32,
  end: i32,
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
  rowptr += bytes(begin);
  const stop = rowptr + bytes(end - begin);
  y += <usize>begin * row;
  if (bias) bias += bytes(begin);
  let j = 0;
  for (; j + 32 <= length; j += 32) {
    panel32(rowptr, stop, colidx, values, x + bytes(j), y + bytes(j), row, accumulate, bias, lower);
  }
  if (j + 16 <= length) {
    panel16(rowptr, stop, colidx, values, x + bytes(j), y + bytes(j), row, accumulate, bias, lower);
    j += 16;
  }
  if (j + 8 <= length) {
    panel8(rowptr, stop, colidx, values, x + bytes(j), y + bytes(j), row, accumulate, bias, lower);
    j += 8;
  }
  if (j + 4 <= length) {
    panel4(rowptr, stop, colidx, values, x + bytes(j), y + bytes(j), row, accumulate, bias, lower);
    j += 4;
  }
  if (j == length) return;
  if (length >= 4 && !accumulate) {
    const last = bytes(length - 4);
    panel4(rowptr, stop, colidx, values, x + last, y + last, row, accumulate, bias, lower);
    return;
  }
  for (; j < length; j++) {
    panel1(rowptr, stop, colidx, values, x + bytes(j), y + bytes(j), row, accumulate, bias, lower);
  }
}

function panel16(
  rowptr: usize, stop: usize, colidx: usize, values: usize, x: usize, y: usize, row: usize,
  accumulate: i32, bias: usize, lower: f32,
): void {
  while (rowptr < stop) {
    const first = <usize>load<u32>(rowptr) << 2;
    let p = values + first;
    let c = colidx + first;
    const last = values + (<usize>load<u32>(rowptr, 4) << 2);
    const lastPair = last - 4;
    let s0 = zero();
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let t0 = s0;
    let t1 = s0;
    let t2 = s0;
    let t3 = s0;
    if (bias) {
      s0 = v128.load32_splat(bias);
      s1 = s0;
      s2 = s0;
      s3 = s0;
      bias += 4;
    }
    while (p < lastPair) {
      const xp = x + (<usize>load<u32>(c) << 2);
      const w = v128.load32_splat(p);
      s0 = madd(w, v128.load(xp), s0);
      s1 = madd(w, v128.load(xp, 16), s1);
      s2 = madd(w, v128.load(xp, 32), s2);
      s3 = madd(w, v128.load(xp, 48), s3);
      if (xp == 0) break;
      const xq = x + (<usize>load<u32>(c, 4) << 2);
      const v = v128.load32_splat(p, 4);
      t0 = madd(v, v128.load(xq), t0);
      t1 = madd(v, v128.load(xq, 16), t1);
      t2 = madd(v, v128.load(xq, 32), t2);
      t3 = madd(v, v128.load(xq, 48), t3);
      p += 8;
      c += 8;
    }
    if (p < last) {
      const xp = x + (<usize>load<u32>(c) << 2);
      const w = v128.load32_splat(p);
      s0 = madd(w, v128.load(xp), s0);
      s1 = madd(w, v128.load(xp, 16), s1);
      s2 = madd(w, v128.load(xp, 32), s2);
      s3 = madd(w, v128.load(xp, 48), s3);
    }
    if (accumulate) {
      s0 = f32x4.add(s0, v128.load(y));
      s1 = f32x4.add(s1, v128.load(y, 16));
      s2 = f32x4.add(s2, v128.load(y, 32));
      s3 = f32x4.add(s3, v128.load(y, 48));
    }
    const floor = f32x4.splat(lower);
    v128.store(y, clamp(f32x4.add(s0, t0), floor));
    v128.store(y, clamp(f32x4.add(s1, t1), floor), 16);
    v128.store(y, clamp(f32x4.add(s2, t2), floor), 32);
    v128.store(y, clamp(f32x4.add(s3, t3), floor), 48);
    y += row;
    rowptr += 4;
  }
}

function panel8(
  rowptr: usize, stop: usize, colidx: usize, values: usize, x: usize, y: usize, row: usize,
  accumulate: i32, bias: usize, lower: f32,
): void {
  while (rowptr < stop) {
    const first = <usize>load<u32>(rowptr) << 2;
    let p = values + first;
    let c = colidx + first;
    const last = values + (<usize>load<u32>(rowptr, 4) << 2);
    const lastPair = last - 4;
    let s0 = zero();
    let s1 = s0;
    let t0 = s0;
    let t1 = s0;
    if (bias) {
      s0 = v128.load32_splat(bias);
      s1 = s0;
      bias += 4;
    }
    while (p < lastPair) {
      const xp = x + (<usize>load<u32>(c) << 2);
      const w = v128.load32_splat(p);
      s0 = madd(w, v128.load(xp), s0);
      s1 = madd(w, v128.load(xp, 16), s1);
      const xq = x + (<usize>load<u32>(c, 4) << 2);
      const v = v128.load32_splat(p, 4);
      t0 = madd(v, v128.load(xq), t0);
      t1 = madd(v, v128.load(xq, 16), t1);
      p += 8;
      c += 8;
    }
    if (p < last) {
      const xp = x + (<usize>load<u32>(c) << 2);
      const w = v128.load32_splat(p);
      s0 = madd(w, v128.load(xp), s0);
      s1 = madd(w, v128.load(xp, 16), s1);
    }
    if (accumulate) {
      s0 = f32x4.add(s0, v128.load(y));
      s1 = f32x4.add(s1, v128.load(y, 16));
    }
    const floor = f32x4.splat(lower);
    v128.store(y, clamp(f32x4.add(s0, t0), floor));
    v128.store(y, clamp(f32x4.add(s1, t1), floor), 16);
    y += row;
    rowptr += 4;
  }
}

function panel4(
  rowptr: usize, stop: usize, colidx: usize, values: usize, x: usize, y: usize, row: usize,
  accumulate: i32, bias: usize, lower: f32,
): void {
  while (rowptr < stop) {
    const first = <usize>load<u32>(rowptr) << 2;
    let p = values + first;
    let c = colidx + first;
    const last = values + (<usize>load<u32>(rowptr, 4) << 2);
    const lastFour = last - 12;
    let s0 = zero();
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    if (bias) {
      s0 = v128.load32_splat(bias);
      bias += 4;
    }
    while (p < lastFour) {
      s0 = madd(v128.load32_splat(p), v128.load(x + (<usize>load<u32>(c) << 2)), s0);
      s1 = madd(v128.load32_splat(p, 4), v128.load(x + (<usize>load<u32>(c, 4) << 2)), s1);
      s2 = madd(v128.load32_splat(p, 8), v128.load(x + (<usize>load<u32>(c, 8) << 2)), s2);
      s3 = madd(v128.load32_splat(p, 12), v128.load(x + (<usize>load<u32>(c, 12) << 2)), s3);
      p += 16;
      c += 16;
    }
    while (p < last) {
      s0 = madd(v128.load32_splat(p), v128.load(x + (<usize>load<u32>(c) << 2)), s0);
      p += 4;
      c += 4;
    }
    if (accumulate) s0 = f32x4.add(s0, v128.load(y));
    v128.store(y, clamp(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), f32x4.splat(lower)));
    y += row;
    rowptr += 4;
  }
}

function panel1(
  rowptr: usize, stop: usize, colidx: usize, values: usize, x: usize, y: usize, row: usize,
  accumulate: i32, bias: usize, lower: f32,
): void {
  while (rowptr < stop) {
    const first = <usize>load<u32>(rowptr) << 2;
    let p = values + first;
    let c = colidx + first;
    const last = values + (<usize>load<u32>(rowptr, 4) << 2);
    let s: f32 = 0;
    if (bias) {
      s = load<f32>(bias);
      bias += 4;
    }
    while (p < last) {
      s += load<f32>(p) * load<f32>(x + (<usize>load<u32>(c) << 2));
      p += 4;
      c += 4;
    }
    if (accumulate) s += load<f32>(y);
    store<f32>(y, clampScalar(s, lower));
    y += row;
    rowptr += 4;
  }
}
