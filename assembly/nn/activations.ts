// y = f(x) over the elements [begin, end), and dx = f′·dy, with f′ had from y, or from x where y does not tell it (softplus, silu, gelu).
// x, y, dx may be the same place. f is a constant where `map` is called, so that every kernel becomes a loop of its own. About 0.3 ns an
// element plus f's own cost.

import { erf, exp, log, log1p, sigmoid, tanh } from '../math';
import { bytes, zero } from '../simd';
import { loadSome, storeSome } from '../tail';

const RELU = 0, LEAKY_RELU = 1, SIGMOID = 2, TANH = 3, EXP = 4, LOG = 5, ELU = 6, SOFTPLUS = 7, SILU = 8, GELU = 9;

// @ts-ignore: decorator
@inline
function apply(f: i32, v: v128, slope: v128): v128 {
  if (f == RELU) return f32x4.pmax(v, zero());
  if (f == LEAKY_RELU) return v128.bitselect(v, f32x4.mul(v, slope), f32x4.gt(v, zero()));
  if (f == SIGMOID) return sigmoid(v);
  if (f == TANH) return tanh(v);
  if (f == EXP) return exp(v);
  if (f == LOG) return log(v);
  if (f == ELU) return v128.bitselect(v, f32x4.mul(slope, f32x4.sub(exp(v), f32x4.splat(1))), f32x4.gt(v, zero()));
  if (f == SOFTPLUS) return f32x4.add(f32x4.pmax(v, zero()), log1p(exp(f32x4.neg(f32x4.abs(v)))));
  if (f == SILU) return f32x4.mul(v, sigmoid(v));
  return f32x4.mul(v, normal(v));
}

/** Φ(v), the share of the standard normal distribution below v: exactly 0 and 1 beyond ±5.42, where erf is cut and so stays short of ±1. */
// @ts-ignore: decorator
@inline
function normal(v: v128): v128 {
  const half = f32x4.splat(0.5);
  const end = f32x4.splat(5.42);
  const between = f32x4.add(half, f32x4.mul(half, erf(f32x4.mul(v, f32x4.splat(0.70710678)))));
  return v128.bitselect(f32x4.splat(1), v128.andnot(between, f32x4.lt(v, f32x4.neg(end))), f32x4.gt(v, end));
}

// @ts-ignore: decorator
@inline
function map(f: i32, begin: i32, end: i32, slope: f32, x: usize, y: usize): void {
  const factor = f32x4.splat(slope);
  let p = x + bytes(begin);
  let q = y + bytes(begin);
  const count = max(end - begin, 0);
  const limit = p + bytes(count & ~3);
  while (p < limit) {
    v128.store(q, apply(f, v128.load(p), factor));
    p += 16;
    q += 16;
  }
  const rest = count & 3;
  if (rest) storeSome(q, apply(f, loadSome(p, rest), factor), rest);
}

// @ts-ignore: decorator
@inline
function chain(f: i32, y: v128, dy: v128, slope: v128): v128 {
  if (f == RELU) return v128.and(dy, f32x4.gt(y, zero()));
  if (f == LEAKY_RELU) return v128.bitselect(dy, f32x4.mul(dy, slope), f32x4.gt(y, zero()));
  if (f == SIGMOID) return f32x4.mul(dy, f32x4.mul(y, f32x4.sub(slope, y)));
  if (f == ELU) return v128.bitselect(dy, f32x4.mul(dy, f32x4.add(y, slope)), f32x4.gt(y, zero()));
  if (f == SOFTPLUS) return f32x4.mul(dy, sigmoid(y));
  if (f == SILU) {
    const s = sigmoid(y);
    return f32x4.mul(dy, f32x4.add(s, f32x4.mul(f32x4.mul(y, s), f32x4.sub(slope, s))));
  }
  if (f == GELU) {
    const density = f32x4.mul(exp(f32x4.mul(f32x4.mul(y, y), f32x4.splat(-0.5))), f32x4.splat(0.39894228));
    return f32x4.mul(dy, f32x4.add(normal(y), f32x4.mul(y, density)));
  }
  return f32x4.mul(dy, f32x4.sub(slope, f32x4.mul(y, y)));
}

