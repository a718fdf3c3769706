// What the products that skip zero inputs share: the list of inputs that are not zero, made without a branch to mispredict, and
// the end, y = max(sums + bias, lower). One pass over x, about half a cycle an input.

import { bytes, clamp, clampScalar, zero } from '../simd';

/** For each set of eight lanes, as the bits of its number, the lanes in it, ascending; then zeros. Filled at the first use. */
const LANES: usize = memory.data(2048);

function fillLanes(): void {
  for (let set = 1; set < 256; set++) {
    let to = LANES + (<usize>set << 3);
    for (let lane = 0; lane < 8; lane++) {
      if ((set >> lane) & 1) store<u8>(to++, lane);
    }
  }
}

/** Writes the indices of the elements of x that are not 0 (a NaN is not) as u16, ascending; returns where the list ends. k ≤ 65536. */
// @ts-ignore: decorator
@inline
export function nonzeros(k: i32, x: usize, list: usize): usize {
  if (load<u8>(LANES, 2047) == 0) fillLanes();
  let first = i16x8.splat(0);
  let j = 0;
  for (; j + 8 <= k; j += 8) {
    const at = x + bytes(j);
    const low = f32x4.ne(v128.load(at), zero());
    const set = i16x8.bitmask(i16x8.narrow_i32x4_s(low, f32x4.ne(v128.load(at, 16), zero())));
    v128.store(list, i16x8.add(v128.load8x8_u(LANES + (<usize>set << 3)), first));
    list += <usize>popcnt(set) << 1;
    first = i16x8.add(first, i16x8.splat(8));
  }
  for (; j < k; j++) {
    store<u16>(list, j);
    list += select<usize>(2, 0, load<f32>(x + bytes(j)) != 0);
  }
  return list;
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
