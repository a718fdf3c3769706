// exp, log, tanh and sigmoid of four floats at once, by wasm arithmetic alone, so that their bits are the same everywhere.
// Exact at ±0, ±∞ and NaN; subnormal arguments and results are right. Error against the true value, over all floats:
//
//   exp      2ⁿ · (1 + r + r²·q(r)), |r| ≤ ln2 / 2                    ≤ 1.0 ulp
//   log      k·ln2 + log(1 + f), in s = f / (2 + f)                   ≤ 1.0 ulp
//   tanh     x · P(x²) / Q(x²), cut to ±1                             ≤ 6.5 ulp
//   sigmoid  e^min(x, 0) / (1 + e^−|x|)                               ≤ 2.5 ulp
//   erf      x · P(x²) / Q(x²), x cut to ±3.83                        ≤ 7.5 ulp
//
// (Measured on every float where they bend: 0.98, 0.84, 6.2 and 2.4; erf on 500,000 of them, 7.1.) The polynomials are minimax fits. V8 makes a constant
// splat anew in every turn of a loop, so constants are loaded from tables.

import { madd } from './simd';

const EXP: usize = memory.data<f32>([
  -104.0, -104.0, -104.0, -104.0, // below: 0
  89.0, 89.0, 89.0, 89.0, // above: ∞
  1.44269504, 1.44269504, 1.44269504, 1.44269504, // 1 / ln2
  12582912.0, 12582912.0, 12582912.0, 12582912.0, // 1.5·2²³: added to a small float, rounds it to a whole number in the low bits
  -0.693359375, -0.693359375, -0.693359375, -0.693359375, // −ln2 in nine bits, so that n·ln2 is exact
  2.12194440e-4, 2.12194440e-4, 2.12194440e-4, 2.12194440e-4, // … and the rest of it
  1.38145405455e-3, 1.38145405455e-3, 1.38145405455e-3, 1.38145405455e-3, // q
  8.36874503794e-3, 8.36874503794e-3, 8.36874503794e-3, 8.36874503794e-3,
  0.0416683907698, 0.0416683907698, 0.0416683907698, 0.0416683907698,
  0.166665203998, 0.166665203998, 0.166665203998, 0.166665203998,
  0.499999934322, 0.499999934322, 0.499999934322, 0.499999934322,
  1.0, 1.0, 1.0, 1.0,
]);

/** e^v. 2ⁿ is multiplied on in two halves: it may itself be no float when the product is one. */
// @ts-ignore: decorator
@inline
export function exp(v: v128): v128 {
  const x = f32x4.pmin(f32x4.pmax(v, v128.load(EXP, 0)), v128.load(EXP, 16));
  const one = v128.load(EXP, 176);
  const magic = v128.load(EXP, 48);
  const shifted = madd(x, v128.load(EXP, 32), magic);
  const n = f32x4.sub(shifted, magic);
  const r = madd(n, v128.load(EXP, 80), madd(n, v128.load(EXP, 64), x));
  let q = madd(r, v128.load(EXP, 96), v128.load(EXP, 112));
  q = madd(q, r, v128.load(EXP, 128));
  q = madd(q, r, v128.load(EXP, 144));
  q = madd(q, r, v128.load(EXP, 160));
  const power = f32x4.add(madd(q, f32x4.mul(r, r), r), one);
  const half = i32x4.shr_s(shifted, 1);
  const scale1 = i32x4.add(i32x4.shl(half, 23), one);
  const scale2 = i32x4.add(i32x4.shl(i32x4.sub(shifted, half), 23), one);
  return f32x4.mul(f32x4.mul(power, scale1), scale2);
}

const LOG: usize = memory.data<f32>([
  1.17549435e-38, 1.17549435e-38, 1.17549435e-38, 1.17549435e-38, // the smallest normal
  8388608.0, 8388608.0, 8388608.0, 8388608.0, // 2²³
  0.66666662693, 0.66666662693, 0.66666662693, 0.66666662693, // log(1 + s) − log(1 − s) = 2s + s·R(s²)
  0.40000972152, 0.40000972152, 0.40000972152, 0.40000972152,
  0.28498786688, 0.28498786688, 0.28498786688, 0.28498786688,
  0.24279078841, 0.24279078841, 0.24279078841, 0.24279078841,
  9.0580006145e-6, 9.0580006145e-6, 9.0580006145e-6, 9.0580006145e-6, // ln2 − its first 17 bits
  0.69313812256, 0.69313812256, 0.69313812256, 0.69313812256, // … which are these
  0.5, 0.5, 0.5, 0.5,
  1.0, 1.0, 1.0, 1.0,
  2.0, 2.0, 2.0, 2.0,
  Infinity, Infinity, Infinity, Infinity,
  -Infinity, -Infinity, -Infinity, -Infinity,
  NaN, NaN, NaN, NaN,
]);