// @ts-ignore: decorator
@inline
function mapBackward(f: i32, begin: i32, end: i32, slope: f32, y: usize, dy: usize, dx: usize): void {
  const factor = f32x4.splat(slope);
  let p = y + bytes(begin);
  let g = dy + bytes(begin);
  let q = dx + bytes(begin);
  const count = max(end - begin, 0);
  const limit = p + bytes(count & ~3);
  while (p < limit) {
    v128.store(q, chain(f, v128.load(p), v128.load(g), factor));
    p += 16;
    g += 16;
    q += 16;
  }
  const rest = count & 3;
  if (rest) storeSome(q, chain(f, loadSome(p, rest), loadSome(g, rest), factor), rest);
}

/** y = max(x, 0); a NaN stays. */
export function relu_f32(begin: i32, end: i32, x: usize, y: usize): void {
  map(RELU, begin, end, 0, x, y);
}

/** dx = y > 0 ? dy : 0. */
export function relu_backward_f32(begin: i32, end: i32, y: usize, dy: usize, dx: usize): void {
  mapBackward(RELU, begin, end, 0, y, dy, dx);
}

/** y = x > 0 ? x : slope·x. */
export function leaky_relu_f32(begin: i32, end: i32, slope: f32, x: usize, y: usize): void {
  map(LEAKY_RELU, begin, end, slope, x, y);
}

/** dx = y > 0 ? dy : slope·dy, for slope ≥ 0, when y tells where x > 0. */
export function leaky_relu_backward_f32(begin: i32, end: i32, slope: f32, y: usize, dy: usize, dx: usize): void {
  mapBackward(LEAKY_RELU, begin, end, slope, y, dy, dx);
}

/** y = 1 / (1 + e^−x). */
export function sigmoid_f32(begin: i32, end: i32, x: usize, y: usize): void {
  map(SIGMOID, begin, end, 0, x, y);
}

/** dx = dy·y·(1 − y). */
export function sigmoid_backward_f32(begin: i32, end: i32, y: usize, dy: usize, dx: usize): void {
  mapBackward(SIGMOID, begin, end, 1, y, dy, dx);
}

/** y = tanh x. */
export function tanh_f32(begin: i32, end: i32, x: usize, y: usize): void {
  map(TANH, begin, end, 0, x, y);
}

/** dx = dy·(1 − y²). */
export function tanh_backward_f32(begin: i32, end: i32, y: usize, dy: usize, dx: usize): void {
  mapBackward(TANH, begin, end, 1, y, dy, dx);
}

/** y = eˣ. */
export function exp_f32(begin: i32, end: i32, x: usize, y: usize): void {
  map(EXP, begin, end, 0, x, y);
}

/** y = ln x. */
export function log_f32(begin: i32, end: i32, x: usize, y: usize): void {
  map(LOG, begin, end, 0, x, y);
}

/** y = x > 0 ? x : alpha·(eˣ − 1). */
export function elu_f32(begin: i32, end: i32, alpha: f32, x: usize, y: usize): void {
  map(ELU, begin, end, alpha, x, y);
}

/** dx = y > 0 ? dy : dy·(y + alpha), for alpha ≥ 0. */
export function elu_backward_f32(begin: i32, end: i32, alpha: f32, y: usize, dy: usize, dx: usize): void {
  mapBackward(ELU, begin, end, alpha, y, dy, dx);
}

/** y = ln(1 + eˣ). */
export function softplus_f32(begin: i32, end: i32, x: usize, y: usize): void {
  map(SOFTPLUS, begin, end, 0, x, y);
}

/** dx = dy·sigmoid(x). */
export function softplus_backward_f32(begin: i32, end: i32, x: usize, dy: usize, dx: usize): void {
  mapBackward(SOFTPLUS, begin, end, 0, x, dy, dx);
}

/** y = x·sigmoid(x). */
export function silu_f32(begin: i32, end: i32, x: usize, y: usize): void {
  map(SILU, begin, end, 0, x, y);
}

/** dx = dy·(s + x·s·(1 − s)), s = sigmoid(x). */
export function silu_backward_f32(begin: i32, end: i32, x: usize, dy: usize, dx: usize): void {
  mapBackward(SILU, begin, end, 1, x, dy, dx);
}

/** y = x·Φ(x), Φ the standard normal distribution; wrong by at most 1.1e-6·max(1, |y|) for all finite x. */
export function gelu_f32(begin: i32, end: i32, x: usize, y: usize): void {
  map(GELU, begin, end, 0, x, y);
}

/** dx = dy·(Φ(x) + x·φ(x)), φ the standard normal density; the factor of dy is wrong by at most 1e-6 for all finite x. */
export function gelu_backward_f32(begin: i32, end: i32, x: usize, dy: usize, dx: usize): void {
  mapBackward(GELU, begin, end, 0, x, dy, dx);
}
