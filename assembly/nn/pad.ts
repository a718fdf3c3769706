// A border of zeros around a feature map, and the way back. Memory-bound.
//
//   x [channel][rows][cols][n]   →   y [channel][paddedRows][paddedCols][n],  x's corner at (top, left)

import { copy } from '../copy';
import { bytes } from '../simd';

/** All of y is written. */
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
  const row = bytes(cols * n);
  const paddedRow = bytes(paddedCols * n);
  const before = bytes(left * n);
  const after = paddedRow - before - row;
  for (let c = 0; c < channels; c++) {
    fill(y, <usize>top * paddedRow + before);
    y += <usize>top * paddedRow + before;
    for (let r = 0; r < rows; r++) {
      copy(y, x, row);
      x += row;
      y += row;
      const gap = r + 1 < rows ? after + before : after;
      fill(y, gap);
      y += gap;
    }
    const below = <usize>(paddedRows - top - rows) * paddedRow;
    fill(y, below);
    y += below;
  }
}

/** x is the padded map, y the cropped one; sizes and corner as in pad2d_f32. */
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
  const row = bytes(cols * n);
  const paddedRow = bytes(paddedCols * n);
  const corner = <usize>top * paddedRow + bytes(left * n);
  for (let c = 0; c < channels; c++) {
    let from = x + <usize>c * <usize>paddedRows * paddedRow + corner;
    for (let r = 0; r < rows; r++) {
      copy(y, from, row);
      from += paddedRow;
      y += row;
    }
  }
}

function fill(to: usize, size: usize): void {
  const stop = to + size;
  const stop4 = to + (size & ~15);
  while (to < stop4) {
    v128.store(to, f32x4.splat(0));
    to += 16;
  }
  while (to < stop) {
    store<f32>(to, 0);
    to += 4;
  }
}
