// embedding: Y[f][j] = E[ids[j]][f], a row of the table for each column of Y: token j of a slab, [feature][time][width].
// Four columns at once pass through a transpose in registers. Memory-bound.
// Trusts its input: each id is below the table's rows.

import { bytes } from '../simd';

/** Columns [begin, end) of Y, rows of pitch ldy. */
export function embedding_f32(begin: i32, end: i32, features: i32, ids: usize, table: usize, y: usize, ldy: i32): void {
  const row = bytes(features);
  const pitch = bytes(ldy);
  let j = begin;
  for (; j + 4 <= end; j += 4) {
    let a = table + <usize>load<u32>(ids + bytes(j)) * row;
    let b = table + <usize>load<u32>(ids + bytes(j), 4) * row;
    let c = table + <usize>load<u32>(ids + bytes(j), 8) * row;
    let d = table + <usize>load<u32>(ids + bytes(j), 12) * row;
    let to = y + bytes(j);
    const stop4 = a + bytes(features & ~3);
    const stop = a + row;
    while (a < stop4) {
      const va = v128.load(a);
      const vb = v128.load(b);
      const vc = v128.load(c);
      const vd = v128.load(d);
      const ab0 = v128.shuffle<f32>(va, vb, 0, 4, 1, 5);
      const ab1 = v128.shuffle<f32>(va, vb, 2, 6, 3, 7);
      const cd0 = v128.shuffle<f32>(vc, vd, 0, 4, 1, 5);
      const cd1 = v128.shuffle<f32>(vc, vd, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5));
      to += pitch;
      v128.store(to, v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7));
      to += pitch;
      v128.store(to, v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5));
      to += pitch;
      v128.store(to, v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7));
      to += pitch;
      a += 16;
      b += 16;
      c += 16;
      d += 16;
    }
    while (a < stop) {
      let v = v128.load32_zero(a);
      v = v128.load_lane<f32>(b, v, 1);
      v = v128.load_lane<f32>(c, v, 2);
      v = v128.load_lane<f32>(d, v, 3);
      v128.store(to, v);
      to += pitch;
      a += 4;
      b += 4;
      c += 4;
      d += 4;
    }
  }
  for (; j < end; j++) {
    let from = table + <usize>load<u32>(ids + bytes(j)) * row;
    let to = y + bytes(j);
    const stop = from + row;
    while (from < stop) {
      store<f32>(to, load<f32>(from));
      to += pitch;
      from += 4;
    }
  }
}

/** dE[ids[j]][f] += dY[f][j] for the columns [begin, end), one after another. */
export function embedding_backward_f32(
  begin: i32,
  end: i32,
  features: i32,
  ids: usize,
  dy: usize,
  lddy: i32,
  dtable: usize,
): void {
  const row = bytes(features);
  const pitch = bytes(lddy);
  for (let j = begin; j < end; j++) {
    let to = dtable + <usize>load<u32>(ids + bytes(j)) * row;
    let from = dy + bytes(j);
    const stop = to + row;
    while (to < stop) {
      store<f32>(to, load<f32>(to) + load<f32>(from));
      from += pitch;
      to += 4;
    }
  }
}
