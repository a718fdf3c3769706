// The cell of an LSTM as a plain scalar loop in f64, with the exponentials of AssemblyScript's library.

import { get, put } from './scalar';

export function lstm_cell_f32_masked(begin: i32, end: i32, units: i32, n: i32, z: usize, ldz: i32, mask: usize,
                                     cPrev: usize, hPrev: usize, ldPrev: i32, c: usize, h: usize, ld: i32,
                                     activation: i32, recurrentActivation: i32, keep: i32): void {
  for (let j = begin; j < end; j++) {
    for (let s = 0; s < n; s++) {
      const before: f64 = get(cPrev, j * ldPrev + s);
      const i = recurrent(recurrentActivation, get(z, j * ldz + s));
      const f = recurrent(recurrentActivation, get(z, (units + j) * ldz + s));
      const candidate = active(activation, get(z, (2 * units + j) * ldz + s));
      const o = recurrent(recurrentActivation, get(z, (3 * units + j) * ldz + s));
      if (keep) {
        put(z, j * ldz + s, <f32>i);
        put(z, (units + j) * ldz + s, <f32>f);
        put(z, (2 * units + j) * ldz + s, <f32>candidate);
        put(z, (3 * units + j) * ldz + s, <f32>o);
      }
      const real = !mask || get(mask, s) != 0;
      const after = f * before + i * candidate;
      put(h, j * ld + s, real ? <f32>(o * active(activation, after)) : get(hPrev, j * ldPrev + s));
      put(c, j * ld + s, real ? <f32>after : <f32>before);
    }
  }
}

function active(code: i32, x: f64): f64 {
  if (code == 0) return NativeMath.tanh(x);
  if (code == 1) return x < 0 ? 0 : x;
  return code == 2 ? x : recurrent(0, x);
}

function recurrent(code: i32, x: f64): f64 {
  if (code == 0) return 1 / (1 + NativeMath.exp(-x));
  const line = x / 6 + 0.5;
  return line < 0 ? 0 : line > 1 ? 1 : line;
}

export function lstm_cell_backward_f32_masked(begin: i32, end: i32, units: i32, n: i32, z: usize, ldz: i32, mask: usize,
                                              cPrev: usize, c: usize, ldc: i32, dy: usize, lddy: i32, dh: usize, dc: usize,
                                              ldd: i32, dz: usize, lddz: i32, activation: i32, recurrentActivation: i32): void {
  for (let j = begin; j < end; j++) {
    for (let s = 0; s < n; s++) {
      const at = j * ldd + s;
      const dOut: f64 = <f64>get(dh, at) + (dy ? <f64>get(dy, j * lddy + s) : 0);
      const real = !mask || get(mask, s) != 0;
      const i: f64 = get(z, j * ldz + s);
      const f: f64 = get(z, (units + j) * ldz + s);
      const candidate: f64 = get(z, (2 * units + j) * ldz + s);
      const o: f64 = get(z, (3 * units + j) * ldz + s);
      const out = active(activation, get(c, j * ldc + s));
      const dCell = <f64>get(dc, at) + dOut * o * slope(activation, out);
      put(dz, j * lddz + s, real ? settled(dCell * candidate * recurrentSlope(recurrentActivation, i)) : 0);
      put(dz, (units + j) * lddz + s, real ? settled(dCell * get(cPrev, j * ldc + s) * recurrentSlope(recurrentActivation, f)) : 0);
      put(dz, (2 * units + j) * lddz + s, real ? settled(dCell * i * slope(activation, candidate)) : 0);
      put(dz, (3 * units + j) * lddz + s, real ? settled(dOut * out * recurrentSlope(recurrentActivation, o)) : 0);
      if (real) put(dc, at, settled(dCell * f));
      put(dh, at, real ? 0 : <f32>dOut);
    }
  }
}

/** x, or 0 below 2⁻¹⁰⁰. */
function settled(x: f64): f32 {
  return abs(x) < 7.888609052210118e-31 ? 0 : <f32>x;
}

function slope(code: i32, y: f64): f64 {
  if (code == 0) return 1 - y * y;
  if (code == 1) return y > 0 ? 1 : 0;
  return code == 2 ? 1 : y * (1 - y);
}

function recurrentSlope(code: i32, y: f64): f64 {
  if (code == 0) return y * (1 - y);
  return y > 0 && y < 1 ? 1.0 / 6.0 : 0;
}
