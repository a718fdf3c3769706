// One step of an LSTM back (Werbos 1990), from the gates that lstm.ts kept: with dh the gradient of h, dy added, and dc that of c,
//
//   do = dh·φ(c)·σ′,  dc += dh·o·φ′(φ(c));  di = dc·g·σ′,  df = dc·cPrev·σ′,  dg = dc·i·φ′(g);  dc ← dc·f
//
// σ′ and φ′ are had from the gates themselves. Where the mask is 0, dh and dc pass through and the gates have no gradient; elsewhere dh is
// left 0, for the product with the recurrent kernel to be added to. Rows as in lstm.ts. About half of that kernel's time.
//
// Gradients below 2⁻¹⁰⁰ become 0: they fade on a long way back, and once they are subnormal every product with them takes a hundred times
// as long (untrained, 256 steps, a training step took 1.9 s instead of 0.4).

import { tanh } from '../math';
import { bytes, madd, zero } from '../simd';
import { loadSome, storeSome } from '../tail';

const TANH = 0, RELU = 1, LINEAR = 2; // φ; 3 is σ
const SIGMOID = 0; // σ; 1 is the hard sigmoid
const FAINT: f32 = 7.888609052210118e-31; // 2⁻¹⁰⁰

/**
 * Units [begin, end). z holds the activated gates and dz their gradients, as z laid out; c, cPrev have rows of pitch ldc, dy (or 0 for
 * none) of pitch lddy, dh and dc of pitch ldd.
 */
export function lstm_cell_backward_f32_masked(begin: i32, end: i32, units: i32, n: i32, z: usize, ldz: i32, mask: usize,
                                              cPrev: usize, c: usize, ldc: i32, dy: usize, lddy: i32, dh: usize, dc: usize,
                                              ldd: i32, dz: usize, lddz: i32, activation: i32, recurrentActivation: i32): void {
  if (activation == TANH && recurrentActivation == SIGMOID) {
    rows(begin, end, units, n, z, ldz, mask, cPrev, c, ldc, dy, lddy, dh, dc, ldd, dz, lddz, TANH, SIGMOID);
  } else {
    rows(begin, end, units, n, z, ldz, mask, cPrev, c, ldc, dy, lddy, dh, dc, ldd, dz, lddz, activation, recurrentActivation);
  }
}

// @ts-ignore: decorator
@inline
function rows(begin: i32, end: i32, units: i32, n: i32, z: usize, ldz: i32, mask: usize, cPrev: usize, c: usize, ldc: i32,
              dy: usize, lddy: i32, dh: usize, dc: usize, ldd: i32, dz: usize, lddz: i32, phi: i32, sigma: i32): void {
  const gate = bytes(units) * (<usize>ldz);
  const dGate = bytes(units) * (<usize>lddz);
  const full = bytes(n & ~3);
  const rest = n & 3;
  for (let j = begin; j < end; j++) {
    const zRow = z + bytes(ldz) * (<usize>j);
    const dzRow = dz + bytes(lddz) * (<usize>j);
    const state = bytes(ldc) * (<usize>j);
    const slope = bytes(ldd) * (<usize>j);
    const dyRow = dy ? dy + bytes(lddy) * (<usize>j) : 0;
    let at: usize = 0;
    while (at < full) {
      cell(4, zRow + at, gate, mask ? mask + at : 0, cPrev + state + at, c + state + at, dyRow ? dyRow + at : 0,
           dh + slope + at, dc + slope + at, dzRow + at, dGate, phi, sigma);
      at += 16;
    }
    if (rest) {
      cell(rest, zRow + at, gate, mask ? mask + at : 0, cPrev + state + at, c + state + at, dyRow ? dyRow + at : 0,
           dh + slope + at, dc + slope + at, dzRow + at, dGate, phi, sigma);
    }
  }
}

// @ts-ignore: decorator
@inline
function cell(some: i32, z: usize, gate: usize, mask: usize, cPrev: usize, c: usize, dy: usize, dh: usize, dc: usize,
              dz: usize, dGate: usize, phi: i32, sigma: i32): void {
  const i = loadSome(z, some);
  const f = loadSome(z + gate, some);
  const candidate = loadSome(z + 2 * gate, some);
  const o = loadSome(z + 3 * gate, some);
  const out = active(phi, loadSome(c, some));
  let dOut = loadSome(dh, some);
  if (dy) dOut = f32x4.add(dOut, loadSome(dy, some));
  const dLater = loadSome(dc, some);
  const dCell = madd(f32x4.mul(dOut, o), slope(phi, out), dLater);
  let dI = f32x4.mul(f32x4.mul(dCell, candidate), recurrentSlope(sigma, i));
  let dF = f32x4.mul(f32x4.mul(dCell, loadSome(cPrev, some)), recurrentSlope(sigma, f));
  let dCandidate = f32x4.mul(f32x4.mul(dCell, i), slope(phi, candidate));
  let dO = f32x4.mul(f32x4.mul(dOut, out), recurrentSlope(sigma, o));
  let dBefore = settled(f32x4.mul(dCell, f));
  let dPast = zero();
  if (mask) {
    const real = f32x4.ne(loadSome(mask, some), zero());
    dI = v128.and(dI, real);
    dF = v128.and(dF, real);
    dCandidate = v128.and(dCandidate, real);
    dO = v128.and(dO, real);
    dBefore = v128.bitselect(dBefore, dLater, real);
    dPast = v128.andnot(dOut, real);
  }
  storeSome(dz, settled(dI), some);
  storeSome(dz + dGate, settled(dF), some);
  storeSome(dz + 2 * dGate, settled(dCandidate), some);
  storeSome(dz + 3 * dGate, settled(dO), some);
  storeSome(dh, dPast, some);
  storeSome(dc, dBefore, some);
}

/** x, or 0 where it is faint; NaN stays. */
// @ts-ignore: decorator
@inline
function settled(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), f32x4.splat(FAINT)));
}

// @ts-ignore: decorator
@inline
function active(phi: i32, x: v128): v128 {
  if (phi == TANH) return tanh(x);
  if (phi == RELU) return f32x4.pmax(x, zero());
  if (phi == LINEAR) return x;
  const h = f32x4.splat(0.5);
  return madd(tanh(f32x4.mul(x, h)), h, h);
}

/** φ′ from y = φ(x). */
// @ts-ignore: decorator
@inline
function slope(phi: i32, y: v128): v128 {
  const one = f32x4.splat(1);
  if (phi == TANH) return f32x4.sub(one, f32x4.mul(y, y));
  if (phi == RELU) return v128.and(one, f32x4.gt(y, zero()));
  if (phi == LINEAR) return one;
  return f32x4.mul(y, f32x4.sub(one, y));
}

/** σ′ from y = σ(x). */
// @ts-ignore: decorator
@inline
function recurrentSlope(sigma: i32, y: v128): v128 {
  const one = f32x4.splat(1);
  if (sigma == SIGMOID) return f32x4.mul(y, f32x4.sub(one, y));
  return v128.and(f32x4.splat(<f32>(1.0 / 6.0)), v128.and(f32x4.gt(y, zero()), f32x4.lt(y, one)));
}
