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
