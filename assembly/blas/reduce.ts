// Reductions over the elements [begin, end) of x, and over the rows of a matrix. Sums are kept in f64 (two vectors of two
// lanes, then the tail), so that a million elements lose nothing; the order is fixed, so is the result. Memory-bound.

import { bytes, sum, zero } from '../simd';

/** y[i] = Σ_j x[i·ldx + j] for the rows [begin, end), j < n; with accumulate y[i] += that. */
export function rowsum_f32(begin: i32, end: i32, n: i32, x: usize, ldx: i32, y: usize, accumulate: i32): void {
  for (let i = begin; i < end; i++) {
    let from = x + bytes(i) * <usize>ldx;
    const stop8 = from + bytes(n & ~7);
    const stop = from + bytes(n);
    let s0 = zero();
    let s1 = zero();
    while (from < stop8) {
      s0 = f32x4.add(s0, v128.load(from));
      s1 = f32x4.add(s1, v128.load(from, 16));
      from += 32;
    }
    let s = sum(f32x4.add(s0, s1));
    while (from < stop) {
      s += load<f32>(from);
      from += 4;
    }
    const to = y + bytes(i);
    store<f32>(to, accumulate ? load<f32>(to) + s : s);
  }
}

// @ts-ignore: decorator
@inline
function low(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

// @ts-ignore: decorator
@inline
function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
}

// @ts-ignore: decorator
@inline
function sum64(s: v128): f64 {
  return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
}

/** Σ |x|. */
export function sumabs_f32(begin: i32, end: i32, x: usize): f64 {
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  const stop4 = x + bytes(begin + ((end - begin) & ~3));
  const stop = x + bytes(end);
  x += bytes(begin);
  while (x < stop4) {
    const v = f32x4.abs(v128.load(x));
    s0 = f64x2.add(s0, low(v));
    s1 = f64x2.add(s1, high(v));
    x += 16;
  }
  let s = sum64(f64x2.add(s0, s1));
  while (x < stop) {
    s += abs(<f64>load<f32>(x));
    x += 4;
  }
  return s;
}

/** Σ x². */
export function sumsq_f32(begin: i32, end: i32, x: usize): f64 {
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  const stop4 = x + bytes(begin + ((end - begin) & ~3));
  const stop = x + bytes(end);
  x += bytes(begin);
  while (x < stop4) {
    const v = v128.load(x);
    const l = low(v);
    const h = high(v);
    s0 = f64x2.add(s0, f64x2.mul(l, l));
    s1 = f64x2.add(s1, f64x2.mul(h, h));
    x += 16;
  }
  let s = sum64(f64x2.add(s0, s1));
  while (x < stop) {
    const v = <f64>load<f32>(x);
    s += v * v;
    x += 4;
  }
  return s;
}

/** How many elements are not ±0; a NaN counts. */
export function count_nonzero_f32(begin: i32, end: i32, x: usize): i32 {
  let counts = i32x4.splat(0);
  let count = 0;
  const stop4 = x + bytes(begin + ((end - begin) & ~3));
  const stop = x + bytes(end);
  x += bytes(begin);
  while (x < stop4) {
    counts = i32x4.sub(counts, f32x4.ne(v128.load(x), zero()));
    x += 16;
  }
  while (x < stop) {
    count += i32(load<f32>(x) != 0);
    x += 4;
  }
  return count + lanes(counts);
}

/** How many elements are NaN or infinite. */
export function count_nonfinite_f32(begin: i32, end: i32, x: usize): i32 {
  const exponent = i32x4.splat(0x7f800000);
  let counts = i32x4.splat(0);
  let count = 0;
  const stop4 = x + bytes(begin + ((end - begin) & ~3));
  const stop = x + bytes(end);
  x += bytes(begin);
  while (x < stop4) {
    counts = i32x4.sub(counts, i32x4.eq(v128.and(v128.load(x), exponent), exponent));
    x += 16;
  }
  while (x < stop) {
    count += i32((load<u32>(x) & 0x7f800000) == 0x7f800000);
    x += 4;
  }
  return count + lanes(counts);
}

// @ts-ignore: decorator
@inline
function lanes(counts: v128): i32 {
  return (
    i32x4.extract_lane(counts, 0) +
    i32x4.extract_lane(counts, 1) +
    i32x4.extract_lane(counts, 2) +
    i32x4.extract_lane(counts, 3)
  );
}
