// What the products that skip zero inputs share: the list of inputs that are not zero, made without a branch to mispredict, and
// the end, y = max(sums + bias, lower). One pass over x, less than a cycle an input.

import { bytes, clamp, clampScalar, zero } from '../simd';

/** For each set of four lanes, as the bits of its number, the lanes in it, ascending; then anything. */
const LANES: usize = memory.data<u32>([
  0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0,
  2, 0, 0, 0, 0, 2, 0, 0, 1, 2, 0, 0, 0, 1, 2, 0,
  3, 0, 0, 0, 0, 3, 0, 0, 1, 3, 0, 0, 0, 1, 3, 0,
  2, 3, 0, 0, 0, 2, 3, 0, 1, 2, 3, 0, 0, 1, 2, 3,
]);

/** Writes the indices of the elements of x that are not 0 (a NaN is not), ascending; returns where the list ends. */
// @ts-ignore: decorator
@inline
export function nonzeros(k: i32, x: usize, list: usize): usize {
  let first = i32x4.splat(0);
  let j = 0;
  for (; j + 4 <= k; j += 4) {
    const set = i32x4.bitmask(f32x4.ne(v128.load(x + bytes(j)), zero()));
    v128.store(list, i32x4.add(v128.load(LANES + (<usize>set << 4)), first));
    list += bytes(popcnt(set));
    first = i32x4.add(first, i32x4.splat(4));
  }
  for (; j < k; j++) {
    store<u32>(list, j);
    list += select<usize>(4, 0, load<f32>(x + bytes(j)) != 0);
  }
  return list;
}

/** Zeroes `count` floats, a multiple of 4. */
// @ts-ignore: decorator
@inline
export function clear(sums: usize, count: i32): void {
  for (const stop = sums + bytes(count); sums < stop; sums += 16) v128.store(sums, zero());
}

/** y[i] = max(sums[i] + bias[i], lower) for i < m; bias may be 0 for none. */
export function finish(m: i32, sums: usize, y: usize, bias: usize, lower: f32): void {
  const floor = f32x4.splat(lower);
  let i = 0;
  for (; i + 4 <= m; i += 4) {
    let s = v128.load(sums + bytes(i));
    if (bias) s = f32x4.add(s, v128.load(bias + bytes(i)));
    v128.store(y + bytes(i), clamp(s, floor));
  }
  for (; i < m; i++) {
    let s = load<f32>(sums + bytes(i));
    if (bias) s += load<f32>(bias + bytes(i));
    store<f32>(y + bytes(i), clampScalar(s, lower));
  }
}
