// What pursuit and shrinkage share: the correlations of all atoms with a residual, from the Gram matrix G = D·Dᵀ and the few atoms in use.
//
//   r[j] = c[j] + Σ_i coefs[i]·G[atom i][j],   c = D·x,   coefs the negated code:   r = D·(x − Dᵀ·a)
//
// Rows of G have a pitch of whole panels of 32 floats, their ends zero: 2·atoms·count flops, whatever the number of features.

import { bytes, madd, zero } from '../simd';

/** Writes r and returns max|r|. `rows` holds the atoms' rows as byte offsets into G. */
export function correlate(count: i32, rows: usize, coefs: usize, gram: usize, c: usize, r: usize, pitch: i32): f32 {
  const last = rows + bytes(count);
  const toCoef = coefs - rows;
  const end = bytes(pitch);
  let largest = zero();
  for (let at: usize = 0; at < end; at += 128) {
    let s0 = v128.load(c + at);
    let s1 = v128.load(c + at, 16);
    let s2 = v128.load(c + at, 32);
    let s3 = v128.load(c + at, 48);
    let s4 = v128.load(c + at, 64);
    let s5 = v128.load(c + at, 80);
    let s6 = v128.load(c + at, 96);
    let s7 = v128.load(c + at, 112);
    const panel = gram + at;
    let p = rows;
    while (p < last) {
      const g = panel + <usize>load<u32>(p);
      const w = v128.load32_splat(p + toCoef);
      s0 = madd(w, v128.load(g), s0);
      s1 = madd(w, v128.load(g, 16), s1);
      s2 = madd(w, v128.load(g, 32), s2);
      s3 = madd(w, v128.load(g, 48), s3);
      // Never taken: it keeps V8 from hoisting all the loads, and spilling them.
      if (g == 0) break;
      s4 = madd(w, v128.load(g, 64), s4);
      s5 = madd(w, v128.load(g, 80), s5);
      s6 = madd(w, v128.load(g, 96), s6);
      s7 = madd(w, v128.load(g, 112), s7);
      p += 4;
    }
    const out = r + at;
    v128.store(out, s0);
    v128.store(out, s1, 16);
    v128.store(out, s2, 32);
    v128.store(out, s3, 48);
    v128.store(out, s4, 64);
    v128.store(out, s5, 80);
    v128.store(out, s6, 96);
    v128.store(out, s7, 112);
    const a = f32x4.pmax(f32x4.pmax(f32x4.abs(s0), f32x4.abs(s1)), f32x4.pmax(f32x4.abs(s2), f32x4.abs(s3)));
    const b = f32x4.pmax(f32x4.pmax(f32x4.abs(s4), f32x4.abs(s5)), f32x4.pmax(f32x4.abs(s6), f32x4.abs(s7)));
    largest = f32x4.pmax(largest, f32x4.pmax(a, b));
  }
  return max(
    max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1)),
    max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)),
  );
}
