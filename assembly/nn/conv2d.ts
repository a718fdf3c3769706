// conv2d forward as a product: Y[o][run] = max(bias[o] + Σ_t W[o][t]·X[offsets[t] + run], lower).
//
// A tap t is one (channel, dy, dx) of the filter, and offsets[t] where its first input stands, in elements: no im2col.
// A run (r, q) is `length` contiguous floats of output for each channel, at y + r·yRow + q·yCol + o·yChannel, and as many
// of input for each tap, at x + r·xRow + q·xCol + offsets[t]. Stride 1: rows runs of OW·n floats, cols = 1. Otherwise
// cols = OW and length = n.
//
//   for each block of 16 floats of a run:  scratch [taps][16] ← X,  then all panels of W pass over it
//
// 2·m·taps·length flops per run, and taps·length floats copied. The last block is pulled back over its neighbour.
// Trusts its input; Y must not overlap X; scratch holds 16·taps floats of the caller's thread.

import { MR, bytes } from '../simd';
import { tile1, tile4, tile8 } from '../blas/tile';

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
  yRow: i32,
  yCol: i32,
  yChannel: i32,
  bias: usize,
  lower: f32,
  scratch: usize,
): void {
  const channel = bytes(yChannel);
  for (let r = begin; r < end; r++) {
    for (let q = 0; q < cols; q++) {
      const from = x + bytes(r) * <usize>xRow + bytes(q) * <usize>xCol;
      const to = y + bytes(r) * <usize>yRow + bytes(q) * <usize>yCol;
      let j = 0;
      for (; j + 16 <= length; j += 16) {
        copy16(taps, offsets, from + bytes(j), scratch);
        product16(m, taps, a, to + bytes(j), channel, bias, lower, scratch);
      }
      const rest = length - j;
      if (rest == 0) continue;
      if (rest > 8 && length >= 16) {
        copy16(taps, offsets, from + bytes(length - 16), scratch);
        product16(m, taps, a, to + bytes(length - 16), channel, bias, lower, scratch);
        continue;
      }
      if (rest > 8) {
        copy8(taps, offsets, from, scratch);
        product8(m, taps, a, to, channel, bias, lower, scratch);
      }
      if (length >= 8) {
        copy8(taps, offsets, from + bytes(length - 8), scratch);
        product8(m, taps, a, to + bytes(length - 8), channel, bias, lower, scratch);
        continue;
      }
      if (rest >= 4) {
        copy4(taps, offsets, from, scratch);
        for (let i = 0; i < m; i += MR) {
          const row = to + <usize>i * channel;
          const rows = min(MR, m - i);
          tile4(taps, a + bytes(i) * <usize>taps, scratch, 16, row, channel, rows, 0, bias && bias + bytes(i), lower);
        }
        j = 4;
      }
      for (; j < length; j++) {
        copy1(taps, offsets, from + bytes(j), scratch);
        for (let i = 0; i < m; i += MR) {
          const row = to + bytes(j) + <usize>i * channel;
          const rows = min(MR, m - i);
          tile1(taps, a + bytes(i) * <usize>taps, scratch, 4, row, channel, rows, 0, bias && bias + bytes(i), lower);
        }
      }
    }
  }
}

function product16(
  m: i32,
  taps: i32,
  a: usize,
  to: usize,
  channel: usize,
  bias: usize,
  lower: f32,
  scratch: usize,
): void {
  for (let i = 0; i < m; i += MR) {
    const panel = a + bytes(i) * <usize>taps;
    const row = to + <usize>i * channel;
    const rows = min(MR, m - i);
    const biasRow = bias && bias + bytes(i);
    tile8(taps, panel, scratch, 64, row, channel, rows, 0, biasRow, lower);
    tile8(taps, panel, scratch + 32, 64, row + 32, channel, rows, 0, biasRow, lower);
  }
}

function product8(
  m: i32,
  taps: i32,
  a: usize,
  to: usize,
  channel: usize,
  bias: usize,
  lower: f32,
  scratch: usize,
): void {
  for (let i = 0; i < m; i += MR) {
    const row = to + <usize>i * channel;
    const rows = min(MR, m - i);
    tile8(taps, a + bytes(i) * <usize>taps, scratch, 32, row, channel, rows, 0, bias && bias + bytes(i), lower);
  }
}

function copy16(taps: i32, offsets: usize, from: usize, scratch: usize): void {
  const stop = offsets + bytes(taps);
  while (offsets < stop) {
    const tap = from + (<usize>load<u32>(offsets) << 2);
    v128.store(scratch, v128.load(tap));
    v128.store(scratch, v128.load(tap, 16), 16);
    v128.store(scratch, v128.load(tap, 32), 32);
    v128.store(scratch, v128.load(tap, 48), 48);
    offsets += 4;
    scratch += 64;
  }
}

function copy8(taps: i32, offsets: usize, from: usize, scratch: usize): void {
  const stop = offsets + bytes(taps);
  while (offsets < stop) {
    const tap = from + (<usize>load<u32>(offsets) << 2);
    v128.store(scratch, v128.load(tap));
    v128.store(scratch, v128.load(tap, 16), 16);
    offsets += 4;
    scratch += 32;
  }
}

function copy4(taps: i32, offsets: usize, from: usize, scratch: usize): void {
  const stop = offsets + bytes(taps);
  while (offsets < stop) {
    v128.store(scratch, v128.load(from + (<usize>load<u32>(offsets) << 2)));
    offsets += 4;
    scratch += 16;
  }
}

function copy1(taps: i32, offsets: usize, from: usize, scratch: usize): void {
  const stop = offsets + bytes(taps);
  while (offsets < stop) {
    store<f32>(scratch, load<f32>(from + (<usize>load<u32>(offsets) << 2)));
    offsets += 4;
    scratch += 4;
  }
}
