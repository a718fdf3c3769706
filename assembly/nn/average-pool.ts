// y[c][r][q][·] = the mean of the window's x[c][i][j][·], and its gradient: dy / pixels to each. Maps, windows and parameters
// are max-pool's; a window cut at the border divides by the pixels it keeps. One addition a window pixel.

import { clearRows } from '../copy';
import { bytes } from '../simd';

/** Channels [begin, end). */
export function average_pool2d_f32(begin: i32, end: i32, n: i32, inRows: i32, inCols: i32, rows: i32, cols: i32,
                                   poolRows: i32, poolCols: i32, strideRows: i32, strideCols: i32, padTop: i32, padLeft: i32,
                                   x: usize, xChannel: i32, xRow: i32, y: usize, yChannel: i32, yRow: i32): void {
  const pitch = bytes(n);
  const rowPitch = bytes(xRow);
  for (let c = begin; c < end; c++) {
    for (let r = 0; r < rows; r++) {
      const top = r * strideRows - padTop;
      const i = max(top, 0);
      const height = min(top + poolRows, inRows) - i;
      const row = x + bytes(xChannel) * (<usize>c) + rowPitch * (<usize>i);
      let to = y + bytes(yChannel) * (<usize>c) + bytes(yRow) * (<usize>r);
      for (let q = 0; q < cols; q++) {
        const left = q * strideCols - padLeft;
        const j = max(left, 0);
        const width = min(left + poolCols, inCols) - j;
        averageWindow(row + pitch * (<usize>j), height, width, rowPitch, pitch, to);
        to += pitch;
      }
    }
  }
}

function averageWindow(x: usize, height: i32, width: i32, rowPitch: usize, pitch: usize, y: usize): void {
  const pixels = <f32>(height * width);
  const stop = y + pitch;
  const limit = y + (pitch & ~15);
  const across = pitch * (<usize>width);
  const down = rowPitch * (<usize>height);
  while (y < limit) {
    let sum = f32x4.splat(0);
    for (let i = x, bottom = x + down; i < bottom; i += rowPitch) {
      for (let p = i, right = i + across; p < right; p += pitch) sum = f32x4.add(sum, v128.load(p));
    }
    v128.store(y, f32x4.div(sum, f32x4.splat(pixels)));
    x += 16;
    y += 16;
  }
  while (y < stop) {
    let sum: f32 = 0;
    for (let i = x, bottom = x + down; i < bottom; i += rowPitch) {
      for (let p = i, right = i + across; p < right; p += pitch) sum += load<f32>(p);
    }
    store<f32>(y, sum / pixels);
    x += 4;
    y += 4;
  }
}

/** dx has the input's pitches and is overwritten, dy has the output's. */
export function average_pool2d_backward_f32(begin: i32, end: i32, n: i32, inRows: i32, inCols: i32, rows: i32, cols: i32,
                                            poolRows: i32, poolCols: i32, strideRows: i32, strideCols: i32, padTop: i32, padLeft: i32,
                                            dy: usize, yChannel: i32, yRow: i32, dx: usize, xChannel: i32, xRow: i32): void {
  const pitch = bytes(n);
  const rowPitch = bytes(xRow);
  for (let c = begin; c < end; c++) {
    clearRows(inRows, bytes(inCols * n), dx + bytes(xChannel) * (<usize>c), rowPitch);
    for (let r = 0; r < rows; r++) {
      const top = r * strideRows - padTop;
      const i = max(top, 0);
      const height = min(top + poolRows, inRows) - i;
      const row = dx + bytes(xChannel) * (<usize>c) + rowPitch * (<usize>i);
      let from = dy + bytes(yChannel) * (<usize>c) + bytes(yRow) * (<usize>r);
      for (let q = 0; q < cols; q++) {
        const left = q * strideCols - padLeft;
        const j = max(left, 0);
        const width = min(left + poolCols, inCols) - j;
        spreadWindow(from, row + pitch * (<usize>j), height, width, rowPitch, pitch);
        from += pitch;
      }
    }
  }
}

function spreadWindow(dy: usize, dx: usize, height: i32, width: i32, rowPitch: usize, pitch: usize): void {
  const pixels = <f32>(height * width);
  const stop = dy + pitch;
  const limit = dy + (pitch & ~15);
  const across = pitch * (<usize>width);
  const down = rowPitch * (<usize>height);
  while (dy < limit) {
    const g = f32x4.div(v128.load(dy), f32x4.splat(pixels));
    for (let i = dx, bottom = dx + down; i < bottom; i += rowPitch) {
      for (let p = i, right = i + across; p < right; p += pitch) v128.store(p, f32x4.add(v128.load(p), g));
    }
    dy += 16;
    dx += 16;
  }
  while (dy < stop) {
    const g = load<f32>(dy) / pixels;
    for (let i = dx, bottom = dx + down; i < bottom; i += rowPitch) {
      for (let p = i, right = i + across; p < right; p += pitch) store<f32>(p, load<f32>(p) + g);
    }
    dy += 4;
    dx += 4;
  }
}
