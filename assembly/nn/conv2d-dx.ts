// conv2d backward to the input: dX[offsets[t] + run] += Σ_o W[o][t]·dY[o][run]. Runs and offsets as in conv2d.ts; the runs of dY
// follow one another.
//
//   for each block of 16 floats of all runs:  scratch [m][16] ← dY;  each panel of Wᵀ makes a tile of MR taps × 16 floats in
//   scratch, and the tile's rows are added where their taps stand (col2im, while the tile is in cache), run by run
//
// The rows of a tile may overlap in dX, so they are added one after another. 2·m·taps floats a float of a run.
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
  dyChannel: i32,
  dx: usize,
  xRow: i32,
  xCol: i32,
  scratch: usize,
): void {
  const channel = bytes(dyChannel);
  const panel = bytes(MR) * <usize>m;
  const tile = scratch + (<usize>m << 6);
  let first = begin * cols * length;
  const last = end * cols * length;
  while (first < last) {
    const rest = last - first;
    const width = rest >= 16 ? 16 : rest >= 8 ? 8 : rest >= 4 ? 4 : 1;
    const from = dy + bytes(first);
    const firstRun = first / length;
    const start = first % length;
    if (width >= 8) copy(m, width, channel, from, scratch);
    let a = at;
    for (let t = 0; t < taps; t += MR) {
      const rows = min(MR, taps - t);
      if (width >= 8) {
        tile8(m, a, scratch, 64, tile, 64, rows, 0, 0, -Infinity);
        if (width == 16) tile8(m, a, scratch + 32, 64, tile + 32, 64, rows, 0, 0, -Infinity);
      } else if (width == 4) tile4(m, a, from, channel, tile, 64, rows, 0, 0, -Infinity);
      else tile1(m, a, from, channel, tile, 64, rows, 0, 0, -Infinity);
      let run = firstRun;
      let inRun = start;
      let done = 0;
      while (done < width) {
        const count = min(length - inRun, width - done);
        const to = dx + bytes(run / cols) * <usize>xRow + bytes(run % cols) * <usize>xCol + bytes(inRun);
        if (count == 16) add16(rows, tile, to, offsets + bytes(t));
        else add(rows, count, tile + bytes(done), to, offsets + bytes(t));
        done += count;
        inRun = 0;
        run++;
      }
      a += panel;
    }
    first += width;
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
function add16(rows: i32, tile: usize, to: usize, offsets: usize): void {
  const stop = offsets + bytes(rows);
  while (offsets < stop) {
    const target = to + (<usize>load<u32>(offsets) << 2);
    v128.store(target, f32x4.add(v128.load(target), v128.load(tile)));
    v128.store(target, f32x4.add(v128.load(target, 16), v128.load(tile, 16)), 16);
    v128.store(target, f32x4.add(v128.load(target, 32), v128.load(tile, 32)), 32);
    v128.store(target, f32x4.add(v128.load(target, 48), v128.load(tile, 48)), 48);
    tile += 64;
    offsets += 4;
  }
}

/** The same for the first `count` floats of each row. */
function add(rows: i32, count: i32, tile: usize, to: usize, offsets: usize): void {
  const stop = offsets + bytes(rows);
  const size4 = bytes(count & ~3);
  const size = bytes(count);
  while (offsets < stop) {
    const target = to + (<usize>load<u32>(offsets) << 2);
    let j: usize = 0;
    for (; j < size4; j += 16) v128.store(target + j, f32x4.add(v128.load(target + j), v128.load(tile + j)));
    for (; j < size; j += 4) store<f32>(target + j, load<f32>(target + j) + load<f32>(tile + j));
    tile += 64;
    offsets += 4;
  }
}
