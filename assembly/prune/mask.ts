// Masks of 0 and 1: which weights stay, from magnitudes, and taking away the others. One pass.

import { bytes } from '../simd';
import { loadSome, storeSome } from '../tail';

/** mask = |x| < threshold ? 0 : 1 over the elements [begin, end); a NaN stays. */
export function mask_below_f32(begin: i32, end: i32, threshold: f32, x: usize, mask: usize): void {
  const cut = f32x4.splat(threshold);
  const one = f32x4.splat(1);
  let at = bytes(begin);
  const rest = max(end - begin, 0) & 3;
  const limit = bytes(end - rest);
  while (at < limit) {
    v128.store(mask + at, v128.andnot(one, f32x4.lt(f32x4.abs(v128.load(x + at)), cut)));
    at += 16;
  }
  if (rest) storeSome(mask + at, v128.andnot(one, f32x4.lt(f32x4.abs(loadSome(x + at, rest)), cut)), rest);
}

/** y = mask ? x : 0 over the elements [begin, end), a true 0 whatever x is: −1, NaN, ∞. y may be x. */
export function mask_f32(begin: i32, end: i32, mask: usize, x: usize, y: usize): void {
  const zero = f32x4.splat(0);
  let at = bytes(begin);
  const rest = max(end - begin, 0) & 3;
  const limit = bytes(end - rest);
  while (at < limit) {
    v128.store(y + at, v128.and(v128.load(x + at), f32x4.ne(v128.load(mask + at), zero)));
    at += 16;
  }
  if (rest) storeSome(y + at, v128.and(loadSome(x + at, rest), f32x4.ne(loadSome(mask + at, rest), zero)), rest);
}

/**
 * mask = 1 for exactly k of count elements (all when k > count): those above the threshold, which is topk_threshold's for
 * this k, and of those equal to it the first ones.
 */
export function mask_topk_f32(count: i32, k: i32, threshold: f32, x: usize, mask: usize): void {
  const cut = reinterpret<u32>(threshold);
  let above = 0;
  for (let i = 0; i < count; i++) above += i32(magnitude(x, i) > cut);
  let ties = k - above;
  for (let i = 0; i < count; i++) {
    const bits = magnitude(x, i);
    let keep = bits > cut;
    if (bits == cut && ties > 0) {
      keep = true;
      ties--;
    }
    store<f32>(mask + bytes(i), keep ? 1 : 0);
  }
}

/** The bits of |x[i]|, which order as the magnitudes do, with NaN above all. */
// @ts-ignore: decorator
@inline
function magnitude(x: usize, i: i32): u32 {
  return load<u32>(x + bytes(i)) & 0x7fffffff;
}