const LOG_BITS: usize = memory.data<i32>([
  23, 23, 23, 23, // the exponent 2²³ stands for
  0x4afb0d, 0x4afb0d, 0x4afb0d, 0x4afb0d, // bits of 1 − bits of √½
  0x7fffff, 0x7fffff, 0x7fffff, 0x7fffff, // the mantissa
  0x3f3504f3, 0x3f3504f3, 0x3f3504f3, 0x3f3504f3, // bits of √½
  127, 127, 127, 127,
]);

/** ln v: −∞ at ±0, NaN below. v = 2ᵏ·(1 + f) with √½ ≤ 1 + f < √2 (the scheme of fdlibm, Sun 1993). */
// @ts-ignore: decorator
@inline
export function log(v: v128): v128 {
  const subnormal = f32x4.lt(v, v128.load(LOG, 0));
  const normal = v128.bitselect(f32x4.mul(v, v128.load(LOG, 16)), v, subnormal);
  const bits = i32x4.add(normal, v128.load(LOG_BITS, 16));
  const exponent = i32x4.sub(i32x4.shr_u(bits, 23), v128.load(LOG_BITS, 64));
  const k = f32x4.convert_i32x4_s(i32x4.sub(exponent, v128.and(subnormal, v128.load(LOG_BITS, 0))));
  const f = f32x4.sub(i32x4.add(v128.and(bits, v128.load(LOG_BITS, 32)), v128.load(LOG_BITS, 48)), v128.load(LOG, 144));
  const s = f32x4.div(f, f32x4.add(f, v128.load(LOG, 160)));
  const z = f32x4.mul(s, s);
  let series = madd(v128.load(LOG, 80), z, v128.load(LOG, 64));
  series = madd(series, z, v128.load(LOG, 48));
  series = f32x4.mul(madd(series, z, v128.load(LOG, 32)), z);
  const square = f32x4.mul(f32x4.mul(f, v128.load(LOG, 128)), f);
  const low = madd(s, f32x4.add(square, series), f32x4.mul(k, v128.load(LOG, 96)));
  const y = madd(k, v128.load(LOG, 112), f32x4.add(f32x4.sub(low, square), f));
  const zero = v128.xor(v, v);
  const special = v128.bitselect(v128.load(LOG, 192), v128.load(LOG, 208), f32x4.eq(v, zero));
  const positive = v128.bitselect(y, v, f32x4.lt(v, v128.load(LOG, 176)));
  return v128.bitselect(special, positive, f32x4.le(v, zero));
}

const TANH: usize = memory.data<f32>([
  9.5, 9.5, 9.5, 9.5, // beyond, and a little before: P / Q is above 1 and cut to ±1
  -9.5, -9.5, -9.5, -9.5,
  1.33824436e-8, 1.33824436e-8, 1.33824436e-8, 1.33824436e-8, // P
  2.0634463e-5, 2.0634463e-5, 2.0634463e-5, 2.0634463e-5,
  3.497372847e-3, 3.497372847e-3, 3.497372847e-3, 3.497372847e-3,
  0.1338261664, 0.1338261664, 0.1338261664, 0.1338261664,
  7.789483334e-7, 7.789483334e-7, 7.789483334e-7, 7.789483334e-7, // Q
  3.288380103e-4, 3.288380103e-4, 3.288380103e-4, 3.288380103e-4,
  0.02588403784, 0.02588403784, 0.02588403784, 0.02588403784,
  0.4671594203, 0.4671594203, 0.4671594203, 0.4671594203,
  1.0, 1.0, 1.0, 1.0,
  -1.0, -1.0, -1.0, -1.0,
]);

