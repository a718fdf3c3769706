// Upsampling as plain scalar loops: every output looks for the pixels it is made of.

import { get, put } from './scalar';

export function upsample2d_f32(begin: i32, end: i32, n: i32, rows: i32, cols: i32, factorRows: i32, factorCols: i32,
                               x: usize, xChannel: i32, xRow: i32, y: usize, yChannel: i32, yRow: i32): void {
  for (let c = begin; c < end; c++) for (let r = 0; r < rows * factorRows; r++) for (let q = 0; q < cols * factorCols; q++) for (let s = 0; s < n; s++) {
    put(y, c * yChannel + r * yRow + q * n + s, get(x, c * xChannel + r / factorRows * xRow + q / factorCols * n + s));
  }
}

export function upsample2d_backward_f32(begin: i32, end: i32, n: i32, rows: i32, cols: i32, factorRows: i32, factorCols: i32,
                                        dy: usize, yChannel: i32, yRow: i32, dx: usize, xChannel: i32, xRow: i32): void {
  for (let c = begin; c < end; c++) for (let r = 0; r < rows; r++) for (let q = 0; q < cols; q++) for (let s = 0; s < n; s++) {
    let sum: f32 = 0;
    for (let a = 0; a < factorRows; a++) for (let b = 0; b < factorCols; b++) {
      sum += get(dy, c * yChannel + (r * factorRows + a) * yRow + (q * factorCols + b) * n + s);
    }
    put(dx, c * xChannel + r * xRow + q * n + s, sum);
  }
}

export function bilinear2d_f32(begin: i32, end: i32, n: i32, rows: i32, cols: i32, factorRows: i32, factorCols: i32,
                               x: usize, xChannel: i32, xRow: i32, y: usize, yChannel: i32, yRow: i32): void {
  for (let c = begin; c < end; c++) for (let r = 0; r < rows * factorRows; r++) for (let q = 0; q < cols * factorCols; q++) for (let s = 0; s < n; s++) {
    let sum: f64 = 0;
    for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) {
      const weight = nearness(r, factorRows, i, rows) * nearness(q, factorCols, j, cols);
      if (weight > 0) sum += weight * <f64>get(x, c * xChannel + i * xRow + j * n + s);
    }
    put(y, c * yChannel + r * yRow + q * n + s, <f32>sum);
  }
}

export function bilinear2d_backward_f32(begin: i32, end: i32, n: i32, rows: i32, cols: i32, factorRows: i32, factorCols: i32,
                                        dy: usize, yChannel: i32, yRow: i32, dx: usize, xChannel: i32, xRow: i32): void {
  for (let c = begin; c < end; c++) for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) for (let s = 0; s < n; s++) {
    let sum: f64 = get(dx, c * xChannel + i * xRow + j * n + s);
    for (let r = 0; r < rows * factorRows; r++) for (let q = 0; q < cols * factorCols; q++) {
      const weight = nearness(r, factorRows, i, rows) * nearness(q, factorCols, j, cols);
      sum += weight * <f64>get(dy, c * yChannel + r * yRow + q * n + s);
    }
    put(dx, c * xChannel + i * xRow + j * n + s, <f32>sum);
  }
}

/** How much pixel i of `count` gives to pixel r of count·factor: 1 where their middles meet, 0 from one pixel away. */
function nearness(r: i32, factor: i32, i: i32, count: i32): f64 {
  const at = min(max((<f64>r + 0.5) / <f64>factor - 0.5, 0), <f64>(count - 1));
  return max(1 - abs(at - <f64>i), 0);
}
