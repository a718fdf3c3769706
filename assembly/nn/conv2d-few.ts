// The dense convolution of few taps, as of an image's first layer: tiles of conv2d.ts would end before they pay for their beginning.

import { MR, bytes, clamp, madd, zero } from '../simd';

/** 32 floats of a run for every output channel, 8 sums at a time; `from` is where those of a tap at 0 stand. */
export function few32(m: i32, taps: i32, a: usize, offsets: usize, from: usize, to: usize, channel: usize, bias: usize, lower: f32): void {
  const floor = f32x4.splat(lower);
  const panel = bytes(MR) * <usize>taps;
  const stop = offsets + bytes(taps);
  for (let o = 0; o < m; o++) {
    let w = a + <usize>(o / MR) * panel + bytes(o % MR);
    let s0 = zero();
    let s1 = zero();
    let s2 = zero();
    let s3 = zero();
    let s4 = zero();
    let s5 = zero();
    let s6 = zero();
    let s7 = zero();
    for (let t = offsets; t < stop; t += 4) {
      const x = from + (<usize>load<u32>(t) << 2);
      const weight = v128.load32_splat(w);
      s0 = madd(weight, v128.load(x), s0);
      s1 = madd(weight, v128.load(x, 16), s1);
      s2 = madd(weight, v128.load(x, 32), s2);
      s3 = madd(weight, v128.load(x, 48), s3);
      // Never taken: it keeps V8 from hoisting all the loads, and spilling them.
      if (x == 0) break;
      s4 = madd(weight, v128.load(x, 64), s4);
      s5 = madd(weight, v128.load(x, 80), s5);
      s6 = madd(weight, v128.load(x, 96), s6);
      s7 = madd(weight, v128.load(x, 112), s7);
      w += MR << 2;
    }
    if (bias) {
      const b = v128.load32_splat(bias + bytes(o));
      s0 = f32x4.add(b, s0);
      s1 = f32x4.add(b, s1);
      s2 = f32x4.add(b, s2);
      s3 = f32x4.add(b, s3);
      s4 = f32x4.add(b, s4);
      s5 = f32x4.add(b, s5);
      s6 = f32x4.add(b, s6);
      s7 = f32x4.add(b, s7);
    }
    v128.store(to, clamp(s0, floor));
    v128.store(to, clamp(s1, floor), 16);
    v128.store(to, clamp(s2, floor), 32);
    v128.store(to, clamp(s3, floor), 48);
    v128.store(to, clamp(s4, floor), 64);
    v128.store(to, clamp(s5, floor), 80);
    v128.store(to, clamp(s6, floor), 96);
    v128.store(to, clamp(s7, floor), 112);
    to += channel;
  }
}
