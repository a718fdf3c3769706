// Winograd's convolutions as plain loops in f64, from the matrices' definition: the oracle beside assembly/nn/winograd-filters.ts and
// conv2d-winograd.ts.

import { MR, finished, get, packed, put } from './scalar';

/** Bᵀ, 6 × 6, by rows. */
const INPUT: usize = memory.data(288);

/** The points; the sixth is ∞. */
function at(j: i32): f64 {
  return j == 0 ? 0 : j == 1 ? 0.75 : j == 2 ? -0.75 : j == 3 ? 1.5 : -1.5;
}

/** Coefficient i of row j's values: A, and times its divisor G. */
function power(j: i32, i: i32, count: i32): f64 {
  if (j == 5) return i == count - 1 ? 1 : 0;
  let value: f64 = 1;
  for (let k = 0; k < i; k++) value *= at(j);
  return value;
}

function filterFactor(j: i32, i: i32, r: i32): f64 {
  let divisor: f64 = 1;
  for (let l = 0; j < 5 && l < 5; l++) if (l != j) divisor *= at(j) - at(l);
  return power(j, i, r) / divisor;
}

/** Rows of Bᵀ: the polynomials that are 0 at the other points but ∞. */
function makeInput(): void {
  for (let row = 0; row < 6; row++) {
    const to = INPUT + 48 * row;
    for (let i = 0; i < 6; i++) store<f64>(to + 8 * i, i == 0 ? 1 : 0);
    for (let l = 0; l < 5; l++) {
      if (l == row) continue;
      for (let i = 5; i >= 0; i--) {
        const before: f64 = i > 0 ? load<f64>(to + 8 * (i - 1)) : 0;
        store<f64>(to + 8 * i, before - at(l) * load<f64>(to + 8 * i));
      }
    }
  }
}

function inputFactor(row: i32, i: i32): f64 {
  return load<f64>(INPUT + 48 * row + 8 * i);
}

function widthOf(channels: i32): i32 {
  return (channels + 7) & ~7;
}

export function winograd_filters_f32(
  begin: i32,
  end: i32,
  m: i32,
  channels: i32,
  sizeRows: i32,
  sizeCols: i32,
  w: usize,
  u: usize,
  scratch: usize,
): void {
  const width = widthOf(channels);
  for (let point = 0; point < 36; point++) {
    for (let o = begin; o < end; o++) {
      for (let c = 0; c < width; c++) {
        let sum: f64 = 0;
        for (let t = 0; c < channels && t < sizeRows * sizeCols; t++) {
          const factor = filterFactor(point / 6, t / sizeCols, sizeRows) * filterFactor(point % 6, t % sizeCols, sizeCols);
          sum += factor * get(w, (o * channels + c) * sizeRows * sizeCols + t);
        }
        put(u, point * (m * width + 16) + o * width + c, <f32>sum);
      }
    }
  }
}

export function winograd_filters_backward_f32(
  begin: i32,
  end: i32,
  m: i32,
  channels: i32,
  sizeRows: i32,
  sizeCols: i32,
  du: usize,
  dw: usize,
  scratch: usize,
): void {
  const width = widthOf(channels);
  for (let o = begin; o < end; o++) {
    for (let c = 0; c < channels; c++) {
      for (let t = 0; t < sizeRows * sizeCols; t++) {
        let sum: f64 = 0;
        for (let point = 0; point < 36; point++) {
          const factor = filterFactor(point / 6, t / sizeCols, sizeRows) * filterFactor(point % 6, t % sizeCols, sizeCols);
          sum += factor * get(du, point * (m * width + 16) + o * width + c);
        }
        const to = (o * channels + c) * sizeRows * sizeCols + t;
        put(dw, to, get(dw, to) + <f32>sum);
      }
    }
  }
}

/** Floats of a column in panels of so many rows. */
function panelFloats(rows: i32): i32 {
  return ((rows + MR - 1) / MR) * MR;
}

/** Point (a, b) of a tile of inputs; `first` is its corner, of which rows × cols pixels are there. */
function inputPoint(point: i32, x: usize, first: i32, rows: i32, cols: i32, xRow: i32, n: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < min(6, rows); i++) {
    for (let j = 0; j < min(6, cols); j++) {
      sum += inputFactor(point / 6, i) * inputFactor(point % 6, j) * get(x, first + i * xRow + j * n);
    }
  }
  return sum;
}

/** The same of dy, whose tiles have tall × wide pixels. */
function deltaPoint(point: i32, dy: usize, first: i32, tall: i32, wide: i32, rows: i32, cols: i32, pitch: i32, n: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < min(tall, rows); i++) {
    for (let j = 0; j < min(wide, cols); j++) {
      sum += power(point / 6, i, tall) * power(point % 6, j, wide) * get(dy, first + i * pitch + j * n);
    }
  }
  return sum;
}