/** tanh v; never beyond ±1. */
// @ts-ignore: decorator
@inline
export function tanh(v: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(v, v128.load(TANH, 0)), v128.load(TANH, 16));
  const one = v128.load(TANH, 160);
  const z = f32x4.mul(x, x);
  let p = madd(z, v128.load(TANH, 32), v128.load(TANH, 48));
  p = madd(p, z, v128.load(TANH, 64));
  p = madd(p, z, v128.load(TANH, 80));
  p = madd(p, z, one);
  let q = madd(z, v128.load(TANH, 96), v128.load(TANH, 112));
  q = madd(q, z, v128.load(TANH, 128));
  q = madd(q, z, v128.load(TANH, 144));
  q = madd(q, z, one);
  return f32x4.pmax(f32x4.pmin(f32x4.div(f32x4.mul(x, p), q), one), v128.load(TANH, 176));
}

/** 1 / (1 + e^−v), without loss for v far below 0. */
// @ts-ignore: decorator
@inline
export function sigmoid(v: v128): v128 {
  const one = v128.load(EXP, 176);
  const e = exp(f32x4.neg(f32x4.abs(v)));
  const numerator = v128.bitselect(e, one, i32x4.shr_s(v, 31));
  return f32x4.div(numerator, f32x4.add(one, e));
}

const ERF: usize = memory.data<f32>([
  3.832506856900711, 3.832506856900711, 3.832506856900711, 3.832506856900711, // beyond: 1
  -3.832506856900711, -3.832506856900711, -3.832506856900711, -3.832506856900711,
  -2.72614225801306e-10, -2.72614225801306e-10, -2.72614225801306e-10, -2.72614225801306e-10, // P
  2.77068142495902e-8, 2.77068142495902e-8, 2.77068142495902e-8, 2.77068142495902e-8,
  -2.10102402082508e-6, -2.10102402082508e-6, -2.10102402082508e-6, -2.10102402082508e-6,
  -5.69250639462346e-5, -5.69250639462346e-5, -5.69250639462346e-5, -5.69250639462346e-5,
  -7.34990630326855e-4, -7.34990630326855e-4, -7.34990630326855e-4, -7.34990630326855e-4,
  -2.9545998085403e-3, -2.9545998085403e-3, -2.9545998085403e-3, -2.9545998085403e-3,
  -1.60960333262415e-2, -1.60960333262415e-2, -1.60960333262415e-2, -1.60960333262415e-2,
  -1.45660718464996e-5, -1.45660718464996e-5, -1.45660718464996e-5, -1.45660718464996e-5, // Q
  -2.13374055278905e-4, -2.13374055278905e-4, -2.13374055278905e-4, -2.13374055278905e-4,
  -1.68282697438203e-3, -1.68282697438203e-3, -1.68282697438203e-3, -1.68282697438203e-3,
  -7.37332916720468e-3, -7.37332916720468e-3, -7.37332916720468e-3, -7.37332916720468e-3,
  -1.42647390514189e-2, -1.42647390514189e-2, -1.42647390514189e-2, -1.42647390514189e-2,
]);

/** erf v = 2/√π · ∫₀ᵛ e^−t² dt. */
// @ts-ignore: decorator
@inline
export function erf(v: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(v, v128.load(ERF, 0)), v128.load(ERF, 16));
  const z = f32x4.mul(x, x);
  let p = madd(z, v128.load(ERF, 32), v128.load(ERF, 48));
  p = madd(p, z, v128.load(ERF, 64));
  p = madd(p, z, v128.load(ERF, 80));
  p = madd(p, z, v128.load(ERF, 96));
  p = madd(p, z, v128.load(ERF, 112));
  p = madd(p, z, v128.load(ERF, 128));
  let q = madd(z, v128.load(ERF, 144), v128.load(ERF, 160));
  q = madd(q, z, v128.load(ERF, 176));
  q = madd(q, z, v128.load(ERF, 192));
  q = madd(q, z, v128.load(ERF, 208));
  return f32x4.div(f32x4.mul(x, p), q);
}

/** log(1 + e), e in [0, 1]; what the addition lost of e is put back as a ratio. */
// @ts-ignore: decorator
@inline
export function log1p(e: v128): v128 {
  const one = v128.load(EXP, 176);
  const u = f32x4.add(one, e);
  const kept = f32x4.sub(u, one);
  const zero = v128.xor(kept, kept);
  return v128.bitselect(e, f32x4.div(f32x4.mul(log(u), e), kept), f32x4.eq(kept, zero));
}
