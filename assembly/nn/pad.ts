// A border of zeros around a feature map, and the way back. Memory-bound.
//
//   x [channel][rows][cols][n]   →   y [channel][paddedRows][paddedCols][n],  x's corner at (top, left)

import { clear, copy } from '../copy';
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
    clear(y, <usize>top * paddedRow + before);
    y += <usize>top * paddedRow + before;
    for (let r = 0; r < rows; r++) {
      copy(y, x, row);
      x += row;
      y += row;
      const gap = r + 1 < rows ? after + before : after;
      clear(y, gap);
      y += gap;
    }
    const below = <usize>(paddedRows - top - rows) * paddedRow;
    clear(y, below);
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
