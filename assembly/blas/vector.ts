// Vectors, element by element over [begin, end): y += αx, y = αx, y = a + b, y = a·b. Memory-bound beyond cache.
// y may be the very same buffer as an operand.

import { bytes } from '../simd';

/** y += alpha·x, rounded twice in every binary. */
export function axpy_f32(begin: i32, end: i32, alpha: f32, x: usize, y: usize): void {
  const factor = f32x4.splat(alpha);
  const stop4 = x + bytes(begin + ((end - begin) & ~3));
  const stop = x + bytes(end);
  x += bytes(begin);
  y += bytes(begin);
  while (x < stop4) {
    v128.store(y, f32x4.add(v128.load(y), f32x4.mul(factor, v128.load(x))));
    x += 16;
    y += 16;
  }
  while (x < stop) {
    store<f32>(y, load<f32>(y) + alpha * load<f32>(x));
    x += 4;
    y += 4;
  }
}

/** y = alpha·x. */
export function scale_f32(begin: i32, end: i32, alpha: f32, x: usize, y: usize): void {
  const factor = f32x4.splat(alpha);
  const stop4 = x + bytes(begin + ((end - begin) & ~3));
  const stop = x + bytes(end);
  x += bytes(begin);
  y += bytes(begin);
  while (x < stop4) {
    v128.store(y, f32x4.mul(factor, v128.load(x)));
    x += 16;
    y += 16;
  }
  while (x < stop) {
    store<f32>(y, alpha * load<f32>(x));
    x += 4;
    y += 4;
  }
}

/** y = a + b. */
export function add_f32(begin: i32, end: i32, a: usize, b: usize, y: usize): void {
  const stop4 = a + bytes(begin + ((end - begin) & ~3));
  const stop = a + bytes(end);
  a += bytes(begin);
  b += bytes(begin);
  y += bytes(begin);
  while (a < stop4) {
    v128.store(y, f32x4.add(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
    y += 16;
  }
  while (a < stop) {
    store<f32>(y, load<f32>(a) + load<f32>(b));
    a += 4;
    b += 4;
    y += 4;
  }
}

/** y = a·b. */
export function multiply_f32(begin: i32, end: i32, a: usize, b: usize, y: usize): void {
  const stop4 = a + bytes(begin + ((end - begin) & ~3));
  const stop = a + bytes(end);
  a += bytes(begin);
  b += bytes(begin);
  y += bytes(begin);
  while (a < stop4) {
    v128.store(y, f32x4.mul(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
    y += 16;
  }
  while (a < stop) {
    store<f32>(y, load<f32>(a) * load<f32>(b));
    a += 4;
    b += 4;
    y += 4;
  }
}
