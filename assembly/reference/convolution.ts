// Convolution as plain scalar loops: the oracle beside assembly/nn/conv2d.ts, conv2d-dx.ts, im2col.ts and pad.ts.

import { finished, get, index, packed, put } from './scalar';

export function conv2d_f32_dense(
  begin: i32,
  end: i32,
  cols: i32,
  length: i32,
  m: i32,
  taps: i32,
  a: usize,
  offsets: usize,
  x: usize,
  xRow: i32,
  xCol: i32,
  y: usize,
  yChannel: i32,
  bias: usize,
  lower: f32,
  scratch: usize,
): void {
  for (let o = 0; o < m; o++) {
    for (let r = begin; r < end; r++) {
      for (let q = 0; q < cols; q++) {
        for (let j = 0; j < length; j++) {
          const run = r * xRow + q * xCol + j;
          let sum: f32 = 0;
          for (let t = 0; t < taps; t++) sum += packed(a, taps, o, t) * get(x, index(offsets, t) + run);
          put(y, o * yChannel + (r * cols + q) * length + j, finished(sum, bias, o, lower));
        }
      }
    }
  }
}

export function conv2d_f32_dx(
  begin: i32,
  end: i32,
  cols: i32,
  length: i32,
  taps: i32,
  m: i32,
  at: usize,
  offsets: usize,
  dy: usize,
  dyChannel: i32,
  dx: usize,
  xRow: i32,
  xCol: i32,
  scratch: usize,
): void {
  for (let t = 0; t < taps; t++) {
    for (let r = begin; r < end; r++) {
      for (let q = 0; q < cols; q++) {
        for (let j = 0; j < length; j++) {
          const to = index(offsets, t) + r * xRow + q * xCol + j;
          let sum: f32 = 0;
          for (let o = 0; o < m; o++) sum += packed(at, m, t, o) * get(dy, o * dyChannel + (r * cols + q) * length + j);
          put(dx, to, get(dx, to) + sum);
        }
      }
    }
  }
}

export function im2col_f32(
  begin: i32,
  end: i32,
  cols: i32,
  length: i32,
  taps: i32,
  offsets: usize,
  x: usize,
  xRow: i32,
  xCol: i32,
  y: usize,
  yTap: i32,
  yRow: i32,
  yCol: i32,
): void {
  for (let t = 0; t < taps; t++) {
    for (let r = begin; r < end; r++) {
      for (let q = 0; q < cols; q++) {
        for (let j = 0; j < length; j++) {
          put(y, t * yTap + r * yRow + q * yCol + j, get(x, index(offsets, t) + r * xRow + q * xCol + j));
        }
      }
    }
  }
}

export function pad2d_f32(
  channels: i32,
  rows: i32,
  cols: i32,
  n: i32,
  top: i32,
  left: i32,
  paddedRows: i32,
  paddedCols: i32,
  x: usize,
  y: usize,
): void {
  for (let i = 0; i < channels * paddedRows * paddedCols * n; i++) put(y, i, 0);
  for (let c = 0; c < channels; c++) {
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < cols * n; j++) {
        put(y, ((c * paddedRows + top + r) * paddedCols + left) * n + j, get(x, (c * rows + r) * cols * n + j));
      }
    }
  }
}

export function crop2d_f32(
  channels: i32,
  rows: i32,
  cols: i32,
  n: i32,
  top: i32,
  left: i32,
  paddedRows: i32,
  paddedCols: i32,
  x: usize,
  y: usize,
): void {
  for (let c = 0; c < channels; c++) {
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < cols * n; j++) {
        put(y, (c * rows + r) * cols * n + j, get(x, ((c * paddedRows + top + r) * paddedCols + left) * n + j));
      }
    }
  }
}
