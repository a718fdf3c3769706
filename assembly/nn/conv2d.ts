// conv2d forward as a product: Y[o][run] = max(bias[o] + Σ_t W[o][t]·X[offsets[t] + run], lower).
//
// A tap t is one (channel, dy, dx) of the filter, and offsets[t] where its first input stands, in elements: no im2col.
// A run (r, q) is `length` contiguous floats of input for each tap, at x + r·xRow + q·xCol + offsets[t]. Stride 1: rows runs of
// OW·n floats, cols = 1. Otherwise cols = OW and length = n. In Y the runs follow one another, channels yChannel apart.
//
//   for each block of 16 floats of all runs:  scratch [taps][16] ← X,  then all panels of W pass over it;  few taps: conv2d-few.ts
//
// 2·m·taps·length flops per run, and taps·length floats copied. The last block is pulled back over its neighbour.
// Trusts its input; Y must not overlap X; scratch holds 16·taps floats of the caller's thread.

import { MR, bytes } from '../simd';
import { tile1, tile4, tile8 } from '../blas/tile';
import { few32 } from './conv2d-few';

/** Up to so many taps scratch is not worth filling, where runs are whole blocks of 32 floats. */
const FEW_TAPS: i32 = 16;

/** Bytes from a tap to the next in scratch. */
const PITCH: usize = 64;

/** Rows of runs [begin, end). a is W packed (m × taps); bias has m floats, or is 0 for none. */
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
  const channel = bytes(yChannel);
  const start = begin * cols * length;
  const last = end * cols * length;
  const total = last - start;
  let first = start;
  const few = taps <= FEW_TAPS && length % 32 == 0;
  while (first < last) {
    if (few) {
      const run = first / length;
      const r = run / cols;
      const from = x + bytes(r) * <usize>xRow + bytes(run - r * cols) * <usize>xCol + bytes(first - run * length);
      few32(m, taps, a, offsets, from, y + bytes(first), channel, bias, lower);
      first += 32;
      continue;
    }
    const rest = last - first;
    const width = total < 4 ? 1 : total < 8 ? 4 : rest > 8 && total >= 16 ? 16 : 8;
    first = min(first, last - width);
    let run = first / length;
    let inRun = first - run * length;
    for (let done = 0; done < width; run++) {
      const count = min(length - inRun, width - done);
      const r = run / cols;
      const from = x + bytes(r) * <usize>xRow + bytes(run - r * cols) * <usize>xCol + bytes(inRun);
      copyPart(count, taps, offsets, from, scratch + bytes(done));
      done += count;
      inRun = 0;
    }
    product(width, m, taps, a, y + bytes(first), channel, bias, lower, scratch);
    first += width;
  }
}

/** `count` floats of a run, at most 16, for every tap. */
function copyPart(count: i32, taps: i32, offsets: usize, from: usize, to: usize): void {
  if (count == 16) {
    copy16(taps, offsets, from, to);
    return;
  }
  if (count >= 8) {
    copy8(taps, offsets, from, to);
    if (count > 8) copy8(taps, offsets, from + bytes(count - 8), to + bytes(count - 8));
  } else if (count >= 4) {
    copy4(taps, offsets, from, to);
    if (count > 4) copy4(taps, offsets, from + bytes(count - 4), to + bytes(count - 4));
  } else {
    for (let i = 0; i < count; i++) copy1(taps, offsets, from + bytes(i), to + bytes(i));
  }
}

function product(width: i32, m: i32, taps: i32, a: usize, to: usize, channel: usize, bias: usize, lower: f32, scratch: usize): void {
  const panel = bytes(MR) * <usize>taps;
  for (let i = 0; i < m; i += MR) {
    const rows = min(MR, m - i);
    const biasRow = bias && bias + bytes(i);
    if (width >= 8) {
      tile8(taps, a, scratch, PITCH, to, channel, rows, 0, biasRow, lower);
      if (width == 16) tile8(taps, a, scratch + 32, PITCH, to + 32, channel, rows, 0, biasRow, lower);
    } else if (width == 4) tile4(taps, a, scratch, PITCH, to, channel, rows, 0, biasRow, lower);
    else tile1(taps, a, scratch, PITCH, to, channel, rows, 0, biasRow, lower);
    a += panel;
    to += <usize>MR * channel;
  }
}

function copy16(taps: i32, offsets: usize, from: usize, to: usize): void {
  const stop = offsets + bytes(taps);
  while (offsets < stop) {
    const tap = from + (<usize>load<u32>(offsets) << 2);
    v128.store(to, v128.load(tap));
    v128.store(to, v128.load(tap, 16), 16);
    v128.store(to, v128.load(tap, 32), 32);
    v128.store(to, v128.load(tap, 48), 48);
    offsets += 4;
    to += PITCH;
  }
}

function copy8(taps: i32, offsets: usize, from: usize, to: usize): void {
  const stop = offsets + bytes(taps);
  while (offsets < stop) {
    const tap = from + (<usize>load<u32>(offsets) << 2);
    v128.store(to, v128.load(tap));
    v128.store(to, v128.load(tap, 16), 16);
    offsets += 4;
    to += PITCH;
  }
}

function copy4(taps: i32, offsets: usize, from: usize, to: usize): void {
  const stop = offsets + bytes(taps);
  while (offsets < stop) {
    v128.store(to, v128.load(from + (<usize>load<u32>(offsets) << 2)));
    offsets += 4;
    to += PITCH;
  }
}

function copy1(taps: i32, offsets: usize, from: usize, to: usize): void {
  const stop = offsets + bytes(taps);
  while (offsets < stop) {
    store<f32>(to, load<f32>(from + (<usize>load<u32>(offsets) << 2)));
    offsets += 4;
    to += PITCH;
  }
}
