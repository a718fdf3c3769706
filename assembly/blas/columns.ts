// Some columns of a row-major matrix as the rows of another, and back: for inputs of which few features occur.
//
//   w [m][k]   ↔   wt [u][m]     row c of wt is column columns[c] of w
//
// Four rows of w at once, so that a column's four numbers are one store. Memory-bound. Buffers must not overlap.

import { bytes } from '../simd';

/** wt[c][i] = w[i][columns[c]] for the columns [begin, end). */
export function take_columns_f32(begin: i32, end: i32, m: i32, k: i32, columns: usize, w: usize, wt: usize): void {
  const pitch = bytes(k);
  const step = bytes(m);
  const stop = columns + bytes(end);
  const first = wt + <usize>begin * step;
  let i = 0;
  for (; i + 4 <= m; i += 4) {
    const row = w + <usize>i * pitch;
    let to = first + bytes(i);
    let c = columns + bytes(begin);
    while (c < stop) {
      const from = row + (<usize>load<u32>(c) << 2);
      let four = v128.load32_zero(from);
      four = v128.load_lane<f32>(from + pitch, four, 1);
      four = v128.load_lane<f32>(from + 2 * pitch, four, 2);
      four = v128.load_lane<f32>(from + 3 * pitch, four, 3);
      v128.store(to, four);
      to += step;
      c += 4;
    }
  }
  for (; i < m; i++) {
    const row = w + <usize>i * pitch;
    let to = first + bytes(i);
    for (let c = columns + bytes(begin); c < stop; c += 4) {
      store<f32>(to, load<f32>(row + (<usize>load<u32>(c) << 2)));
      to += step;
    }
  }
}

/** w[i][columns[c]] += wt[c][i] for the columns [begin, end), which must differ. */
export function add_columns_f32(begin: i32, end: i32, m: i32, k: i32, columns: usize, wt: usize, w: usize): void {
  const pitch = bytes(k);
  const step = bytes(m);
  const stop = columns + bytes(end);
  const first = wt + <usize>begin * step;
  let i = 0;
  for (; i + 4 <= m; i += 4) {
    const row = w + <usize>i * pitch;
    let from = first + bytes(i);
    let c = columns + bytes(begin);
    while (c < stop) {
      const to = row + (<usize>load<u32>(c) << 2);
      const four = v128.load(from);
      store<f32>(to, load<f32>(to) + f32x4.extract_lane(four, 0));
      store<f32>(to + pitch, load<f32>(to + pitch) + f32x4.extract_lane(four, 1));
      store<f32>(to + 2 * pitch, load<f32>(to + 2 * pitch) + f32x4.extract_lane(four, 2));
      store<f32>(to + 3 * pitch, load<f32>(to + 3 * pitch) + f32x4.extract_lane(four, 3));
      from += step;
      c += 4;
    }
  }
  for (; i < m; i++) {
    const row = w + <usize>i * pitch;
    let from = first + bytes(i);
    for (let c = columns + bytes(begin); c < stop; c += 4) {
      const to = row + (<usize>load<u32>(c) << 2);
      store<f32>(to, load<f32>(to) + load<f32>(from));
      from += step;
    }
  }
}