export function conv2d_f32_winograd(
  begin: i32,
  end: i32,
  rows: i32,
  cols: i32,
  n: i32,
  m: i32,
  channels: i32,
  sizeRows: i32,
  sizeCols: i32,
  xRow: i32,
  xChannel: i32,
  yChannel: i32,
  u: usize,
  x: usize,
  y: usize,
  bias: usize,
  lower: f32,
  scratch: usize,
): void {
  makeInput();
  const tall = 7 - sizeRows;
  const wide = 7 - sizeCols;
  const pitch = panelFloats(m) * channels;
  for (let o = 0; o < m; o++) {
    for (let row = begin * tall; row < min(rows, end * tall); row += tall) {
      for (let col = 0; col < cols; col += wide) {
        for (let s = 0; s < n; s++) {
          for (let i = 0; i < min(tall, rows - row); i++) {
            for (let j = 0; j < min(wide, cols - col); j++) {
              let sum: f64 = 0;
              for (let point = 0; point < 36; point++) {
                const factor = power(point / 6, i, tall) * power(point % 6, j, wide);
                const a = u + 4 * point * pitch;
                for (let c = 0; c < channels; c++) {
                  const first = c * xChannel + row * xRow + col * n + s;
                  const value = inputPoint(point, x, first, rows + sizeRows - 1 - row, cols + sizeCols - 1 - col, xRow, n);
                  sum += factor * packed(a, channels, o, c) * value;
                }
              }
              put(y, o * yChannel + ((row + i) * cols + col + j) * n + s, finished(<f32>sum, bias, o, lower));
            }
          }
        }
      }
    }
  }
}

export function conv2d_dx_f32_winograd(
  begin: i32,
  end: i32,
  rows: i32,
  cols: i32,
  n: i32,
  m: i32,
  channels: i32,
  sizeRows: i32,
  sizeCols: i32,
  xRow: i32,
  xChannel: i32,
  yChannel: i32,
  u: usize,
  dy: usize,
  dx: usize,
  scratch: usize,
): void {
  makeInput();
  const tall = 7 - sizeRows;
  const wide = 7 - sizeCols;
  const pitch = panelFloats(channels) * m;
  for (let c = 0; c < channels; c++) {
    for (let row = begin * tall; row < min(rows, end * tall); row += tall) {
      for (let col = 0; col < cols; col += wide) {
        for (let s = 0; s < n; s++) {
          for (let point = 0; point < 36; point++) {
            let sum: f64 = 0;
            for (let o = 0; o < m; o++) {
              const first = o * yChannel + (row * cols + col) * n + s;
              const value = deltaPoint(point, dy, first, tall, wide, rows - row, cols - col, cols * n, n);
              sum += packed(u + 4 * point * pitch, m, c, o) * value;
            }
            for (let i = 0; i < min(6, rows + sizeRows - 1 - row); i++) {
              for (let j = 0; j < min(6, cols + sizeCols - 1 - col); j++) {
                const to = c * xChannel + (row + i) * xRow + (col + j) * n + s;
                put(dx, to, get(dx, to) + <f32>(inputFactor(point / 6, i) * inputFactor(point % 6, j) * sum));
              }
            }
          }
        }
      }
    }
  }
}

export function conv2d_dw_f32_winograd(
  begin: i32,
  end: i32,
  rows: i32,
  cols: i32,
  n: i32,
  m: i32,
  channels: i32,
  sizeRows: i32,
  sizeCols: i32,
  xRow: i32,
  xChannel: i32,
  yChannel: i32,
  x: usize,
  dy: usize,
  du: usize,
  scratch: usize,
): void {
  makeInput();
  const tall = 7 - sizeRows;
  const wide = 7 - sizeCols;
  const width = widthOf(channels);
  for (let point = 0; point < 36; point++) {
    for (let o = begin; o < end; o++) {
      for (let c = 0; c < channels; c++) {
        let sum: f64 = 0;
        for (let row = 0; row < rows; row += tall) {
          for (let col = 0; col < cols; col += wide) {
            for (let s = 0; s < n; s++) {
              const from = c * xChannel + row * xRow + col * n + s;
              const first = o * yChannel + (row * cols + col) * n + s;
              sum +=
                inputPoint(point, x, from, rows + sizeRows - 1 - row, cols + sizeCols - 1 - col, xRow, n) *
                deltaPoint(point, dy, first, tall, wide, rows - row, cols - col, cols * n, n);
            }
          }
        }
        const to = point * (m * width + 16) + o * width + c;
        put(du, to, get(du, to) + <f32>sum);
      }
    }
  }
}
