// One atom of K-SVD: d and its coefficients g together become a better rank-1 fit of what the other atoms leave of the signals that
// use it, E = R + g·dᵀ, by one alternation instead of an SVD. (Aharon, Elad and Bruckstein 2006; Rubinstein et al. 2008)
//
//   d' = Eᵀ·g / ‖Eᵀ·g‖,   g' = E·d',   R' = E − g'·d'ᵀ
//
// 10·count·pitch flops; the signals' residuals are gathered by row.

import { bytes, sum, zero } from '../simd';

/**
 * Updates atom d (pitch floats), coefs (count) and the `count` rows of residual that `signals` names. Rows have `pitch` floats, a
 * multiple of 4, the ends zero. Where Eᵀ·g vanishes nothing changes. scratch: pitch floats.
 */
export function ksvd_f32_atom(
  count: i32,
  pitch: i32,
  signals: usize,
  coefs: usize,
  d: usize,
  residual: usize,
  scratch: usize,
): void {
  const width = bytes(pitch);
  let squares: f32 = 0;
  memory.fill(scratch, 0, width);
  for (let i = 0; i < count; i++) {
    const row = residual + width * <usize>load<u32>(signals + bytes(i));
    const g = load<f32>(coefs + bytes(i));
    squares += g * g;
    addScaled(width, g, row, scratch);
  }
  addScaled(width, squares, d, scratch);
  const norm = sqrt<f32>(dot(width, scratch, scratch));
  if (!(norm > 0)) return;
  const inverse = f32x4.splat(1 / norm);
  for (let at: usize = 0; at < width; at += 16) v128.store(scratch + at, f32x4.mul(inverse, v128.load(scratch + at)));
  const overlap = dot(width, d, scratch);
  for (let i = 0; i < count; i++) {
    const row = residual + width * <usize>load<u32>(signals + bytes(i));
    const g = load<f32>(coefs + bytes(i));
    const better = dot(width, row, scratch) + g * overlap;
    addScaled(width, g, d, row);
    addScaled(width, -better, scratch, row);
    store<f32>(coefs + bytes(i), better);
  }
  memory.copy(d, scratch, width);
}

// @ts-ignore: decorator
@inline
function addScaled(width: usize, scale: f32, x: usize, y: usize): void {
  const w = f32x4.splat(scale);
  for (let at: usize = 0; at < width; at += 16) {
    v128.store(y + at, f32x4.add(v128.load(y + at), f32x4.mul(w, v128.load(x + at))));
  }
}

// @ts-ignore: decorator
@inline
function dot(width: usize, x: usize, y: usize): f32 {
  let total = zero();
  for (let at: usize = 0; at < width; at += 16) {
    total = f32x4.add(total, f32x4.mul(v128.load(x + at), v128.load(y + at)));
  }
  return sum(total);
}
