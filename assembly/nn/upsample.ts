// Feature maps made larger by whole factors, and the way back. x [c][rows][cols][n] → y [c][rows·fr][cols·fc][n]; pitches in elements.
//
//   nearest    y[r][q] = x[⌊r / fr⌋][⌊q / fc⌋]
//   bilinear   y[r][q] = the mean of the four pixels around ((r + ½) / fr − ½, (q + ½) / fc − ½), weighted by nearness; past the
//              outermost pixels' middles there is nothing to mix with, and they are repeated
//
// Memory-bound.

import { bytes } from '../simd';
import { loadSome, storeSome } from '../tail';

/** Nearest, channels [begin, end). */
export function upsample2d_f32(begin: i32, end: i32, n: i32, rows: i32, cols: i32, factorRows: i32, factorCols: i32,
                               x: usize, xChannel: i32, xRow: i32, y: usize, yChannel: i32, yRow: i32): void {
  const size = bytes(cols * factorCols * n);
  for (let c = begin; c < end; c++) {
    let to = y + bytes(yChannel) * (<usize>c);
    let from = x + bytes(xChannel) * (<usize>c);
    for (let r = 0; r < rows; r++) {
      if (n == 1 && factorCols == 2) doubled(from, cols, to);
      else repeated(from, cols, n, factorCols, to);
      const first = to;
      to += bytes(yRow);
      for (let a = 1; a < factorRows; a++) {
        memory.copy(to, first, size);
        to += bytes(yRow);
      }
      from += bytes(xRow);
    }
  }
}

/** Single floats, each twice. */
function doubled(from: usize, count: i32, to: usize): void {
  const limit = from + bytes(count & ~3);
  const stop = from + bytes(count);
  while (from < limit) {
    const v = v128.load(from);
    v128.store(to, v128.shuffle<f32>(v, v, 0, 0, 1, 1));
    v128.store(to, v128.shuffle<f32>(v, v, 2, 2, 3, 3), 16);
    from += 16;
    to += 32;
  }
  while (from < stop) {
    v128.store64_lane(to, v128.load32_splat(from), 0);
    from += 4;
    to += 8;
  }
}

/** Pixels of n floats, each `factor` times. */
function repeated(from: usize, count: i32, n: i32, factor: i32, to: usize): void {
  const size4 = bytes(n & ~3);
  const size = bytes(n);
  for (let q = 0; q < count; q++) {
    for (let b = 0; b < factor; b++) {
      let j: usize = 0;
      while (j < size4) {
        v128.store(to + j, v128.load(from + j));
        j += 16;
      }
      while (j < size) {
        store<f32>(to + j, load<f32>(from + j));
        j += 4;
      }
      to += size;
    }
    from += size;
  }
}

/** dx[r][q] = Σ of dy over its copies, channels [begin, end). */
export function upsample2d_backward_f32(begin: i32, end: i32, n: i32, rows: i32, cols: i32, factorRows: i32, factorCols: i32,
                                        dy: usize, yChannel: i32, yRow: i32, dx: usize, xChannel: i32, xRow: i32): void {
  const pitch = bytes(n);
  for (let c = begin; c < end; c++) {
    for (let r = 0; r < rows; r++) {
      let from = dy + bytes(yChannel) * (<usize>c) + bytes(yRow) * (<usize>(r * factorRows));
      let to = dx + bytes(xChannel) * (<usize>c) + bytes(xRow) * (<usize>r);
      for (let q = 0; q < cols; q++) {
        for (let j = 0; j < n; j += 4) {
          const count = min(n - j, 4);
          let sum = f32x4.splat(0);
          let row = from + bytes(j);
          for (let a = 0; a < factorRows; a++) {
            let p = row;
            for (let b = 0; b < factorCols; b++) {
              sum = f32x4.add(sum, loadSome(p, count));
              p += pitch;
            }
            row += bytes(yRow);
          }
          storeSome(to + bytes(j), sum, count);
        }
        from += pitch * (<usize>factorCols);
        to += pitch;
      }
    }
  }
}

