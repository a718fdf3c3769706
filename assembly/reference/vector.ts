// Vectors, reductions and the turn as plain scalar loops: the oracle beside assembly/blas.

import { get, put } from './scalar';

export function axpy_f32(begin: i32, end: i32, alpha: f32, x: usize, y: usize): void {
  for (let i = begin; i < end; i++) put(y, i, get(y, i) + alpha * get(x, i));
}

export function scale_f32(begin: i32, end: i32, alpha: f32, x: usize, y: usize): void {
  for (let i = begin; i < end; i++) put(y, i, alpha * get(x, i));
}

export function add_f32(begin: i32, end: i32, a: usize, b: usize, y: usize): void {
  for (let i = begin; i < end; i++) put(y, i, get(a, i) + get(b, i));
}

export function multiply_f32(begin: i32, end: i32, a: usize, b: usize, y: usize): void {
  for (let i = begin; i < end; i++) put(y, i, get(a, i) * get(b, i));
}

export function rowsum_f32(begin: i32, end: i32, n: i32, x: usize, ldx: i32, y: usize, accumulate: i32): void {
  for (let i = begin; i < end; i++) {
    let sum: f32 = accumulate ? get(y, i) : 0;
    for (let j = 0; j < n; j++) sum += get(x, i * ldx + j);
    put(y, i, sum);
  }
}

export function sumabs_f32(begin: i32, end: i32, x: usize): f64 {
  let sum: f64 = 0;
  for (let i = begin; i < end; i++) sum += abs(<f64>get(x, i));
  return sum;
}

export function sumsq_f32(begin: i32, end: i32, x: usize): f64 {
  let sum: f64 = 0;
  for (let i = begin; i < end; i++) sum += <f64>get(x, i) * <f64>get(x, i);
  return sum;
}

export function count_nonzero_f32(begin: i32, end: i32, x: usize): i32 {
  let count = 0;
  for (let i = begin; i < end; i++) if (get(x, i) != 0) count++;
  return count;
}

export function count_nonfinite_f32(begin: i32, end: i32, x: usize): i32 {
  let count = 0;
  for (let i = begin; i < end; i++) if (!isFinite(get(x, i))) count++;
  return count;
}

export function turn_f32(samples: i32, pixels: i32, channels: i32, width: i32, x: usize, y: usize): void {
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < pixels; p++) {
      for (let s = 0; s < width; s++) {
        put(y, (c * pixels + p) * width + s, s < samples ? get(x, (s * pixels + p) * channels + c) : 0);
      }
    }
  }
}

export function unturn_f32(samples: i32, pixels: i32, channels: i32, width: i32, x: usize, y: usize): void {
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < pixels; p++) {
      for (let s = 0; s < samples; s++) {
        put(y, (s * pixels + p) * channels + c, get(x, (c * pixels + p) * width + s));
      }
    }
  }
}
