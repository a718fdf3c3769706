// Winograd's transforms (Winograd 1980; Lavin, Gray 2016), which make a convolution with filters of r = 3 to 5 a product for each of
// 6 × 6 points: a tile of s = 7 − r outputs a side costs 36 multiplications a filter instead of (s·r)². Toom-Cook at 0, ±p, ±q and ∞
// with p = 3/4, q = 3/2: their powers are exact, and they round less than 0, ±1, ±2 (Barabasz and others 2020 on such points).
//
//   y = Aᵀ[(G·g·Gᵀ) ∘ (Bᵀ·d·B)]A         d 6 × 6 inputs, g r × r weights, y s × s outputs
//
// A pixel that is not finite makes NaN of the whole tile. The gradients are the transposes: dd = B[…]Bᵀ of A·dy·Aᵀ, and dg = Gᵀ[…]G.
//
//   image  [rows, rowStep apart][columns, `size` apart][n floats, `size` bytes, whole vectors]      points  [36, pitch apart][n floats]
//
// Each goes through columns, then rows, four floats of n at a time, with some 25 operations for six numbers; scratch has 36 vectors.

/** Points a side. */
export const SIDE: i32 = 6;

export const P: f32 = 0.75;
export const Q: f32 = 1.5;
const P2: f32 = P * P;
const Q2: f32 = Q * Q;

/** In memory, since V8 makes constants anew at every step of a loop. */
export const FACTORS: usize = memory.data<f32>([P, Q, P2, Q2, -P2, -Q2, -P2 - Q2, P2 * Q2]);

/** Bytes from a row of scratch to the next. */
export const ROW: usize = 96;
