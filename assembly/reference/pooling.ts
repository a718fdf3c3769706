// Pooling as plain scalar loops: every sample, every output, every pixel of the window that lies inside.

import { get, put } from './scalar';

export function max_pool2d_f32(begin: i32, end: i32, n: i32, inRows: i32, inCols: i32, rows: i32, cols: i32,
                               poolRows: i32, poolCols: i32, strideRows: i32, strideCols: i32, padTop: i32, padLeft: i32,
                               x: usize, xChannel: i32, xRow: i32, y: usize, yChannel: i32, yRow: i32): void {
  for (let c = begin; c < end; c++) for (let r = 0; r < rows; r++) for (let q = 0; q < cols; q++) for (let s = 0; s < n; s++) {
    let best = -1;
    for (let a = 0; a < poolRows; a++) for (let b = 0; b < poolCols; b++) {
      const at = pixel(r * strideRows - padTop + a, q * strideCols - padLeft + b, inRows, inCols, n, xRow);
      if (at < 0) continue;
      if (best < 0 || get(x, c * xChannel + at + s) > get(x, c * xChannel + best + s)) best = at;
    }
    put(y, c * yChannel + r * yRow + q * n + s, get(x, c * xChannel + best + s));
  }
}

export function max_pool2d_backward_f32(begin: i32, end: i32, n: i32, inRows: i32, inCols: i32, rows: i32, cols: i32,
                                        poolRows: i32, poolCols: i32, strideRows: i32, strideCols: i32, padTop: i32, padLeft: i32,
                                        x: usize, xChannel: i32, xRow: i32, dy: usize, yChannel: i32, yRow: i32, dx: usize,
                                        rectified: i32): void {
  clearMaps(begin, end, inRows, inCols * n, dx, xChannel, xRow);
  for (let c = begin; c < end; c++) for (let r = 0; r < rows; r++) for (let q = 0; q < cols; q++) for (let s = 0; s < n; s++) {
    let best = -1;
    for (let a = 0; a < poolRows; a++) for (let b = 0; b < poolCols; b++) {
      const at = pixel(r * strideRows - padTop + a, q * strideCols - padLeft + b, inRows, inCols, n, xRow);
      if (at < 0) continue;
      if (best < 0 || get(x, c * xChannel + at + s) > get(x, c * xChannel + best + s)) best = at;
    }
    const to = c * xChannel + best + s;
    if (rectified && !(get(x, to) > 0)) continue;
    put(dx, to, get(dx, to) + get(dy, c * yChannel + r * yRow + q * n + s));
  }
}

export function average_pool2d_f32(begin: i32, end: i32, n: i32, inRows: i32, inCols: i32, rows: i32, cols: i32,
                                   poolRows: i32, poolCols: i32, strideRows: i32, strideCols: i32, padTop: i32, padLeft: i32,
                                   x: usize, xChannel: i32, xRow: i32, y: usize, yChannel: i32, yRow: i32): void {
  for (let c = begin; c < end; c++) for (let r = 0; r < rows; r++) for (let q = 0; q < cols; q++) for (let s = 0; s < n; s++) {
    let sum: f32 = 0;
    let pixels = 0;
    for (let a = 0; a < poolRows; a++) for (let b = 0; b < poolCols; b++) {
      const at = pixel(r * strideRows - padTop + a, q * strideCols - padLeft + b, inRows, inCols, n, xRow);
      if (at < 0) continue;
      sum += get(x, c * xChannel + at + s);
      pixels++;
    }
    put(y, c * yChannel + r * yRow + q * n + s, sum / <f32>pixels);
  }
}

export function average_pool2d_backward_f32(begin: i32, end: i32, n: i32, inRows: i32, inCols: i32, rows: i32, cols: i32,
                                            poolRows: i32, poolCols: i32, strideRows: i32, strideCols: i32, padTop: i32, padLeft: i32,
                                            dy: usize, yChannel: i32, yRow: i32, dx: usize, xChannel: i32, xRow: i32): void {
  clearMaps(begin, end, inRows, inCols * n, dx, xChannel, xRow);
  for (let c = begin; c < end; c++) for (let r = 0; r < rows; r++) for (let q = 0; q < cols; q++) for (let s = 0; s < n; s++) {
    let pixels = 0;
    for (let a = 0; a < poolRows; a++) for (let b = 0; b < poolCols; b++) {
      if (pixel(r * strideRows - padTop + a, q * strideCols - padLeft + b, inRows, inCols, n, xRow) >= 0) pixels++;
    }
    const share = get(dy, c * yChannel + r * yRow + q * n + s) / <f32>pixels;
    for (let a = 0; a < poolRows; a++) for (let b = 0; b < poolCols; b++) {
      const at = pixel(r * strideRows - padTop + a, q * strideCols - padLeft + b, inRows, inCols, n, xRow);
      if (at >= 0) put(dx, c * xChannel + at + s, get(dx, c * xChannel + at + s) + share);
    }
  }
}

/** Offset of pixel (i, j) in its channel, −1 outside. */
function pixel(i: i32, j: i32, inRows: i32, inCols: i32, n: i32, xRow: i32): i32 {
  return i < 0 || j < 0 || i >= inRows || j >= inCols ? -1 : i * xRow + j * n;
}

function clearMaps(begin: i32, end: i32, rows: i32, length: i32, dx: usize, channel: i32, row: i32): void {
  for (let c = begin; c < end; c++) for (let r = 0; r < rows; r++) for (let i = 0; i < length; i++) {
    put(dx, c * channel + r * row + i, 0);
  }
}
