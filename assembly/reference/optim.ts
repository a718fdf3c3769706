// Update rules as plain scalar loops in f64, in the words of Keras 3.

import { get, put } from './scalar';

export function sgd_f32(begin: i32, end: i32, lr: f64, momentum: f64, nesterov: i32, w: usize, g: usize, v: usize): void {
  for (let i = begin; i < end; i++) {
    const gradient: f64 = get(g, i);
    let step = -lr * gradient;
    if (momentum != 0) {
      const velocity = momentum * <f64>get(v, i) + step;
      put(v, i, <f32>velocity);
      step = nesterov ? momentum * velocity + step : velocity;
    }
    put(w, i, <f32>(<f64>get(w, i) + step));
  }
}

export function rmsprop_f32(begin: i32, end: i32, lr: f64, rho: f64, momentum: f64, epsilon: f64,
                            w: usize, g: usize, ms: usize, mom: usize, average: usize): void {
  for (let i = begin; i < end; i++) {
    const gradient: f64 = get(g, i);
    let denominator = rho * <f64>get(ms, i) + (1 - rho) * gradient * gradient;
    put(ms, i, <f32>denominator);
    if (average) {
      const mean = rho * <f64>get(average, i) + (1 - rho) * gradient;
      put(average, i, <f32>mean);
      denominator -= mean * mean;
    }
    let step = lr * gradient / sqrt<f64>(denominator + epsilon);
    if (momentum != 0) {
      step += momentum * <f64>get(mom, i);
      put(mom, i, <f32>step);
    }
    put(w, i, <f32>(<f64>get(w, i) - step));
  }
}

export function adam_f32(begin: i32, end: i32, lr: f64, beta1: f64, beta2: f64, epsilon: f64, correction1: f64, correction2: f64,
                         w: usize, g: usize, m: usize, v: usize): void {
  for (let i = begin; i < end; i++) {
    const gradient: f64 = get(g, i);
    const first = beta1 * <f64>get(m, i) + (1 - beta1) * gradient;
    const second = beta2 * <f64>get(v, i) + (1 - beta2) * gradient * gradient;
    put(m, i, <f32>first);
    put(v, i, <f32>second);
    const alpha = lr * sqrt<f64>(correction2) / correction1;
    put(w, i, <f32>(<f64>get(w, i) - alpha * first / (sqrt<f64>(second) + epsilon)));
  }
}

export function l1_gradient_f32(begin: i32, end: i32, l1: f32, w: usize, g: usize): void {
  for (let i = begin; i < end; i++) {
    const weight = get(w, i);
    put(g, i, get(g, i) + (weight > 0 ? l1 : weight < 0 ? -l1 : 0));
  }
}

export function soft_threshold_f32(begin: i32, end: i32, threshold: f32, x: usize, y: usize): void {
  for (let i = begin; i < end; i++) {
    const v = get(x, i);
    put(y, i, v > threshold ? v - threshold : v < -threshold ? v + threshold : v != v ? v : 0);
  }
}
