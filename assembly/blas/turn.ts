// The turn between the user's arrays and a slab: batch-major, channels last ↔ features outermost, batch innermost.
//
//   x [sample][pixel][channel]   ↔   y [channel][pixel][width]
//
// Eight samples at a time, so that as many lines of the batch-major side stay in cache, go through squares of 4 × 4 that are
// transposed in registers. The pixels of one sample alone are turned as samples of one pixel are. Memory-bound. Buffers must not overlap.

import { bytes } from '../simd';

/** Samples at a time. */
const BLOCK: i32 = 8;

/** y[c][p][s] = x[s][p][c]; columns samples … width of y become 0. */
export function turn_f32(samples: i32, pixels: i32, channels: i32, width: i32, x: usize, y: usize): void {
  if (width == 1) {
    if (pixels == 1 || channels == 1) memory.copy(y, x, bytes(pixels * channels));
    else turn_f32(pixels, 1, channels, pixels, x, y);
    return;
  }
  const features = pixels * channels;
  const pitch = bytes(features);
  const column = bytes(width);
  const down = <usize>pixels * column;
  const stop = <usize>channels * down;
  for (let first = 0; first < samples; first += BLOCK) {
    const count = min(BLOCK, samples - first);
    const from = x + <usize>first * pitch;
    const to = y + bytes(first);
    let row: usize = 0;
    let f = 0;
    for (; f + 4 <= features; f += 4) {
      const p = from + bytes(f);
      const y0 = to + row;
      row = next(row, down, stop, column);
      const y1 = to + row;
      row = next(row, down, stop, column);
      const y2 = to + row;
      row = next(row, down, stop, column);
      const y3 = to + row;
      row = next(row, down, stop, column);
      let s = 0;
      for (; s + 4 <= count; s += 4) {
        const q = p + <usize>s * pitch;
        const at = bytes(s);
        square(q, q + pitch, q + 2 * pitch, q + 3 * pitch, y0 + at, y1 + at, y2 + at, y3 + at);
      }
      for (; s < count; s++) {
        const v = v128.load(p + <usize>s * pitch);
        const at = bytes(s);
        v128.store_lane<f32>(y0 + at, v, 0);
        v128.store_lane<f32>(y1 + at, v, 1);
        v128.store_lane<f32>(y2 + at, v, 2);
        v128.store_lane<f32>(y3 + at, v, 3);
      }
    }
    for (; f < features; f++) {
      const y0 = to + row;
      row = next(row, down, stop, column);
      for (let s = 0; s < count; s++) store<f32>(y0 + bytes(s), load<f32>(from + <usize>s * pitch + bytes(f)));
    }
  }
  if (samples == width) return;
  for (let f = 0; f < features; f++) memory.fill(y + <usize>f * column + bytes(samples), 0, bytes(width - samples));
}

/** y[s][p][c] = x[c][p][s] for s < samples: the way back, without the padding. */
export function unturn_f32(samples: i32, pixels: i32, channels: i32, width: i32, x: usize, y: usize): void {
  if (width == 1) {
    if (pixels == 1 || channels == 1) memory.copy(y, x, bytes(pixels * channels));
    else unturn_f32(pixels, 1, channels, pixels, x, y);
    return;
  }
  const features = pixels * channels;
  const pitch = bytes(features);
  const column = bytes(width);
  const down = <usize>pixels * column;
  const stop = <usize>channels * down;
  for (let first = 0; first < samples; first += BLOCK) {
    const count = min(BLOCK, samples - first);
    const from = x + bytes(first);
    const to = y + <usize>first * pitch;
    let row: usize = 0;
    let f = 0;
    for (; f + 4 <= features; f += 4) {
      const p = to + bytes(f);
      const x0 = from + row;
      row = next(row, down, stop, column);
      const x1 = from + row;
      row = next(row, down, stop, column);
      const x2 = from + row;
      row = next(row, down, stop, column);
      const x3 = from + row;
      row = next(row, down, stop, column);
      let s = 0;
      for (; s + 4 <= count; s += 4) {
        const q = p + <usize>s * pitch;
        const at = bytes(s);
        square(x0 + at, x1 + at, x2 + at, x3 + at, q, q + pitch, q + 2 * pitch, q + 3 * pitch);
      }
      for (; s < count; s++) {
        const at = bytes(s);
        let v = v128.load32_zero(x0 + at);
        v = v128.load_lane<f32>(x1 + at, v, 1);
        v = v128.load_lane<f32>(x2 + at, v, 2);
        v128.store(p + <usize>s * pitch, v128.load_lane<f32>(x3 + at, v, 3));
      }
    }
    for (; f < features; f++) {
      const x0 = from + row;
      row = next(row, down, stop, column);
      for (let s = 0; s < count; s++) store<f32>(to + <usize>s * pitch + bytes(f), load<f32>(x0 + bytes(s)));
    }
  }
}

/** Where the feature after the one at `row` stands in a slab: the same pixel of the next channel, or the next pixel of the first. */
// @ts-ignore: decorator
@inline
function next(row: usize, down: usize, stop: usize, column: usize): usize {
  const below = row + down;
  return below < stop ? below : below - stop + column;
}

/** Four floats at each of p0 … p3, transposed, to q0 … q3. */
// @ts-ignore: decorator
@inline
function square(p0: usize, p1: usize, p2: usize, p3: usize, q0: usize, q1: usize, q2: usize, q3: usize): void {
  const a = v128.load(p0);
  const b = v128.load(p1);
  const c = v128.load(p2);
  const d = v128.load(p3);
  const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(q0, v128.shuffle<f64>(ab0, cd0, 0, 2));
  v128.store(q1, v128.shuffle<f64>(ab0, cd0, 1, 3));
  v128.store(q2, v128.shuffle<f64>(ab1, cd1, 0, 2));
  v128.store(q3, v128.shuffle<f64>(ab1, cd1, 1, 3));
}
