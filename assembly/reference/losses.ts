// Losses as plain scalar loops in f64, straight from their definitions.

import { columnMax, columnSum } from './activations';
import { get, index, put } from './scalar';

const SMALLEST: f64 = 1.1754943508222875e-38;

export function categorical_crossentropy_f32(classes: i32, n: i32, width: i32, target: usize, p: usize,
                                             scale: f32, loss: usize, dx: usize): void {
  for (let j = 0; j < width; j++) {
    let total: f64 = 0;
    for (let i = 0; i < classes; i++) {
      const t: f64 = get(target, i * width + j);
      const probability = max(<f64>get(p, i * width + j), SMALLEST);
      if (t != 0) total -= t * NativeMath.log(probability);
      if (dx) put(dx, i * width + j, j < n ? <f32>(-(<f64>scale) * t / probability) : 0);
    }
    put(loss, j, j < n ? <f32>total : 0);
  }
}

export function categorical_crossentropy_logits_f32(classes: i32, n: i32, width: i32, target: usize, x: usize,
                                                    scale: f32, loss: usize, dx: usize): void {
  for (let j = 0; j < width; j++) {
    const largest = columnMax(classes, width, j, x);
    const sum = columnSum(classes, width, j, x, largest);
    let total: f64 = 0;
    let weight: f64 = 0;
    for (let i = 0; i < classes; i++) {
      const t: f64 = get(target, i * width + j);
      weight += t;
      if (t != 0) total += t * (NativeMath.log(sum) - (<f64>get(x, i * width + j) - largest));
    }
    put(loss, j, j < n ? <f32>total : 0);
    if (!dx) continue;
    for (let i = 0; i < classes; i++) {
      const share = NativeMath.exp(<f64>get(x, i * width + j) - largest) / sum * weight - <f64>get(target, i * width + j);
      put(dx, i * width + j, j < n ? <f32>(<f64>scale * share) : 0);
    }
  }
}

export function sparse_categorical_crossentropy_f32(classes: i32, n: i32, width: i32, labels: usize, p: usize,
                                                    scale: f32, loss: usize, dx: usize): void {
  for (let j = 0; j < width; j++) {
    const label = j < n ? index(labels, j) : -1;
    const probability = j < n ? max(<f64>get(p, label * width + j), SMALLEST) : 1;
    put(loss, j, <f32>(-NativeMath.log(probability)));
    if (!dx) continue;
    for (let i = 0; i < classes; i++) put(dx, i * width + j, i == label ? <f32>(-(<f64>scale) / probability) : 0);
  }
}

export function sparse_categorical_crossentropy_logits_f32(classes: i32, n: i32, width: i32, labels: usize, x: usize,
                                                           scale: f32, loss: usize, dx: usize): void {
  for (let j = 0; j < width; j++) {
    const label = j < n ? index(labels, j) : -1;
    const largest = columnMax(classes, width, j, x);
    const sum = columnSum(classes, width, j, x, largest);
    put(loss, j, j < n ? <f32>(NativeMath.log(sum) - (<f64>get(x, label * width + j) - largest)) : 0);
    if (!dx) continue;
    for (let i = 0; i < classes; i++) {
      const share = NativeMath.exp(<f64>get(x, i * width + j) - largest) / sum - f64(i == label);
      put(dx, i * width + j, j < n ? <f32>(<f64>scale * share) : 0);
    }
  }
}

export function binary_crossentropy_f32(features: i32, n: i32, width: i32, target: usize, p: usize,
                                        scale: f32, loss: usize, dx: usize): void {
  for (let j = 0; j < width; j++) {
    let total: f64 = 0;
    for (let i = 0; i < features; i++) {
      const t: f64 = get(target, i * width + j);
      const v: f64 = min(max(<f64>get(p, i * width + j), <f64><f32>1e-7), <f64><f32>(1.0 - 1e-7));
      total -= t * NativeMath.log(v) + (1 - t) * NativeMath.log(1 - v);
      if (dx) put(dx, i * width + j, j < n ? <f32>(<f64>scale / <f64>features * (v - t) / (v * (1 - v))) : 0);
    }
    put(loss, j, j < n ? <f32>(total / <f64>features) : 0);
  }
}

export function binary_crossentropy_logits_f32(features: i32, n: i32, width: i32, target: usize, x: usize,
                                               scale: f32, loss: usize, dx: usize): void {
  for (let j = 0; j < width; j++) {
    let total: f64 = 0;
    for (let i = 0; i < features; i++) {
      const t: f64 = get(target, i * width + j);
      const v: f64 = get(x, i * width + j);
      total += max(v, 0.0) - v * t + NativeMath.log1p(NativeMath.exp(-abs(v)));
      const slope = 1 / (1 + NativeMath.exp(-v)) - t;
      if (dx) put(dx, i * width + j, j < n ? <f32>(<f64>scale / <f64>features * slope) : 0);
    }
    put(loss, j, j < n ? <f32>(total / <f64>features) : 0);
  }
}

export function mean_squared_error_f32(features: i32, n: i32, width: i32, target: usize, y: usize,
                                       scale: f32, loss: usize, dx: usize): void {
  for (let j = 0; j < width; j++) {
    let total: f64 = 0;
    for (let i = 0; i < features; i++) {
      const d = <f64>get(y, i * width + j) - <f64>get(target, i * width + j);
      total += d * d;
      if (dx) put(dx, i * width + j, j < n ? <f32>(2 * <f64>scale / <f64>features * d) : 0);
    }
    put(loss, j, j < n ? <f32>(total / <f64>features) : 0);
  }
}

export function mean_absolute_error_f32(features: i32, n: i32, width: i32, target: usize, y: usize,
                                        scale: f32, loss: usize, dx: usize): void {
  for (let j = 0; j < width; j++) {
    let total: f64 = 0;
    for (let i = 0; i < features; i++) {
      const d = <f64>get(y, i * width + j) - <f64>get(target, i * width + j);
      total += abs(d);
      if (dx) put(dx, i * width + j, j < n && d != 0 ? <f32>(<f64>scale / <f64>features * (d > 0 ? 1 : -1)) : 0);
    }
    put(loss, j, j < n ? <f32>(total / <f64>features) : 0);
  }
}

export function huber_f32(features: i32, n: i32, width: i32, target: usize, y: usize,
                          scale: f32, delta: f32, loss: usize, dx: usize): void {
  const cut: f64 = delta;
  for (let j = 0; j < width; j++) {
    let total: f64 = 0;
    for (let i = 0; i < features; i++) {
      const d = <f64>get(y, i * width + j) - <f64>get(target, i * width + j);
      total += abs(d) <= cut ? 0.5 * d * d : cut * (abs(d) - 0.5 * cut);
      if (dx) put(dx, i * width + j, j < n ? <f32>(<f64>scale / <f64>features * max(-cut, min(cut, d))) : 0);
    }
    put(loss, j, j < n ? <f32>(total / <f64>features) : 0);
  }
}
