// Feature maps made larger by whole factors, and the way back. x [c][rows][cols][n] → y [c][rows·fr][cols·fc][n]; pitches in elements.
//
//   y[r][q] = x[⌊r / fr⌋][⌊q / fc⌋]
//
// Memory-bound. bilinear.ts mixes neighbours instead.

import { copy } from '../copy';
import { bytes } from '../simd';
import { loadSome, storeSome } from '../tail';
import { even, odd } from './pairs';

/** Channels [begin, end). */
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
  const size = bytes(n);
  for (let q = 0; q < count; q++) {
    for (let b = 0; b < factor; b++) {
      copy(to, from, size);
      to += size;
    }
    from += size;
  }
}

/** dx[r][q] = Σ of dy over its copies, channels [begin, end). */
export function upsample2d_backward_f32(begin: i32, end: i32, n: i32, rows: i32, cols: i32, factorRows: i32, factorCols: i32,
                                        dy: usize, yChannel: i32, yRow: i32, dx: usize, xChannel: i32, xRow: i32): void {
  const paired = n == 1 && factorCols == 2 ? cols & ~3 : 0;
  for (let c = begin; c < end; c++) {
    for (let r = 0; r < rows; r++) {
      let from = dy + bytes(yChannel) * (<usize>c) + bytes(yRow) * (<usize>(r * factorRows));
      let to = dx + bytes(xChannel) * (<usize>c) + bytes(xRow) * (<usize>r);
      for (let q = 0; q < paired; q += 4) {
        let sum = f32x4.splat(0);
        let row = from;
        for (let a = 0; a < factorRows; a++) {
          sum = f32x4.add(f32x4.add(sum, even(row)), odd(row));
          row += bytes(yRow);
        }
        v128.store(to, sum);
        from += 32;
        to += 16;
      }
      for (let q = paired; q < cols; q++) {
        for (let j = 0; j < n; j += 4) {
          const count = min(n - j, 4);
          let sum = f32x4.splat(0);
          let row = from + bytes(j);
          for (let a = 0; a < factorRows; a++) {
            let p = row;
            for (let b = 0; b < factorCols; b++) {
              sum = f32x4.add(sum, loadSome(p, count));
              p += bytes(n);
            }
            row += bytes(yRow);
          }
          storeSome(to + bytes(j), sum, count);
        }
        from += bytes(n * factorCols);
        to += bytes(n);
      }
    }
  }
}
