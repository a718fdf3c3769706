// Activations, softmax and bias as plain scalar loops in f64, with the exponentials of AssemblyScript's library.

import { get, put } from './scalar';

export function relu_f32(begin: i32, end: i32, x: usize, y: usize): void {
  for (let i = begin; i < end; i++) put(y, i, get(x, i) < 0 ? 0 : get(x, i));
}

export function relu_backward_f32(begin: i32, end: i32, y: usize, dy: usize, dx: usize): void {
  for (let i = begin; i < end; i++) put(dx, i, get(y, i) > 0 ? get(dy, i) : 0);
}

export function leaky_relu_f32(begin: i32, end: i32, slope: f32, x: usize, y: usize): void {
  for (let i = begin; i < end; i++) put(y, i, get(x, i) > 0 ? get(x, i) : slope * get(x, i));
}

export function leaky_relu_backward_f32(begin: i32, end: i32, slope: f32, y: usize, dy: usize, dx: usize): void {
  for (let i = begin; i < end; i++) put(dx, i, get(y, i) > 0 ? get(dy, i) : slope * get(dy, i));
}

export function sigmoid_f32(begin: i32, end: i32, x: usize, y: usize): void {
  for (let i = begin; i < end; i++) put(y, i, <f32>(1 / (1 + NativeMath.exp(-(<f64>get(x, i))))));
}

export function sigmoid_backward_f32(begin: i32, end: i32, y: usize, dy: usize, dx: usize): void {
  for (let i = begin; i < end; i++) put(dx, i, get(dy, i) * (get(y, i) * (1 - get(y, i))));
}

export function tanh_f32(begin: i32, end: i32, x: usize, y: usize): void {
  for (let i = begin; i < end; i++) put(y, i, <f32>NativeMath.tanh(get(x, i)));
}

export function tanh_backward_f32(begin: i32, end: i32, y: usize, dy: usize, dx: usize): void {
  for (let i = begin; i < end; i++) put(dx, i, get(dy, i) * (1 - get(y, i) * get(y, i)));
}

export function exp_f32(begin: i32, end: i32, x: usize, y: usize): void {
  for (let i = begin; i < end; i++) put(y, i, <f32>NativeMath.exp(get(x, i)));
}

export function log_f32(begin: i32, end: i32, x: usize, y: usize): void {
  for (let i = begin; i < end; i++) put(y, i, <f32>NativeMath.log(get(x, i)));
}

export function elu_f32(begin: i32, end: i32, alpha: f32, x: usize, y: usize): void {
  for (let i = begin; i < end; i++) put(y, i, get(x, i) > 0 ? get(x, i) : <f32>(<f64>alpha * NativeMath.expm1(get(x, i))));
}

export function elu_backward_f32(begin: i32, end: i32, alpha: f32, y: usize, dy: usize, dx: usize): void {
  for (let i = begin; i < end; i++) put(dx, i, get(y, i) > 0 ? get(dy, i) : get(dy, i) * (get(y, i) + alpha));
}

export function softplus_f32(begin: i32, end: i32, x: usize, y: usize): void {
  for (let i = begin; i < end; i++) {
    const v: f64 = get(x, i);
    put(y, i, <f32>(max(v, 0.0) + NativeMath.log1p(NativeMath.exp(-abs(v)))));
  }
}

export function softplus_backward_f32(begin: i32, end: i32, x: usize, dy: usize, dx: usize): void {
  for (let i = begin; i < end; i++) put(dx, i, <f32>(<f64>get(dy, i) * logistic(get(x, i))));
}

export function silu_f32(begin: i32, end: i32, x: usize, y: usize): void {
  for (let i = begin; i < end; i++) put(y, i, <f32>(<f64>get(x, i) * logistic(get(x, i))));
}

export function silu_backward_f32(begin: i32, end: i32, x: usize, dy: usize, dx: usize): void {
  for (let i = begin; i < end; i++) {
    const s = logistic(get(x, i));
    put(dx, i, <f32>(<f64>get(dy, i) * (s + <f64>get(x, i) * s * (1 - s))));
  }
}

export function gelu_f32(begin: i32, end: i32, x: usize, y: usize): void {
  for (let i = begin; i < end; i++) put(y, i, <f32>(<f64>get(x, i) * normal(get(x, i))));
}

export function gelu_backward_f32(begin: i32, end: i32, x: usize, dy: usize, dx: usize): void {
  for (let i = begin; i < end; i++) {
    const v: f64 = get(x, i);
    const density = NativeMath.exp(-0.5 * v * v) / NativeMath.sqrt(2 * NativeMath.PI);
    put(dx, i, <f32>(<f64>get(dy, i) * (normal(v) + v * density)));
  }
}

function logistic(x: f64): f64 {
  return 1 / (1 + NativeMath.exp(-x));
}

/** Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …). (Marsaglia 2004) */
function normal(x: f64): f64 {
  if (x > 9) return 1;
  if (x < -9) return 0;
  let term = x;
  let sum = x;
  for (let k = 3; abs(term) > 1e-17; k += 2) {
    term *= x * x / <f64>k;
    sum += term;
  }
  return 0.5 + sum * NativeMath.exp(-0.5 * x * x) / NativeMath.sqrt(2 * NativeMath.PI);
}

export function softmax_f32(begin: i32, end: i32, features: i32, n: i32, x: usize, y: usize): void {
  for (let j = begin; j < end; j++) {
    const largest = columnMax(features, n, j, x);
    const total = columnSum(features, n, j, x, largest);
    for (let i = 0; i < features; i++) put(y, i * n + j, <f32>(NativeMath.exp(<f64>get(x, i * n + j) - largest) / total));
  }
}

export function softmax_backward_f32(begin: i32, end: i32, features: i32, n: i32, y: usize, dy: usize, dx: usize): void {
  for (let j = begin; j < end; j++) {
    let mean: f64 = 0;
    for (let i = 0; i < features; i++) mean += <f64>get(y, i * n + j) * <f64>get(dy, i * n + j);
    for (let i = 0; i < features; i++) {
      put(dx, i * n + j, <f32>(<f64>get(y, i * n + j) * (<f64>get(dy, i * n + j) - mean)));
    }
  }
}

export function bias_f32(begin: i32, end: i32, n: i32, bias: usize, lower: f32, x: usize, ldx: i32): void {
  for (let i = begin; i < end; i++) {
    for (let j = 0; j < n; j++) {
      const sum = get(x, i * ldx + j) + (bias ? get(bias, i) : 0);
      put(x, i * ldx + j, sum < lower ? lower : sum);
    }
  }
}

/** The largest of column j of [features][n]. */
export function columnMax(features: i32, n: i32, j: i32, x: usize): f64 {
  let largest: f64 = -Infinity;
  for (let i = 0; i < features; i++) if (<f64>get(x, i * n + j) > largest) largest = get(x, i * n + j);
  return largest;
}

/** Σ e^(x − largest) of column j. */
export function columnSum(features: i32, n: i32, j: i32, x: usize, largest: f64): f64 {
  let total: f64 = 0;
  for (let i = 0; i < features; i++) total += NativeMath.exp(<f64>get(x, i * n + j) - largest);
  return total;
}
