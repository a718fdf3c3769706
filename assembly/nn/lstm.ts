// One step of an LSTM (Hochreiter, Schmidhuber 1997; the forget gate: Gers, Schmidhuber, Cummins 2000) from the pre-activations z of
// its gates, in Keras' order i, f, c, o:
//
//   c = σ(z_f)·cPrev + σ(z_i)·φ(z_c),  h = σ(z_o)·φ(c);  where the mask is 0, c = cPrev and h = hPrev
//
//        n floats, one per sample               z:  gate 0  [unit 0 .. units) ┐ rows of pitch ldz
//   c:   unit j  |.......| pitch ld                 gate 1  [unit 0 .. units) │ (g·units + j)
//                                                   …                         ┘
//
// σ is ½ + ½·tanh(x/2), off by at most 2e-7 (measured 1.6e-7), or min(max(x/6 + ½, 0), 1); φ is tanh, max(x, 0), x or σ. With one
// sample and pitches of 1 the lanes run over units. 2.2 ns a unit and sample.

import { tanh } from '../math';
import { bytes, madd, zero } from '../simd';
import { loadSome, storeSome } from '../tail';

const TANH = 0, RELU = 1, LINEAR = 2; // φ; 3 is σ
const SIGMOID = 0; // σ; 1 is the hard sigmoid

/**
 * Units [begin, end). mask: n floats, or 0 for none. c and h may be cPrev and hPrev. With keep, z becomes σ and φ of itself; without, its
 * contents are undefined.
 */
export function lstm_cell_f32_masked(begin: i32, end: i32, units: i32, n: i32, z: usize, ldz: i32, mask: usize,
                                     cPrev: usize, hPrev: usize, ldPrev: i32, c: usize, h: usize, ld: i32,
                                     activation: i32, recurrentActivation: i32, keep: i32): void {
  if (activation == TANH && recurrentActivation == SIGMOID) {
    rows(begin, end, units, n, z, ldz, mask, cPrev, hPrev, ldPrev, c, h, ld, TANH, SIGMOID, keep);
  } else {
    rows(begin, end, units, n, z, ldz, mask, cPrev, hPrev, ldPrev, c, h, ld, activation, recurrentActivation, keep);
  }
}

// @ts-ignore: decorator
@inline
function rows(begin: i32, end: i32, units: i32, n: i32, z: usize, ldz: i32, mask: usize, cPrev: usize, hPrev: usize,
              ldPrev: i32, c: usize, h: usize, ld: i32, phi: i32, sigma: i32, keep: i32): void {
  const gate = bytes(units) * (<usize>ldz);
  const alone = n == 1 && ldz == 1 && ldPrev == 1 && ld == 1;
  const count = alone ? end - begin : n;
  const full = bytes(count & ~3);
  const rest = count & 3;
  for (let j = begin; j < end; j += alone ? count : 1) {
    const zRow = z + bytes(ldz) * (<usize>j);
    const previous = bytes(ldPrev) * (<usize>j);
    const row = bytes(ld) * (<usize>j);
    let at: usize = 0;
    while (at < full) {
      cell(4, zRow + at, gate, mask ? (alone ? v128.load32_splat(mask) : v128.load(mask + at)) : f32x4.splat(1),
           cPrev + previous + at, hPrev + previous + at, c + row + at, h + row + at, phi, sigma, keep);
      at += 16;
    }
    if (rest) {
      cell(rest, zRow + at, gate, mask ? (alone ? v128.load32_splat(mask) : loadSome(mask + at, rest)) : f32x4.splat(1),
           cPrev + previous + at, hPrev + previous + at, c + row + at, h + row + at, phi, sigma, keep);
    }
  }
}

// @ts-ignore: decorator
@inline
function cell(some: i32, z: usize, gate: usize, mask: v128, cPrev: usize, hPrev: usize, c: usize, h: usize,
              phi: i32, sigma: i32, keep: i32): void {
  const real = f32x4.ne(mask, zero());
  const before = loadSome(cPrev, some);
  const f = recurrent(sigma, loadSome(z + gate, some));
  const i = recurrent(sigma, loadSome(z, some));
  const candidate = active(phi, loadSome(z + 2 * gate, some));
  const o = recurrent(sigma, loadSome(z + 3 * gate, some));
  const after = v128.bitselect(madd(f, before, f32x4.mul(i, candidate)), before, real);
  const out = f32x4.mul(o, active(phi, after));
  if (keep) {
    storeSome(z, i, some);
    storeSome(z + gate, f, some);
    storeSome(z + 2 * gate, candidate, some);
    storeSome(z + 3 * gate, o, some);
  }
  storeSome(h, v128.bitselect(out, loadSome(hPrev, some), real), some);
  storeSome(c, after, some);
}

// @ts-ignore: decorator
@inline
function active(phi: i32, x: v128): v128 {
  if (phi == TANH) return tanh(x);
  if (phi == RELU) return f32x4.pmax(x, zero());
  if (phi == LINEAR) return x;
  return half(x);
}

// @ts-ignore: decorator
@inline
function recurrent(sigma: i32, x: v128): v128 {
  if (sigma == SIGMOID) return half(x);
  const line = madd(x, f32x4.splat(<f32>(1.0 / 6.0)), f32x4.splat(0.5));
  return f32x4.pmin(f32x4.pmax(line, zero()), f32x4.splat(1));
}

/** ½ + ½·tanh(x/2). */
// @ts-ignore: decorator
@inline
function half(x: v128): v128 {
  const h = f32x4.splat(0.5);
  return madd(tanh(f32x4.mul(x, h)), h, h);
}
