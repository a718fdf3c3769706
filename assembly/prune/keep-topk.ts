// The k largest of every row stay, the others become 0: by value, the first of equals first. y may be x. A NaN stays and counts as small.
//
// topk_threshold ranks magnitudes, so the rank is taken among numbers of one sign: where k or more are above 0, of max(x, 0) the k-th;
// else all those stay, and of the others the count − k of largest magnitude go. The threshold's cost, and two passes.

import { bytes, zero } from '../simd';
import { loadSome, storeSome } from '../tail';
import { topk_threshold_f32 } from './topk';

/** Rows [begin, end) of `count`; scratch: 4096 u32 and `count` floats. */
export function keep_topk_f32(begin: i32, end: i32, count: i32, k: i32, x: usize, y: usize, scratch: usize): void {
  const pitch = bytes(count);
  const sided = scratch + 16384;
  for (let row = begin; row < end; row++) {
    const from = x + pitch * <usize>row;
    const to = y + pitch * <usize>row;
    const isPositive = above(count, 0, from) >= k;
    side(count, isPositive ? 1 : -1, from, sided);
    const magnitude = topk_threshold_f32(count, isPositive ? k : count - k, sided, scratch);
    keepAbove(count, k, isPositive ? magnitude : -magnitude, from, to);
  }
}

/** max(sign·x, 0). */
function side(count: i32, sign: f32, x: usize, y: usize): void {
  const factor = f32x4.splat(sign);
  for (let at: usize = 0, rest = count; rest > 0; rest -= 4, at += 16) {
    storeSome(y + at, f32x4.pmax(zero(), f32x4.mul(loadSome(x + at, rest), factor)), rest);
  }
}

/** How many are above the threshold, which is 0 or more. */
function above(count: i32, threshold: f32, x: usize): i32 {
  const cut = f32x4.splat(threshold);
  let found = 0;
  for (let at: usize = 0, rest = count; rest > 0; rest -= 4, at += 16) {
    found += popcnt(i32x4.bitmask(f32x4.gt(loadSome(x + at, rest), cut)) & valid(rest));
  }
  return found;
}

/** The bits of the lanes that are numbers of the row. */
// @ts-ignore: decorator
@inline
function valid(rest: i32): i32 {
  return rest >= 4 ? 15 : (1 << rest) - 1;
}

/** y = x where it is above the threshold, and as many of those equal to it, the first ones, as make k. */
function keepAbove(count: i32, k: i32, threshold: f32, x: usize, y: usize): void {
  const cut = f32x4.splat(threshold);
  let kept = 0;
  let equal = 0;
  for (let at: usize = 0, rest = count; rest > 0; rest -= 4, at += 16) {
    const v = loadSome(x + at, rest);
    const isBelow = f32x4.lt(v, cut);
    kept += popcnt(i32x4.bitmask(v128.not(isBelow)) & valid(rest));
    equal += popcnt(i32x4.bitmask(f32x4.eq(v, cut)) & valid(rest));
    storeSome(y + at, v128.andnot(v, isBelow), rest);
  }
  if (kept > k) dropLast(min(kept - k, equal), count, threshold, y);
}

/** Zeroes the last numbers that are equal to the threshold. */
function dropLast(excess: i32, count: i32, threshold: f32, y: usize): void {
  for (let p = y + bytes(count - 1); excess > 0 && p >= y; p -= 4) {
    if (load<f32>(p) != threshold) continue;
    store<f32>(p, 0);
    excess--;
  }
}
