// One step of an LSTM (Hochreiter, Schmidhuber 1997; the forget gate: Gers, Schmidhuber, Cummins 2000) from the pre-activations z of
// its gates, in Keras' order i, f, c, o:
//
//   c = σ(z_f)·cPrev + σ(z_i)·φ(z_c),  h = σ(z_o)·φ(c);  where the mask is 0, c = cPrev and h = hPrev
//
//        n floats, one per sample               z:  gate 0  [unit 0 .. units) ┐ rows of pitch ldz
//   c:   unit j  |.......| pitch ld                 gate 1  [unit 0 .. units) │ (g·units + j)
//                                                   …                         ┘
//
// σ is the logistic function or min(max(x/6 + ½, 0), 1); φ is tanh, max(x, 0), x or the logistic function. Rows go through f in place,
// one gate after another, two vectors at a time (one at a time is a quarter slower). With one sample and pitches of 1 the row runs over
// units. About 5.3 ns a unit and sample where every function is tanh or logistic.

import { bytes, madd, zero } from '../simd';
import { loadSome, storeSome } from '../tail';
import { relu_f32 } from './activations';

const TANH = 0, RELU = 1, LINEAR = 2, SIGMOID = 3, HARD_SIGMOID = 4;

// tanh x = x·P(x²) / Q(x²) of ../math.ts, for |x| ≤ 8, where it is never beyond ±1, and beyond the value there, 1 − 1.8e-7: no error is
// above 4e-7. ½ + ½·tanh(x/2), with the halves in the coefficients, is the logistic function, off by at most 2e-7.

const TANH_TABLE: usize = memory.data<f32>([
  8.0, 8.0, 8.0, 8.0, // x is cut to ± this
  -8.0, -8.0, -8.0, -8.0,
  1.3382444e-8, 1.3382444e-8, 1.3382444e-8, 1.3382444e-8, // P
  2.0634463e-5, 2.0634463e-5, 2.0634463e-5, 2.0634463e-5,
  0.0034973728, 0.0034973728, 0.0034973728, 0.0034973728,
  0.13382617, 0.13382617, 0.13382617, 0.13382617,
  1.0, 1.0, 1.0, 1.0,
  7.7894833e-7, 7.7894833e-7, 7.7894833e-7, 7.7894833e-7, // Q
  3.28838e-4, 3.28838e-4, 3.28838e-4, 3.28838e-4,
  0.025884038, 0.025884038, 0.025884038, 0.025884038,
  0.46715942, 0.46715942, 0.46715942, 0.46715942,
  1.0, 1.0, 1.0, 1.0,
  0.0, 0.0, 0.0, 0.0, // added
]);

const SIGMOID_TABLE: usize = memory.data<f32>([
  16.0, 16.0, 16.0, 16.0,
  -16.0, -16.0, -16.0, -16.0,
  1.3068793e-11, 1.3068793e-11, 1.3068793e-11, 1.3068793e-11, // P
  8.060337e-8, 8.060337e-8, 8.060337e-8, 8.060337e-8,
  5.464645e-5, 5.464645e-5, 5.464645e-5, 5.464645e-5,
  0.008364135, 0.008364135, 0.008364135, 0.008364135,
  0.25, 0.25, 0.25, 0.25,
  3.042767e-9, 3.042767e-9, 3.042767e-9, 3.042767e-9, // Q
  5.138094e-6, 5.138094e-6, 5.138094e-6, 5.138094e-6,
  0.0016177524, 0.0016177524, 0.0016177524, 0.0016177524,
  0.116789855, 0.116789855, 0.116789855, 0.116789855,
  1.0, 1.0, 1.0, 1.0,
  0.5, 0.5, 0.5, 0.5, // added
]);

/**
 * Units [begin, end). mask: n floats, or 0 for none. activation: 0 tanh, 1 relu, 2 linear, 3 sigmoid; recurrentActivation: 0 sigmoid, 1
 * hard sigmoid. c and h may be cPrev and hPrev. With keep, z becomes σ and φ of itself, and h may not be hPrev; without, what z becomes
 * is undefined.
 */
export function lstm_cell_f32_masked(begin: i32, end: i32, units: i32, n: i32, z: usize, ldz: i32, mask: usize,
                                     cPrev: usize, hPrev: usize, ldPrev: i32, c: usize, h: usize, ld: i32,
                                     activation: i32, recurrentActivation: i32, keep: i32): void {
  const gate = bytes(units) * (<usize>ldz);
  const sigma = recurrentActivation == 0 ? SIGMOID : HARD_SIGMOID;
  const alone = n == 1 && ldz == 1 && ldPrev == 1 && ld == 1;
  const count = alone ? end - begin : n;
  const step = alone ? max(count, 1) : 1;
  for (let j = begin; j < end; j += step) {
    const i = z + bytes(ldz) * (<usize>j);
    const f = i + gate;
    const candidate = f + gate;
    const o = candidate + gate;
    const before = bytes(ldPrev) * (<usize>j);
    const after = bytes(ld) * (<usize>j);
    const active = keep ? h + after : candidate;
    activate(sigma, i, count);
    activate(sigma, f, count);
    activate(activation, candidate, count);
    activate(sigma, o, count);
    remember(count, i, f, candidate, mask, alone, cPrev + before, c + after, active);
    activate(activation, active, count);
    put(count, o, active, mask, alone, hPrev + before, h + after);
  }
}

