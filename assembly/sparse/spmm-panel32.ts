// The widest panel of spmm.ts: 32 floats of each row.

import { bytes, clamp, madd, zero } from '../simd';

export function panel32(
  rowptr: usize, stop: usize, colidx: usize, values: usize, x: usize, y: usize, row: usize,
  accumulate: i32, bias: usize, lower: f32,
): void {
  while (rowptr < stop) {
    const first = <usize>load<u32>(rowptr) << 2;
    let p = values + first;
    let c = colidx + first;
    const last = values + (<usize>load<u32>(rowptr, 4) << 2);
    let s0 = zero();
    if (bias) {
      s0 = v128.load32_splat(bias);
      bias += 4;
    }
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let s4 = s0;
    let s5 = s0;
    let s6 = s0;
    let s7 = s0;
    while (p < last) {
      const xp = x + (<usize>load<u32>(c) << 2);
      const w = v128.load32_splat(p);
      s0 = madd(w, v128.load(xp), s0);
      s1 = madd(w, v128.load(xp, 16), s1);
      s2 = madd(w, v128.load(xp, 32), s2);
      s3 = madd(w, v128.load(xp, 48), s3);
      // Never taken: it keeps V8 from hoisting all the loads, and spilling them.
      if (xp == 0) break;
      s4 = madd(w, v128.load(xp, 64), s4);
      s5 = madd(w, v128.load(xp, 80), s5);
      s6 = madd(w, v128.load(xp, 96), s6);
      s7 = madd(w, v128.load(xp, 112), s7);
      p += 4;
      c += 4;
    }
    if (accumulate) {
      s0 = f32x4.add(s0, v128.load(y));
      s1 = f32x4.add(s1, v128.load(y, 16));
      s2 = f32x4.add(s2, v128.load(y, 32));
      s3 = f32x4.add(s3, v128.load(y, 48));
      s4 = f32x4.add(s4, v128.load(y, 64));
      s5 = f32x4.add(s5, v128.load(y, 80));
      s6 = f32x4.add(s6, v128.load(y, 96));
      s7 = f32x4.add(s7, v128.load(y, 112));
    }
    const floor = f32x4.splat(lower);
    v128.store(y, clamp(s0, floor));
    v128.store(y, clamp(s1, floor), 16);
    v128.store(y, clamp(s2, floor), 32);
    v128.store(y, clamp(s3, floor), 48);
    v128.store(y, clamp(s4, floor), 64);
    v128.store(y, clamp(s5, floor), 80);
    v128.store(y, clamp(s6, floor), 96);
    v128.store(y, clamp(s7, floor), 112);
    y += row;
    rowptr += 4;
  }
}
