// y = x / (1 − rate) where the element is kept, 0 where it is dropped, by counter-based bits, so that backward drops the same
// elements of dy without a mask: Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror, Shaw: As Easy as 1, 2, 3, 2011).
//
//   element i    word i & 1 of the block with key (seed, stream) and counter (i >> 1, step); dropped when word < ⌊rate·2³²⌋
//
// The bits are those of src/tensor/random.ts. Four blocks, eight elements at a time; about 4 ns an element.

import { bytes } from '../simd';

/** Elements [begin, end), 0 ≤ rate < 1; y may be x. */
export function dropout_f32(begin: i32, end: i32, rate: f64, seed: u32, stream: u32, step: u32, x: usize, y: usize): void {
  const threshold = i32x4.splat(<i32><u32>(rate * 4294967296.0));
  const factor = f32x4.splat(<f32>(1.0 / (1.0 - rate)));
  const blocks = i32x4(0, 1, 2, 3);
  let i = begin & ~7;
  while (i < end) {
    let a = i32x4.add(i32x4.splat(i >> 1), blocks);
    let b = i32x4.splat(step);
    const k0 = i32x4.splat(seed);
    const k1 = i32x4.splat(stream);
    const k2 = i32x4.splat(0x1bd11bda ^ seed ^ stream);
    a = i32x4.add(a, k0);
    b = i32x4.add(b, k1);
    // four rounds, then a turn of the key, five times
    a = i32x4.add(a, b); b = turn(b, 13, a);
    a = i32x4.add(a, b); b = turn(b, 15, a);
    a = i32x4.add(a, b); b = turn(b, 26, a);
    a = i32x4.add(a, b); b = turn(b, 6, a);
    a = i32x4.add(a, k1); b = i32x4.add(b, i32x4.add(k2, i32x4.splat(1)));
    a = i32x4.add(a, b); b = turn(b, 17, a);
    a = i32x4.add(a, b); b = turn(b, 29, a);
    a = i32x4.add(a, b); b = turn(b, 16, a);
    a = i32x4.add(a, b); b = turn(b, 24, a);
    a = i32x4.add(a, k2); b = i32x4.add(b, i32x4.add(k0, i32x4.splat(2)));
    a = i32x4.add(a, b); b = turn(b, 13, a);
    a = i32x4.add(a, b); b = turn(b, 15, a);
    a = i32x4.add(a, b); b = turn(b, 26, a);
    a = i32x4.add(a, b); b = turn(b, 6, a);
    a = i32x4.add(a, k0); b = i32x4.add(b, i32x4.add(k1, i32x4.splat(3)));
    a = i32x4.add(a, b); b = turn(b, 17, a);
    a = i32x4.add(a, b); b = turn(b, 29, a);
    a = i32x4.add(a, b); b = turn(b, 16, a);
    a = i32x4.add(a, b); b = turn(b, 24, a);
    a = i32x4.add(a, k1); b = i32x4.add(b, i32x4.add(k2, i32x4.splat(4)));
    a = i32x4.add(a, b); b = turn(b, 13, a);
    a = i32x4.add(a, b); b = turn(b, 15, a);
    a = i32x4.add(a, b); b = turn(b, 26, a);
    a = i32x4.add(a, b); b = turn(b, 6, a);
    a = i32x4.add(a, k2); b = i32x4.add(b, i32x4.add(k0, i32x4.splat(5)));
    const first = i32x4.ge_u(v128.shuffle<i32>(a, b, 0, 4, 1, 5), threshold);
    const second = i32x4.ge_u(v128.shuffle<i32>(a, b, 2, 6, 3, 7), threshold);
    drop(i, begin, end, first, factor, x, y);
    drop(i + 4, begin, end, second, factor, x, y);
    i += 8;
  }
}

/** b rotated left, then xor a. */
// @ts-ignore: decorator
@inline
function turn(b: v128, left: i32, a: v128): v128 {
  return v128.xor(v128.or(i32x4.shl(b, left), i32x4.shr_u(b, 32 - left)), a);
}

/** The four elements from i on that lie in [begin, end). */
// @ts-ignore: decorator
@inline
function drop(i: i32, begin: i32, end: i32, keep: v128, factor: v128, x: usize, y: usize): void {
  if (i >= begin && i + 4 <= end) {
    v128.store(y + bytes(i), v128.and(f32x4.mul(v128.load(x + bytes(i)), factor), keep));
    return;
  }
  const kept = i32x4.bitmask(keep);
  const scale = f32x4.extract_lane(factor, 0);
  for (let j = max(i, begin), stop = min(i + 4, end); j < stop; j++) {
    store<f32>(y + bytes(j), (kept >> (j - i)) & 1 ? load<f32>(x + bytes(j)) * scale : 0);
  }
}
