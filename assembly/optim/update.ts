// The update rules of Keras 3 over the elements [begin, end) of flat weights w, gradients g and moments: one pass, bound by memory.
// Rates and corrections are f64, so that 1 − β has the bits of β as the user wrote it.
//
//   sgd       w ← w − lr·g, or with momentum μ:  v ← μ·v − lr·g,  w ← w + v  (Nesterov: w ← w + μ·v − lr·g)
//   rmsprop   s ← ρ·s + (1 − ρ)·g²,  d = lr·g / √(s − a² + ε),  w ← w − d or with momentum  b ← μ·b + d,  w ← w − b
//             centered:  a ← ρ·a + (1 − ρ)·g, else a = 0
//   adam      m ← m + (1 − β₁)·(g − m),  v ← v + (1 − β₂)·(g² − v),  w ← w − lr·√c₂/c₁ · m / (√v + ε),  cᵢ = 1 − βᵢᵗ

import { bytes, madd } from '../simd';
import { loadSome, storeSome } from '../tail';

/** v may be 0 when momentum is 0. (Sutskever et al. 2013) */
export function sgd_f32(begin: i32, end: i32, lr: f64, momentum: f64, nesterov: i32, w: usize, g: usize, v: usize): void {
  if (momentum == 0) sgd(begin, end, false, false, <f32>lr, 0, w, g, w);
  else if (nesterov) sgd(begin, end, true, true, <f32>lr, <f32>momentum, w, g, v);
  else sgd(begin, end, true, false, <f32>lr, <f32>momentum, w, g, v);
}

// @ts-ignore: decorator
@inline
function sgd(begin: i32, end: i32, heavy: bool, nesterov: bool, lr: f32, momentum: f32, w: usize, g: usize, v: usize): void {
  const rate = f32x4.splat(-lr);
  const mu = f32x4.splat(momentum);
  let at = bytes(begin);
  const rest = max(end - begin, 0) & 3;
  const limit = bytes(end - rest);
  while (at < limit) {
    sgdStep(4, heavy, nesterov, w + at, g + at, v + at, rate, mu);
    at += 16;
  }
  if (rest) sgdStep(rest, heavy, nesterov, w + at, g + at, v + at, rate, mu);
}

// @ts-ignore: decorator
@inline
function sgdStep(count: i32, heavy: bool, nesterov: bool, w: usize, g: usize, v: usize, rate: v128, mu: v128): void {
  let step = f32x4.mul(loadSome(g, count), rate);
  if (heavy) {
    const velocity = madd(loadSome(v, count), mu, step);
    storeSome(v, velocity, count);
    step = nesterov ? madd(velocity, mu, step) : velocity;
  }
  storeSome(w, f32x4.add(loadSome(w, count), step), count);
}

/** mom may be 0 when momentum is 0, average may be 0 when not centered. (Hinton 2012; centered: Graves 2013) */
export function rmsprop_f32(begin: i32, end: i32, lr: f64, rho: f64, momentum: f64, epsilon: f64,
                            w: usize, g: usize, ms: usize, mom: usize, average: usize): void {
  const rate = f32x4.splat(<f32>lr);
  const keep = f32x4.splat(<f32>rho);
  const take = f32x4.splat(<f32>(1 - rho));
  const mu = f32x4.splat(<f32>momentum);
  const eps = f32x4.splat(<f32>epsilon);
  const heavy = momentum != 0;
  const centered = average != 0;
  let at = bytes(begin);
  const rest = max(end - begin, 0) & 3;
  const limit = bytes(end - rest);
  while (at < limit) {
    rmspropStep(4, heavy, centered, w + at, g + at, ms + at, mom + at, average + at, rate, keep, take, mu, eps);
    at += 16;
  }
  if (rest) rmspropStep(rest, heavy, centered, w + at, g + at, ms + at, mom + at, average + at, rate, keep, take, mu, eps);
}

// @ts-ignore: decorator
@inline
function rmspropStep(count: i32, heavy: bool, centered: bool, w: usize, g: usize, ms: usize, mom: usize, average: usize,
                     rate: v128, keep: v128, take: v128, mu: v128, eps: v128): void {
  const gradient = loadSome(g, count);
  const square = madd(loadSome(ms, count), keep, f32x4.mul(f32x4.mul(gradient, gradient), take));
  storeSome(ms, square, count);
  let variance = square;
  if (centered) {
    const mean = madd(loadSome(average, count), keep, f32x4.mul(gradient, take));
    storeSome(average, mean, count);
    variance = f32x4.sub(variance, f32x4.mul(mean, mean));
  }
  let step = f32x4.div(f32x4.mul(gradient, rate), f32x4.sqrt(f32x4.add(variance, eps)));
  if (heavy) {
    step = madd(loadSome(mom, count), mu, step);
    storeSome(mom, step, count);
  }
  storeSome(w, f32x4.sub(loadSome(w, count), step), count);
}

/** correction1 = 1 − beta1ᵗ, correction2 = 1 − beta2ᵗ at step t = 1, 2, …  (Kingma, Ba 2015) */
export function adam_f32(begin: i32, end: i32, lr: f64, beta1: f64, beta2: f64, epsilon: f64, correction1: f64, correction2: f64,
                         w: usize, g: usize, m: usize, v: usize): void {
  const rate = f32x4.splat(<f32>(lr * sqrt<f64>(correction2) / correction1));
  const take1 = f32x4.splat(<f32>(1 - beta1));
  const take2 = f32x4.splat(<f32>(1 - beta2));
  const eps = f32x4.splat(<f32>epsilon);
  let at = bytes(begin);
  const rest = max(end - begin, 0) & 3;
  const limit = bytes(end - rest);
  while (at < limit) {
    adamStep(4, w + at, g + at, m + at, v + at, rate, take1, take2, eps);
    at += 16;
  }
  if (rest) adamStep(rest, w + at, g + at, m + at, v + at, rate, take1, take2, eps);
}

// @ts-ignore: decorator
@inline
function adamStep(count: i32, w: usize, g: usize, m: usize, v: usize, rate: v128, take1: v128, take2: v128, eps: v128): void {
  const gradient = loadSome(g, count);
  const m0 = loadSome(m, count);
  const v0 = loadSome(v, count);
  const m1 = madd(f32x4.sub(gradient, m0), take1, m0);
  const v1 = madd(f32x4.sub(f32x4.mul(gradient, gradient), v0), take2, v0);
  storeSome(m, m1, count);
  storeSome(v, v1, count);
  const step = f32x4.div(f32x4.mul(m1, rate), f32x4.add(f32x4.sqrt(v1), eps));
  storeSome(w, f32x4.sub(loadSome(w, count), step), count);
}