/** Where pixel r of a side made larger by `factor` looks: the first of its two pixels, and the weight of the second. */
// @ts-ignore: decorator
@inline
function position(r: i32, factor: i32): f32 {
  return max((<f32>r + 0.5) / <f32>factor - 0.5, 0);
}

/** Bilinear, channels [begin, end). */
export function bilinear2d_f32(begin: i32, end: i32, n: i32, rows: i32, cols: i32, factorRows: i32, factorCols: i32,
                               x: usize, xChannel: i32, xRow: i32, y: usize, yChannel: i32, yRow: i32): void {
  bilinear(begin, end, n, rows, cols, factorRows, factorCols, x, xChannel, xRow, y, yChannel, yRow, false);
}

/** Each dy goes to its four pixels by their weights, channels [begin, end). The caller has zeroed dx. */
export function bilinear2d_backward_f32(begin: i32, end: i32, n: i32, rows: i32, cols: i32, factorRows: i32, factorCols: i32,
                                        dy: usize, yChannel: i32, yRow: i32, dx: usize, xChannel: i32, xRow: i32): void {
  bilinear(begin, end, n, rows, cols, factorRows, factorCols, dx, xChannel, xRow, dy, yChannel, yRow, true);
}

/** Joins every pixel of the larger map y with the four of x around it: mixes them into it, or `back` shares it among them. */
// @ts-ignore: decorator
@inline
function bilinear(begin: i32, end: i32, n: i32, rows: i32, cols: i32, factorRows: i32, factorCols: i32,
                  x: usize, xChannel: i32, xRow: i32, y: usize, yChannel: i32, yRow: i32, back: bool): void {
  const pitch = bytes(n);
  for (let r = 0; r < rows * factorRows; r++) {
    const down = position(r, factorRows);
    const i = <i32>down;
    const w = f32x4.splat(down - <f32>i);
    const step = i + 1 < rows ? bytes(xRow) : 0;
    for (let q = 0; q < cols * factorCols; q++) {
      const across = position(q, factorCols);
      const j = <i32>across;
      const v = f32x4.splat(across - <f32>j);
      const next = j + 1 < cols ? pitch : 0;
      let small = x + bytes(xChannel) * (<usize>begin) + bytes(xRow) * (<usize>i) + pitch * (<usize>j);
      let large = y + bytes(yChannel) * (<usize>begin) + bytes(yRow) * (<usize>r) + pitch * (<usize>q);
      for (let c = begin; c < end; c++) {
        for (let s = 0; s < n; s += 4) {
          const count = min(n - s, 4);
          const p = small + bytes(s);
          if (back) {
            const g = loadSome(large + bytes(s), count);
            const lower = f32x4.mul(g, w);
            share(p, next, f32x4.sub(g, lower), v, count);
            share(p + step, next, lower, v, count);
          } else {
            const upper = mix(loadSome(p, count), loadSome(p + next, count), v);
            const lower = mix(loadSome(p + step, count), loadSome(p + step + next, count), v);
            storeSome(large + bytes(s), mix(upper, lower, w), count);
          }
        }
        small += bytes(xChannel);
        large += bytes(yChannel);
      }
    }
  }
}

/** a + (b − a)·w. */
// @ts-ignore: decorator
@inline
function mix(a: v128, b: v128, w: v128): v128 {
  return f32x4.add(a, f32x4.mul(f32x4.sub(b, a), w));
}

/** Adds g·(1 − w) to the pixel at p and g·w to the next. */
// @ts-ignore: decorator
@inline
function share(p: usize, next: usize, g: v128, w: v128, count: i32): void {
  const second = f32x4.mul(g, w);
  storeSome(p, f32x4.add(loadSome(p, count), f32x4.sub(g, second)), count);
  storeSome(p + next, f32x4.add(loadSome(p + next, count), second), count);
}
