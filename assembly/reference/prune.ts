// Selection by magnitude as plain scalar loops: bisection over the bits of |x| instead of a radix select.

import { get, put } from './scalar';

/** The largest bit pattern that at least k magnitudes reach. */
export function topk_threshold_f32(count: i32, k: i32, x: usize, _scratch: usize): f32 {
  if (k <= 0) return Infinity;
  if (k > count) return 0;
  let low: u32 = 0;
  let high: u32 = 0x7fffffff;
  while (low < high) {
    const middle = low + (high - low + 1) / 2;
    let reached = 0;
    for (let i = 0; i < count; i++) if (magnitude(x, i) >= middle) reached++;
    if (reached >= k) low = middle;
    else high = middle - 1;
  }
  return reinterpret<f32>(low);
}

export function mask_f32(begin: i32, end: i32, mask: usize, x: usize, y: usize): void {
  for (let i = begin; i < end; i++) put(y, i, get(mask, i) != 0 ? get(x, i) : 0);
}

export function keep_topk_f32(begin: i32, end: i32, count: i32, k: i32, x: usize, y: usize, _scratch: usize): void {
  for (let row = begin; row < end; row++) {
    const first = row * count;
    for (let i = first; i < first + count; i++) {
      let rank = 0;
      for (let j = first; j < first + count; j++) {
        if (get(x, j) > get(x, i) || (get(x, j) == get(x, i) && j < i)) rank++;
      }
      put(y, i, rank < k ? get(x, i) : 0);
    }
  }
}

function magnitude(x: usize, i: i32): u32 {
  return reinterpret<u32>(get(x, i)) & 0x7fffffff;
}
