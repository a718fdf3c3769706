// The vector idioms every kernel shares. A v128 holds four f32 lanes.
//
// The same source makes two binaries. In the relaxed one a multiply-add rounds once where the machine has FMA, and the
// dense tile has six rows; in the plain one it rounds twice, the same on every machine, and the tile has five rows
// (without FMA each multiply-add needs a temporary, and V8 has 15 registers to give).

/** Rows of a packed panel of A, and of the dense register tile. */
export const MR: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 5;

/** Columns of a packed tile of B, and of the dense register tile. */
export const NR: i32 = 8;

/** Four zeros. */
// @ts-ignore: decorator
@inline
export function zero(): v128 {
  return f32x4.splat(0);
}

/** a·b + sum, lane by lane. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, sum);
  return f32x4.add(f32x4.mul(a, b), sum);
}

/** max(x, lower), lane by lane, where a NaN in x stays NaN. */
// @ts-ignore: decorator
@inline
export function clamp(x: v128, lower: v128): v128 {
  return f32x4.pmax(x, lower);
}

/** max(x, lower) where a NaN in x stays NaN: the scalar twin of clamp. */
// @ts-ignore: decorator
@inline
export function clampScalar(x: f32, lower: f32): f32 {
  return x < lower ? lower : x;
}

/** Bytes of `count` floats (or u32 indices). */
// @ts-ignore: decorator
@inline
export function bytes(count: i32): usize {
  return (<usize>count) << 2;
}

/** The four horizontal sums [Σa, Σb, Σc, Σd], each as (lane 0 + lane 2) + (lane 1 + lane 3). */
// @ts-ignore: decorator
@inline
export function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** Σa, in the order of `sums`. */
// @ts-ignore: decorator
@inline
export function sum(a: v128): f32 {
  return (
    f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 2) + (f32x4.extract_lane(a, 1) + f32x4.extract_lane(a, 3))
  );
}