/** c = f·cPrev + i·candidate, or cPrev where masked; also to `copy`, which may be the candidate. */
function remember(count: i32, i: usize, f: usize, candidate: usize, mask: usize, alone: bool, cPrev: usize, c: usize, copy: usize): void {
  const full = bytes(count & ~3);
  let at: usize = 0;
  for (; at < full; at += 16) rememberSome(4, at, i, f, candidate, mask, alone, cPrev, c, copy);
  if (count & 3) rememberSome(count & 3, at, i, f, candidate, mask, alone, cPrev, c, copy);
}

// @ts-ignore: decorator
@inline
function rememberSome(some: i32, at: usize, i: usize, f: usize, candidate: usize, mask: usize, alone: bool, cPrev: usize, c: usize, copy: usize): void {
  const old = loadSome(cPrev + at, some);
  const product = f32x4.mul(loadSome(i + at, some), loadSome(candidate + at, some));
  let sum = madd(loadSome(f + at, some), old, product);
  if (mask) sum = v128.bitselect(sum, old, real(mask, at, some, alone));
  storeSome(c + at, sum, some);
  storeSome(copy + at, sum, some);
}

/** h = o·active, or hPrev where masked. */
function put(count: i32, o: usize, active: usize, mask: usize, alone: bool, hPrev: usize, h: usize): void {
  const full = bytes(count & ~3);
  let at: usize = 0;
  for (; at < full; at += 16) putSome(4, at, o, active, mask, alone, hPrev, h);
  if (count & 3) putSome(count & 3, at, o, active, mask, alone, hPrev, h);
}

// @ts-ignore: decorator
@inline
function putSome(some: i32, at: usize, o: usize, active: usize, mask: usize, alone: bool, hPrev: usize, h: usize): void {
  let out = f32x4.mul(loadSome(o + at, some), loadSome(active + at, some));
  if (mask) out = v128.bitselect(out, loadSome(hPrev + at, some), real(mask, at, some, alone));
  storeSome(h + at, out, some);
}

// @ts-ignore: decorator
@inline
function real(mask: usize, at: usize, some: i32, alone: bool): v128 {
  return f32x4.ne(alone ? v128.load32_splat(mask) : loadSome(mask + at, some), zero());
}

/** x = f(x), `count` floats. */
function activate(f: i32, x: usize, count: i32): void {
  if (f == TANH) squash(TANH_TABLE, x, count);
  else if (f == SIGMOID) squash(SIGMOID_TABLE, x, count);
  else if (f == RELU) relu_f32(0, count, x, x);
  else if (f == HARD_SIGMOID) clip(x, count);
}

function squash(table: usize, x: usize, count: i32): void {
  const stop = x + bytes(count & ~7);
  while (x < stop) {
    const a = ratio(table, v128.load(x));
    const b = ratio(table, v128.load(x, 16));
    v128.store(x, a);
    v128.store(x, b, 16);
    x += 32;
  }
  for (let left = count & 7; left > 0; left -= 4, x += 16) {
    const some = min(left, 4);
    storeSome(x, ratio(table, loadSome(x, some)), some);
  }
}

/** x·P(x²) / Q(x²) and what is added, of x cut to the bounds. */
// @ts-ignore: decorator
@inline
function ratio(table: usize, x: v128): v128 {
  const cut = f32x4.pmax(f32x4.pmin(x, v128.load(table)), v128.load(table, 16));
  const z = f32x4.mul(cut, cut);
  let p = madd(z, v128.load(table, 32), v128.load(table, 48));
  p = madd(p, z, v128.load(table, 64));
  p = madd(p, z, v128.load(table, 80));
  p = madd(p, z, v128.load(table, 96));
  let q = madd(z, v128.load(table, 112), v128.load(table, 128));
  q = madd(q, z, v128.load(table, 144));
  q = madd(q, z, v128.load(table, 160));
  q = madd(q, z, v128.load(table, 176));
  return f32x4.add(f32x4.div(f32x4.mul(cut, p), q), v128.load(table, 192));
}

/** The hard sigmoid. */
function clip(x: usize, count: i32): void {
  for (let left = count; left > 0; left -= 4, x += 16) {
    const some = min(left, 4);
    const line = madd(loadSome(x, some), f32x4.splat(<f32>(1.0 / 6.0)), f32x4.splat(0.5));
    storeSome(x, f32x4.pmin(f32x4.pmax(line, zero()), f32x4.splat(1)), some);
  }
}
