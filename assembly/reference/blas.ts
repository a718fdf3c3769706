// The dense kernels as plain scalar loops: the oracle beside assembly/blas.

import { MR, finished, get, index, packed, put } from './scalar';

export function panel_rows(): i32 {
  return MR;
}

export function pack_f32_a(
  begin: i32,
  end: i32,
  m: i32,
  k: i32,
  rowStride: i32,
  colStride: i32,
  a: usize,
  packed: usize,
): void {
  for (let i = begin * MR; i < end * MR; i++) {
    for (let kk = 0; kk < k; kk++) {
      put(packed, ((i / MR) * k + kk) * MR + (i % MR), i < m ? get(a, i * rowStride + kk * colStride) : 0);
    }
  }
}

export function pack_f32_b(begin: i32, end: i32, k: i32, n: i32, ldb: i32, b: usize, packed: usize): void {
  for (let j = begin * 8; j < end * 8; j++) {
    for (let kk = 0; kk < k; kk++) {
      put(packed, ((j / 8) * k + kk) * 8 + (j % 8), j < n ? get(b, kk * ldb + j) : 0);
    }
  }
}

export function gemm_f32_panels(
  begin: i32,
  end: i32,
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  b: usize,
  bTile: i32,
  bRow: i32,
  c: usize,
  ldc: i32,
  accumulate: i32,
  bias: usize,
  lower: f32,
): void {
  for (let i = begin * MR; i < min(m, end * MR); i++) {
    for (let j = 0; j < n; j++) {
      let sum: f32 = accumulate ? get(c, i * ldc + j) : 0;
      for (let kk = 0; kk < k; kk++) sum += packed(a, k, i, kk) * get(b, (j / 8) * bTile + kk * bRow + (j % 8));
      put(c, i * ldc + j, finished(sum, accumulate ? 0 : bias, i, lower));
    }
  }
}

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
  for (let i = begin; i < end; i++) {
    let sum: f32 = 0;
    for (let kk = 0; kk < k; kk++) sum += get(a, i * lda + kk) * get(x, kk);
    put(y, i, finished(sum, bias, i, lower));
  }
}

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
  for (let o = begin; o < end; o++) {
    for (let t = 0; t < taps; t++) {
      let sum: f32 = accumulate ? get(dw, o * lddw + t) : 0;
      for (let r = 0; r < rows; r++) {
        for (let q = 0; q < cols; q++) {
          for (let j = 0; j < length; j++) {
            const d = get(dy, o * dyChannel + (r * cols + q) * length + j);
            sum += d * get(x, index(offsets, t) + r * xRow + q * xCol + j);
          }
        }
      }
      put(dw, o * lddw + t, sum);
    }
  }
}
