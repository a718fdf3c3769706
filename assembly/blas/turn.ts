// The turn between the user's arrays and a slab: batch-major, channels last ↔ features outermost, batch innermost.
//
//   x [sample][pixel][channel]   ↔   y [channel][pixel][width]
//
// Blocks of 4 samples × 4 features pass through a transpose in registers. Memory-bound. Buffers must not overlap.

import { bytes } from '../simd';

/** y[c][p][s] = x[s][p][c]; columns samples … width of y become 0. */
export function turn_f32(samples: i32, pixels: i32, channels: i32, width: i32, x: usize, y: usize): void {
  const features = pixels * channels;
  const pitch = bytes(features);
  const column = bytes(width);
  const full = samples & ~3;
  for (let s = 0; s < full; s += 4) {
    let pixel = 0;
    let channel = 0;
    let from = x + <usize>s * pitch;
    const to = y + bytes(s);
    let f = 0;
    for (; f + 4 <= features; f += 4) {
      const a = v128.load(from);
      const b = v128.load(from + pitch);
      const c = v128.load(from + 2 * pitch);
      const d = v128.load(from + 3 * pitch);
      const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      v128.store(row(to, pixel, channel, pixels, column), v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5));
      if (++channel == channels) {
        channel = 0;
        pixel++;
      }
      v128.store(row(to, pixel, channel, pixels, column), v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7));
      if (++channel == channels) {
        channel = 0;
        pixel++;
      }
      v128.store(row(to, pixel, channel, pixels, column), v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5));
      if (++channel == channels) {
        channel = 0;
        pixel++;
      }
      v128.store(row(to, pixel, channel, pixels, column), v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7));
      if (++channel == channels) {
        channel = 0;
        pixel++;
      }
      from += 16;
    }
    for (; f < features; f++) {
      let out = v128.load32_zero(from);
      out = v128.load_lane<f32>(from + pitch, out, 1);
      out = v128.load_lane<f32>(from + 2 * pitch, out, 2);
      out = v128.load_lane<f32>(from + 3 * pitch, out, 3);
      v128.store(row(to, pixel, channel, pixels, column), out);
      if (++channel == channels) {
        channel = 0;
        pixel++;
      }
      from += 4;
    }
  }
  for (let s = full; s < samples; s++) {
    let from = x + <usize>s * pitch;
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let channel = 0; channel < channels; channel++) {
        store<f32>(y + <usize>(channel * pixels + pixel) * column + bytes(s), load<f32>(from));
        from += 4;
      }
    }
  }
  if (samples == width) return;
  for (let f = 0; f < features; f++) {
    const to = y + <usize>f * column;
    for (let s = samples; s < width; s++) store<f32>(to + bytes(s), 0);
  }
}

/** y[s][p][c] = x[c][p][s] for s < samples: the way back, without the padding. */
export function unturn_f32(samples: i32, pixels: i32, channels: i32, width: i32, x: usize, y: usize): void {
  const features = pixels * channels;
  const pitch = bytes(features);
  const column = bytes(width);
  for (let s = 0; s < samples; s++) {
    let to = y + <usize>s * pitch;
    for (let pixel = 0; pixel < pixels; pixel++) {
      let from = x + <usize>pixel * column + bytes(s);
      for (let channel = 0; channel < channels; channel++) {
        store<f32>(to, load<f32>(from));
        from += column * <usize>pixels;
        to += 4;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function row(y: usize, pixel: i32, channel: i32, pixels: i32, column: usize): usize {
  return y + <usize>(channel * pixels + pixel) * column;
}
