// Batch normalization of [channel][pixel][width] slabs whose first n columns are samples. Over the `count` = pixels·N values of a channel in all slabs,
//
//   mean = Σx / count,  variance = Σ(x − mean)² / count,  y = (x − mean)·γ/√(variance + ε) + β                  (Ioffe, Szegedy 2015)
//   dβ = Σdy,  dγ = Σdy·(x − mean) / √(variance + ε)
//   dx = γ/√(variance + ε)·(dy − Σdy/count − (x − mean)·Σdy·(x − mean) / (count·(variance + ε)))
//
// Each Σ runs slab by slab into f64 sums that the caller has zeroed; then the moments; then y or dx, slab by slab. So a step reads x
// three times forward and twice backward. gamma and beta may be 0 (1 and 0 are meant). Channels [begin, end) throughout.
//
// With a mask, [pixel][width] and 0 at padding, mean and variance are those of the other numbers, count is theirs, and they alone have a
// gradient through them; y is made of all numbers. A mask of 0 is none.

import { bytes, madd, zero } from '../simd';
import { lanes, loadSome, storeSome } from '../tail';

const SUM = 0, SQUARES = 1;

/** sums[c] += Σx; sums is f64[channels]. */
export function batch_norm_sum_f32(begin: i32, end: i32, pixels: i32, n: i32, width: i32, x: usize, xChannel: i32, sums: usize,
                                   mask: usize): void {
  for (let c = begin; c < end; c++) {
    const at = sums + (<usize>c << 3);
    store<f64>(at, load<f64>(at) + reduce(SUM, pixels, n, width, x + bytes(xChannel) * (<usize>c), 0, 0, mask));
  }
}

/** sums[c] += Σ(x − mean[c])²; sums is f64[channels]. */
export function batch_norm_squares_f32(begin: i32, end: i32, pixels: i32, n: i32, width: i32, x: usize, xChannel: i32,
                                       mean: usize, sums: usize, mask: usize): void {
  for (let c = begin; c < end; c++) {
    const at = sums + (<usize>c << 3);
    const centre = load<f32>(mean + bytes(c));
    store<f64>(at, load<f64>(at) + reduce(SQUARES, pixels, n, width, x + bytes(xChannel) * (<usize>c), centre, 0, mask));
  }
}

/** moment[c] = sums[c] / count: the mean from the sum, the variance from the squares. */
export function batch_norm_moment_f32(begin: i32, end: i32, count: i32, sums: usize, moment: usize): void {
  for (let c = begin; c < end; c++) store<f32>(moment + bytes(c), <f32>(load<f64>(sums + (<usize>c << 3)) / <f64>count));
}

/** y from x, `length` = pixels·width elements a channel; y may be x. */
export function batch_norm_f32(begin: i32, end: i32, length: i32, epsilon: f64, x: usize, xChannel: i32,
                               mean: usize, variance: usize, gamma: usize, beta: usize, y: usize, yChannel: i32): void {
  for (let c = begin; c < end; c++) {
    const centre = f32x4.splat(load<f32>(mean + bytes(c)));
    const factor = f32x4.splat(<f32>slope(c, epsilon, variance, gamma));
    const shift = f32x4.splat(beta ? load<f32>(beta + bytes(c)) : 0);
    let p = x + bytes(xChannel) * (<usize>c);
    let q = y + bytes(yChannel) * (<usize>c);
    const limit = p + bytes(length & ~3);
    while (p < limit) {
      v128.store(q, madd(f32x4.sub(v128.load(p), centre), factor, shift));
      p += 16;
      q += 16;
    }
    const rest = length & 3;
    if (rest) storeSome(q, madd(f32x4.sub(loadSome(p, rest), centre), factor, shift), rest);
  }
}

/** sums[2c] += Σdy, sums[2c + 1] += Σdy·(x − mean[c]); sums is f64[2·channels]. */
export function batch_norm_backward_sums_f32(begin: i32, end: i32, pixels: i32, n: i32, width: i32, x: usize, xChannel: i32,
                                             mean: usize, dy: usize, dyChannel: i32, sums: usize): void {
  for (let c = begin; c < end; c++) {
    const at = sums + (<usize>c << 4);
    const from = dy + bytes(dyChannel) * (<usize>c);
    const centre = load<f32>(mean + bytes(c));
    store<f64>(at, load<f64>(at) + reduce(SUM, pixels, n, width, from, 0, 0, 0));
    store<f64>(at, load<f64>(at, 8) + reduce(SQUARES, pixels, n, width, x + bytes(xChannel) * (<usize>c), centre, from, 0), 8);
  }
}

/** dgamma[c], dbeta[c] from the sums, added to where accumulate; either may be 0. */
export function batch_norm_gradients_f32(begin: i32, end: i32, epsilon: f64, variance: usize, sums: usize,
                                         dgamma: usize, dbeta: usize, accumulate: i32): void {
  for (let c = begin; c < end; c++) {
    const at = sums + (<usize>c << 4);
    if (dbeta) add(dbeta + bytes(c), load<f64>(at), accumulate);
    if (dgamma) add(dgamma + bytes(c), load<f64>(at, 8) * slope(c, epsilon, variance, 0), accumulate);
  }
}

