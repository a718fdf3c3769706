// The L1 norm's two ways over the elements [begin, end): its subgradient, which makes weights small, and its proximal step, which
// makes them zero. One pass, bound by memory.

import { bytes, zero } from '../simd';
import { loadSome, storeSome } from '../tail';

const SIGN: i32 = <i32>0x80000000;

/** g += l1·sign(w); sign(0) = 0. */
export function l1_gradient_f32(begin: i32, end: i32, l1: f32, w: usize, g: usize): void {
  const strength = f32x4.splat(l1);
  const sign = i32x4.splat(SIGN);
  let at = bytes(begin);
  const rest = max(end - begin, 0) & 3;
  const limit = bytes(end - rest);
  while (at < limit) {
    v128.store(g + at, f32x4.add(v128.load(g + at), pull(v128.load(w + at), strength, sign)));
    at += 16;
  }
  if (rest) storeSome(g + at, f32x4.add(loadSome(g + at, rest), pull(loadSome(w + at, rest), strength, sign)), rest);
}

// @ts-ignore: decorator
@inline
function pull(w: v128, strength: v128, sign: v128): v128 {
  return v128.and(v128.xor(v128.and(w, sign), strength), f32x4.ne(w, zero()));
}

/** y = sign(x)·max(|x| − threshold, 0), +0 where it is 0; a NaN stays. (Daubechies, Defrise, De Mol 2004) */
export function soft_threshold_f32(begin: i32, end: i32, threshold: f32, x: usize, y: usize): void {
  const cut = f32x4.splat(threshold);
  const sign = i32x4.splat(SIGN);
  let at = bytes(begin);
  const rest = max(end - begin, 0) & 3;
  const limit = bytes(end - rest);
  while (at < limit) {
    v128.store(y + at, shrink(v128.load(x + at), cut, sign));
    at += 16;
  }
  if (rest) storeSome(y + at, shrink(loadSome(x + at, rest), cut, sign), rest);
}

// @ts-ignore: decorator
@inline
function shrink(x: v128, cut: v128, sign: v128): v128 {
  const shrunk = f32x4.sub(x, v128.or(v128.and(x, sign), cut));
  return v128.andnot(shrunk, f32x4.le(f32x4.abs(x), cut));
}
