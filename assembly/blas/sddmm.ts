// sddmm, dense: dW[o][t] (+)= Σ over runs of dY[o][run] · X[offsets[t] + run], the gradient of a convolution's weights.
// Runs and offsets as in nn/conv2d.ts; those of dY follow one another. A dense layer is an image of one pixel: rows = cols = 1,
// length = n, offsets[c] = c·n.
//
//   for each stretch of 256 floats of all runs, and every 120 rows of dY:
//     for each 8 taps:  turned [256][8] ← X;  every MR rows of dY, packed at the first, make a tile with it, added to dW
//     taps left over:   turned [256] ← X;  every five rows of dY make five dot products with it
//
// Where taps are few, as in the first layer of an image, packing would cost more than it saves, and tiles read dY as it stands.
//
// 2·outputs·taps floats a float of a run, and taps of them moved. Trusts its input; scratch holds 32,768 floats of the caller's thread.

import { MR, bytes } from '../simd';
import { pack_f32_a } from './pack';
import { tile8 } from './tile';
import { dot5, tile5x8 } from './tile-rows';

/** Floats of a stretch: 8 taps of it are a quarter of a first-level cache. */
const DEPTH: i32 = 256;

/** Rows of dY that are packed at a time: whole panels in either binary. */
const ROWS: i32 = 120;

/** From so many taps on packing dY pays. */
const MANY_TAPS: i32 = 16;

/** Output channels [begin, end); dw has rows of pitch lddw, overwritten, or added to with accumulate. */
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
  const channel = bytes(dyChannel);
  const pitch = bytes(lddw);
  if (!accumulate) {
    for (let o = begin; o < end; o++) memory.fill(dw + <usize>o * pitch, 0, bytes(taps));
  }
  const total = rows * cols * length;
  const panels = scratch + bytes(8 * DEPTH);
  for (let first = 0; first < total; first += DEPTH) {
    const depth = min(DEPTH, total - first);
    for (let o = begin; o < end; o += ROWS) {
      const count = min(ROWS, end - o);
      const delta = dy + bytes(first) + <usize>o * channel;
      const to = dw + <usize>o * pitch;
      let t = 0;
      for (; t + 8 <= taps; t += 8) {
        turn8(first, depth, cols, length, x, offsets + bytes(t), bytes(xRow), bytes(xCol), scratch);
        if (taps < MANY_TAPS) {
          for (let i = 0; i < count; i += 5) {
            tile5x8(depth, delta + <usize>i * channel, channel, count - i, scratch, to + <usize>i * pitch + bytes(t), pitch);
          }
          continue;
        }
        for (let i = 0; i < count; i += MR) {
          const panel = panels + bytes(i) * <usize>depth;
          if (t == 0) pack_f32_a(0, 1, count - i, depth, dyChannel, 1, delta + <usize>i * channel, panel);
          tile8(depth, panel, scratch, 32, to + <usize>i * pitch + bytes(t), pitch, min(MR, count - i), 1, 0, -Infinity);
        }
      }
      for (; t < taps; t++) {
        copy1(first, depth, cols, length, x, offsets + bytes(t), bytes(xRow), bytes(xCol), scratch);
        for (let i = 0; i < count; i += 5) {
          dot5(depth, delta + <usize>i * channel, channel, count - i, scratch, to + <usize>i * pitch + bytes(t), pitch);
        }
      }
    }
  }
}

/** Where float `at` of all runs stands in X, for a tap whose offset is 0. */
// @ts-ignore: decorator
@inline
function place(at: i32, cols: i32, length: i32, xRow: usize, xCol: usize): usize {
  const run = at / length;
  return <usize>(run / cols) * xRow + <usize>(run % cols) * xCol + bytes(at % length);
}

/** Floats [first, first + depth) of eight taps, side by side. */
function turn8(first: i32, depth: i32, cols: i32, length: i32, x: usize, offsets: usize, xRow: usize, xCol: usize, to: usize): void {
  const stop = first + depth;
  while (first < stop) {
    const count = min(length - (first % length), stop - first);
    const from = x + place(first, cols, length, xRow, xCol);
    turn4(count, from, offsets, to);
    turn4(count, from, offsets + 16, to + 16);
    to += <usize>count << 5;
    first += count;
  }
}

/** `count` floats of four taps into the halves of rows of eight. */
function turn4(count: i32, from: usize, offsets: usize, to: usize): void {
  let p0 = from + (<usize>load<u32>(offsets) << 2);
  let p1 = from + (<usize>load<u32>(offsets, 4) << 2);
  let p2 = from + (<usize>load<u32>(offsets, 8) << 2);
  let p3 = from + (<usize>load<u32>(offsets, 12) << 2);
  const stop4 = p0 + bytes(count & ~3);
  const stop = p0 + bytes(count);
  while (p0 < stop4) {
    const a = v128.load(p0);
    const b = v128.load(p1);
    const c = v128.load(p2);
    const d = v128.load(p3);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    v128.store(to, v128.shuffle<f64>(ab, cd, 0, 2));
    v128.store(to, v128.shuffle<f64>(ab, cd, 1, 3), 32);
    const ef = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const gh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f64>(ef, gh, 0, 2), 64);
    v128.store(to, v128.shuffle<f64>(ef, gh, 1, 3), 96);
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    to += 128;
  }
  while (p0 < stop) {
    store<f32>(to, load<f32>(p0));
    store<f32>(to, load<f32>(p1), 4);
    store<f32>(to, load<f32>(p2), 8);
    store<f32>(to, load<f32>(p3), 12);
    p0 += 4;
    p1 += 4;
    p2 += 4;
    p3 += 4;
    to += 32;
  }
}

/** Floats [first, first + depth) of one tap. */
function copy1(first: i32, depth: i32, cols: i32, length: i32, x: usize, offset: usize, xRow: usize, xCol: usize, to: usize): void {
  const stop = first + depth;
  const tap = x + (<usize>load<u32>(offset) << 2);
  while (first < stop) {
    const count = min(length - (first % length), stop - first);
    memory.copy(to, tap + place(first, cols, length, xRow, xCol), bytes(count));
    to += bytes(count);
    first += count;
  }
}
