// Masks of 0 and 1: taking away what they prune. One pass.

import { bytes } from '../simd';
import { loadSome, storeSome } from '../tail';

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
