// conv2d backward to the input: dX[offsets[t] + run] += Σ_o W[o][t]·dY[o][run]. Runs and offsets as in conv2d.ts.
//
//   for each block of 16 floats of a run:  scratch [m][16] ← dY;  each panel of Wᵀ makes a tile of MR taps × 16 floats in
//   scratch, and the tile's rows are added where their taps stand (col2im, while the tile is in cache)
//
// The rows of a tile may overlap in dX, so they are added one after another. 2·m·taps·length flops per run.
// Trusts its input; the caller zeroes dX; scratch holds 16·(m + 6) floats of the caller's thread.

import { tile1, tile4, tile8 } from '../blas/tile';
import { MR, bytes } from '../simd';

/** Rows of runs [begin, end). at is Wᵀ packed (taps × m). Threads must not share rows of dX. */
export function conv2d_f32_dx(
  begin: i32,
  end: i32,
  cols: i32,
  length: i32,
  taps: i32,
  m: i32,
  at: usize,
  offsets: usize,
  dy: usize,
  dyRow: i32,
  dyCol: i32,
  dyChannel: i32,
  dx: usize,
  xRow: i32,
  xCol: i32,
  scratch: usize,
): void {
  const channel = bytes(dyChannel);
  const panel = bytes(MR) * <usize>m;
  const tile = scratch + (<usize>m << 6);
  for (let r = begin; r < end; r++) {
    for (let q = 0; q < cols; q++) {
      let from = dy + bytes(r) * <usize>dyRow + bytes(q) * <usize>dyCol;
      let to = dx + bytes(r) * <usize>xRow + bytes(q) * <usize>xCol;
      let rest = length;
      while (rest > 0) {
        const width = rest >= 16 ? 16 : rest >= 8 ? 8 : rest >= 4 ? 4 : 1;
        if (width >= 8) copy(m, width, channel, from, scratch);
        let a = at;
        for (let t = 0; t < taps; t += MR) {
          const rows = min(MR, taps - t);
          if (width >= 8) {
            tile8(m, a, scratch, 64, tile, 64, rows, 0, 0, -Infinity);
            if (width == 16) tile8(m, a, scratch + 32, 64, tile + 32, 64, rows, 0, 0, -Infinity);
          } else if (width == 4) tile4(m, a, from, channel, tile, 64, rows, 0, 0, -Infinity);
          else tile1(m, a, from, channel, tile, 64, rows, 0, 0, -Infinity);
          add(rows, width, tile, to, offsets + bytes(t));
          a += panel;
        }
        from += bytes(width);
        to += bytes(width);
        rest -= width;
      }
    }
  }
}

/** Rows of 8 or 16 floats, `channel` bytes apart, into rows of 16. */
function copy(m: i32, width: i32, channel: usize, from: usize, scratch: usize): void {
  const stop = scratch + (<usize>m << 6);
  while (scratch < stop) {
    v128.store(scratch, v128.load(from));
    v128.store(scratch, v128.load(from, 16), 16);
    if (width == 16) {
      v128.store(scratch, v128.load(from, 32), 32);
      v128.store(scratch, v128.load(from, 48), 48);
    }
    from += channel;
    scratch += 64;
  }
}

/** Adds rows of a tile, 64 bytes apart, where their taps stand. */
function add(rows: i32, width: i32, tile: usize, to: usize, offsets: usize): void {
  const stop = offsets + bytes(rows);
  while (offsets < stop) {
    const target = to + (<usize>load<u32>(offsets) << 2);
    if (width == 1) store<f32>(target, load<f32>(target) + load<f32>(tile));
    else {
      v128.store(target, f32x4.add(v128.load(target), v128.load(tile)));
      if (width >= 8) v128.store(target, f32x4.add(v128.load(target, 16), v128.load(tile, 16)), 16);
      if (width == 16) {
        v128.store(target, f32x4.add(v128.load(target, 32), v128.load(tile, 32)), 32);
        v128.store(target, f32x4.add(v128.load(target, 48), v128.load(tile, 48)), 48);
      }
    }
    tile += 64;
    offsets += 4;
  }
}
