// The L1 norm's two ways over the elements [begin, end): its subgradient, which makes weights small, and its proximal step, which
// makes them zero. One pass, bound by memory.

import { bytes, zero } from '../simd';
import { loadSome, storeSome } from '../tail';

const SIGN: i32 = <i32>0x80000000;

/** g += l1·sign(w); sign(0) = 0. */
export function l1_gradient_f32(begin: i32, end: i32, l1: f32, w: usize, g: usize): void {
  const strength = f32x4.splat(l1);
  const sign = i32x4.splat(SIGN);
  for (let at = bytes(begin), stop = bytes(end); at < stop; at += 16) {
    const count = <i32>(min(stop - at, <usize>16) >> 2);
    const weight = loadSome(w + at, count);
    const signed = v128.xor(v128.and(weight, sign), strength);
    const pull = v128.and(signed, f32x4.ne(weight, zero()));
    storeSome(g + at, f32x4.add(loadSome(g + at, count), pull), count);
  }
}

/** y = sign(x)·max(|x| − threshold, 0), +0 where it is 0; a NaN stays. (Daubechies, Defrise, De Mol 2004) */
export function soft_threshold_f32(begin: i32, end: i32, threshold: f32, x: usize, y: usize): void {
  const cut = f32x4.splat(threshold);
  const sign = i32x4.splat(SIGN);
  for (let at = bytes(begin), stop = bytes(end); at < stop; at += 16) {
    const count = <i32>(min(stop - at, <usize>16) >> 2);
    const v = loadSome(x + at, count);
    const signed = v128.or(v128.and(v, sign), cut);
    storeSome(y + at, v128.andnot(f32x4.sub(v, signed), f32x4.le(f32x4.abs(v), cut)), count);
  }
}
