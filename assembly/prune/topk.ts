// The k-th largest |x| of count floats, exactly: a radix select on the 31 bits of |x|, which order as the magnitudes do. Each pass
// counts one digit of those that share the digits found so far, walks the counts from the top and so finds the next digit.
//
//   bits  30 … 20   19 … 10   9 … 0
//         exponent and mantissa, high digit first
//
// 1 to 3 ns a float: the later passes skip four at a time where none shares the digits. NaN counts as larger than infinity.

import { bytes } from '../simd';

/** ∞ for k ≤ 0, 0 for k > count. scratch: 4096 u32. */
export function topk_threshold_f32(count: i32, k: i32, x: usize, scratch: usize): f32 {
  if (k <= 0) return Infinity;
  if (k > count) return 0;
  memory.fill(scratch, 0, 16384);
  countHigh(count, x, scratch);
  let found = walk(k, 2048, scratch);
  let prefix = <u32>found;
  let rank = load<i32>(scratch);
  memory.fill(scratch, 0, 16384);
  countLow(count, x, scratch, prefix, 20, 10);
  found = walk(rank, 1024, scratch);
  prefix = (prefix << 10) | <u32>found;
  rank = load<i32>(scratch);
  memory.fill(scratch, 0, 16384);
  countLow(count, x, scratch, prefix, 10, 0);
  found = walk(rank, 1024, scratch);
  return reinterpret<f32>((prefix << 10) | <u32>found);
}

/** Counts of the first digit; two tables take turns, since neighbours often fall in one bin. Their sum is left in the first. */
function countHigh(count: i32, x: usize, bins: usize): void {
  let p = x;
  const limit = x + bytes(count & ~1);
  while (p < limit) {
    const a = bins + (<usize>((load<u32>(p) << 1) >>> 21) << 2);
    const b = bins + (<usize>((load<u32>(p, 4) << 1) >>> 21) << 2);
    store<u32>(a, load<u32>(a) + 1);
    store<u32>(b, load<u32>(b, 8192) + 1, 8192);
    p += 8;
  }
  if (count & 1) {
    const a = bins + (<usize>((load<u32>(p) << 1) >>> 21) << 2);
    store<u32>(a, load<u32>(a) + 1);
  }
  for (let i: usize = 0; i < 8192; i += 16) {
    v128.store(bins + i, i32x4.add(v128.load(bins + i), v128.load(bins + i, 8192)));
  }
}

/** Counts of the ten bits from `shift` up, of those whose higher bits are `prefix`; a table for each of four neighbours. */
function countLow(count: i32, x: usize, bins: usize, prefix: u32, above: i32, shift: i32): void {
  const magnitude = i32x4.splat(0x7fffffff);
  const wanted = i32x4.splat(prefix);
  let p = x;
  const stop = x + bytes(count);
  const limit = x + bytes(count & ~3);
  while (p < limit) {
    const digits = i32x4.shr_u(v128.and(v128.load(p), magnitude), above);
    if (v128.any_true(i32x4.eq(digits, wanted))) {
      countOne(p, bins, prefix, above, shift);
      countOne(p + 4, bins + 4096, prefix, above, shift);
      countOne(p + 8, bins + 8192, prefix, above, shift);
      countOne(p + 12, bins + 12288, prefix, above, shift);
    }
    p += 16;
  }
  while (p < stop) {
    countOne(p, bins, prefix, above, shift);
    p += 4;
  }
  for (let i: usize = 0; i < 4096; i += 16) {
    const left = i32x4.add(v128.load(bins + i), v128.load(bins + i, 4096));
    const right = i32x4.add(v128.load(bins + i, 8192), v128.load(bins + i, 12288));
    v128.store(bins + i, i32x4.add(left, right));
  }
}

/** Adds 1 or 0 without a branch: whether the prefix is the wanted one is hard to foretell. */
// @ts-ignore: decorator
@inline
function countOne(p: usize, bins: usize, prefix: u32, above: i32, shift: i32): void {
  const bits = load<u32>(p) & 0x7fffffff;
  const bin = bins + (<usize>((bits >>> shift) & 1023) << 2);
  store<u32>(bin, load<u32>(bin) + u32(bits >>> above == prefix));
}

/** The digit where the counts from the top reach `rank`; the rank that is left inside that bin goes to bins[0]. */
function walk(rank: i32, digits: i32, bins: usize): i32 {
  let digit = digits - 1;
  let held = load<i32>(bins + bytes(digit));
  while (held < rank) {
    rank -= held;
    digit--;
    held = load<i32>(bins + bytes(digit));
  }
  store<i32>(bins, rank);
  return digit;
}