/** dx, 0 in columns n to width; dx may be dy. With sums 0 the mean and variance were constants: dx = γ/√(variance + ε)·dy. */
export function batch_norm_backward_f32(begin: i32, end: i32, pixels: i32, n: i32, width: i32, count: i32, epsilon: f64,
                                        x: usize, xChannel: i32, mean: usize, variance: usize, gamma: usize, sums: usize,
                                        dy: usize, dyChannel: i32, dx: usize, dxChannel: i32, mask: usize): void {
  const full = bytes(n & ~3);
  const all = i32x4.splat(-1);
  for (let c = begin; c < end; c++) {
    const total = sums + (<usize>c << 4);
    const rate = slope(c, epsilon, variance, 0);
    const factor = f32x4.splat(<f32>slope(c, epsilon, variance, gamma));
    const shift = f32x4.splat(sums ? <f32>(load<f64>(total) / <f64>count) : 0);
    const tilt = f32x4.splat(sums ? <f32>(load<f64>(total, 8) / <f64>count * rate * rate) : 0);
    const centre = f32x4.splat(load<f32>(mean + bytes(c)));
    let p = x + bytes(xChannel) * (<usize>c);
    let g = dy + bytes(dyChannel) * (<usize>c);
    let q = dx + bytes(dxChannel) * (<usize>c);
    let m = mask;
    for (let pixel = 0; pixel < pixels; pixel++) {
      let at: usize = 0;
      while (at < full) {
        const real = m ? f32x4.ne(v128.load(m + at), zero()) : all;
        v128.store(q + at, centred(v128.load(p + at), v128.load(g + at), centre, tilt, shift, factor, real));
        at += 16;
      }
      for (let j = n & ~3; j < width; j += 4) {
        const some = min(width - j, 4);
        at = bytes(j);
        const real = m ? f32x4.ne(loadSome(m + at, some), zero()) : all;
        const v = centred(loadSome(p + at, some), loadSome(g + at, some), centre, tilt, shift, factor, real);
        storeSome(q + at, v128.and(v, lanes(n - j)), some);
      }
      p += bytes(width);
      g += bytes(width);
      q += bytes(width);
      if (m) m += bytes(width);
    }
  }
}

/** (dy − shift − (x − centre)·tilt)·factor, or dy·factor where not real. */
// @ts-ignore: decorator
@inline
function centred(x: v128, dy: v128, centre: v128, tilt: v128, shift: v128, factor: v128, real: v128): v128 {
  return f32x4.mul(f32x4.sub(dy, v128.and(madd(f32x4.sub(x, centre), tilt, shift), real)), factor);
}

/** γ / √(variance + ε). */
// @ts-ignore: decorator
@inline
function slope(c: i32, epsilon: f64, variance: usize, gamma: usize): f64 {
  const scale: f64 = gamma ? <f64>load<f32>(gamma + bytes(c)) : 1;
  return scale / sqrt<f64>(<f64>load<f32>(variance + bytes(c)) + epsilon);
}

// @ts-ignore: decorator
@inline
function add(at: usize, value: f64, accumulate: i32): void {
  store<f32>(at, accumulate ? <f32>(<f64>load<f32>(at) + value) : <f32>value);
}

/**
 * Σx, or Σ(x − centre)·(other), other being x − centre itself where it is 0, of what the mask has: a row of n in f32 lanes, the rows in f64.
 */
// @ts-ignore: decorator
@inline
function reduce(kind: i32, pixels: i32, n: i32, width: i32, x: usize, centre: f32, other: usize,
                mask: usize): f64 {
  const middle = f32x4.splat(centre);
  const step = bytes(width);
  const rest = n & 3;
  const product = other != 0;
  let sum = f64x2.splat(0);
  for (let pixel = 0; pixel < pixels; pixel++) {
    let row = zero();
    let p = x;
    let g = other;
    let m = mask;
    const limit = p + bytes(n & ~3);
    while (p < limit) {
      let v = v128.load(p);
      if (kind == SQUARES) {
        const d = f32x4.sub(v, middle);
        v = f32x4.mul(d, product ? v128.load(g) : d);
        g += 16;
      }
      if (m) {
        v = v128.and(v, f32x4.ne(v128.load(m), zero()));
        m += 16;
      }
      row = f32x4.add(row, v);
      p += 16;
    }
    if (rest) {
      let v = loadSome(p, rest);
      if (kind == SQUARES) {
        const d = f32x4.sub(v, middle);
        v = f32x4.mul(d, product ? loadSome(g, rest) : d);
      }
      if (m) v = v128.and(v, f32x4.ne(loadSome(m, rest), zero()));
      row = f32x4.add(row, v128.and(v, lanes(rest)));
    }
    sum = f64x2.add(sum, f64x2.promote_low_f32x4(row));
    sum = f64x2.add(sum, f64x2.promote_low_f32x4(v128.shuffle<f32>(row, row, 2, 3, 0, 1)));
    x += step;
    other += step;
    if (mask) mask += step;
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}
