// x[i][j] = max(x[i][j] + bias[i], lower), in place: rows [begin, end) of n floats, ldx apart. One load and store an element.

import { bytes, clamp, clampScalar } from '../simd';

/** bias may be 0 (none); lower = −∞ is no activation, 0 is relu. */
export function bias_f32(begin: i32, end: i32, n: i32, bias: usize, lower: f32, x: usize, ldx: i32): void {
  const floor = f32x4.splat(lower);
  for (let i = begin; i < end; i++) {
    const b = bias ? load<f32>(bias + bytes(i)) : 0;
    const added = f32x4.splat(b);
    let p = x + bytes(i) * (<usize>ldx);
    const stop = p + bytes(n);
    const limit = p + bytes(n & ~3);
    while (p < limit) {
      v128.store(p, clamp(f32x4.add(v128.load(p), added), floor));
      p += 16;
    }
    while (p < stop) {
      store<f32>(p, clampScalar(load<f32>(p) + b, lower));
      p += 4;
    }
  }
}
