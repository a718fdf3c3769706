// Losses that are means over a sample's features, of [features][width] panels whose first n columns are samples:
//
//   binary cross-entropy   −mean(t·log p + (1 − t)·log(1 − p))              dx = scale/features·(p − t) / (p·(1 − p))
//     p clipped to [1e-7, 1 − 1e-7] (Keras); the slope is that at the clipped p, so that a saturated output can come back
//   … from logits          mean(max(x, 0) − x·t + log(1 + e^−|x|))          dx = scale/features·(sigmoid x − t)
//   mean squared error     mean (y − t)²                                    dx = 2·scale/features·(y − t)
//   mean absolute error    mean |y − t|                                     dx = scale/features·sign(y − t), 0 at 0
//   Huber                  mean of ½·s·(2·d − s), d = y − t, s = d cut to ±δ   dx = scale/features·s
//
// loss[width] is per sample, summed in f64; dx is the gradient of scale·Σ loss; both are 0 in columns n to width. dx = 0 asks for
// the loss alone; dx may be the panel itself. One pass.

import { exp, log, log1p } from '../math';
import { bytes, zero } from '../simd';
import { lanes, loadSome, storeSome } from '../tail';

const BINARY = 0, LOGITS = 1, SQUARED = 2, ABSOLUTE = 3, HUBER = 4;

// @ts-ignore: decorator
@inline
function meanOverFeatures(kind: i32, features: i32, n: i32, width: i32, target: usize, x: usize, scale: f32, delta: f32, loss: usize, dx: usize): void {
  const pitch = bytes(width);
  const extent = bytes(features) * (<usize>width);
  const factor = f32x4.splat((kind == SQUARED ? 2 : 1) * scale / <f32>features);
  const one = f32x4.splat(1);
  for (let j = 0; j < width; j += 4) {
    const count = min(width - j, 4);
    const valid = lanes(n - j);
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    let at = bytes(j);
    const limit = at + extent;
    while (at < limit) {
      const t = loadSome(target + at, count);
      const v = loadSome(x + at, count);
      let term = zero();
      let slope = zero();
      if (kind == BINARY) {
        const p = f32x4.pmin(f32x4.pmax(v, f32x4.splat(1e-7)), f32x4.splat(1.0 - 1e-7));
        const q = f32x4.sub(one, p);
        term = f32x4.neg(f32x4.add(f32x4.mul(t, log(p)), f32x4.mul(f32x4.sub(one, t), log(q))));
        slope = f32x4.div(f32x4.sub(p, t), f32x4.mul(p, q));
      } else if (kind == LOGITS) {
        const e = exp(f32x4.neg(f32x4.abs(v)));
        const u = f32x4.add(one, e);
        term = f32x4.add(f32x4.sub(f32x4.pmax(v, zero()), f32x4.mul(v, t)), log1p(e));
        slope = f32x4.sub(f32x4.div(v128.bitselect(e, one, i32x4.shr_s(v, 31)), u), t);
      } else if (kind == SQUARED) {
        slope = f32x4.sub(v, t);
        term = f32x4.mul(slope, slope);
      } else if (kind == ABSOLUTE) {
        const d = f32x4.sub(v, t);
        const isZero = f32x4.eq(d, zero());
        term = f32x4.abs(d);
        slope = v128.andnot(v128.bitselect(d, one, f32x4.splat(-0.0)), isZero);
      } else {
        const d = f32x4.sub(v, t);
        slope = f32x4.pmax(f32x4.pmin(d, f32x4.splat(delta)), f32x4.splat(-delta));
        term = f32x4.mul(f32x4.mul(f32x4.splat(0.5), slope), f32x4.sub(f32x4.add(d, d), slope));
      }
      low = f64x2.add(low, f64x2.promote_low_f32x4(term));
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(term, term, 2, 3, 0, 1)));
      if (dx) storeSome(dx + at, v128.and(f32x4.mul(slope, factor), valid), count);
      at += pitch;
    }
    const divisor = f64x2.splat(<f64>features);
    const lower = f32x4.demote_f64x2_zero(f64x2.div(low, divisor));
    const upper = f32x4.demote_f64x2_zero(f64x2.div(high, divisor));
    storeSome(loss + bytes(j), v128.and(v128.shuffle<f32>(lower, upper, 0, 1, 4, 5), valid), count);
  }
}

/** target, p [features][width]. */
export function binary_crossentropy_f32(features: i32, n: i32, width: i32, target: usize, p: usize,
                                        scale: f32, loss: usize, dx: usize): void {
  meanOverFeatures(BINARY, features, n, width, target, p, scale, 0, loss, dx);
}

/** target, x [features][width]. */
export function binary_crossentropy_logits_f32(features: i32, n: i32, width: i32, target: usize, x: usize,
                                               scale: f32, loss: usize, dx: usize): void {
  meanOverFeatures(LOGITS, features, n, width, target, x, scale, 0, loss, dx);
}

/** target, y [features][width]. */
export function mean_squared_error_f32(features: i32, n: i32, width: i32, target: usize, y: usize,
                                       scale: f32, loss: usize, dx: usize): void {
  meanOverFeatures(SQUARED, features, n, width, target, y, scale, 0, loss, dx);
}

/** target, y [features][width]. */
export function mean_absolute_error_f32(features: i32, n: i32, width: i32, target: usize, y: usize,
                                        scale: f32, loss: usize, dx: usize): void {
  meanOverFeatures(ABSOLUTE, features, n, width, target, y, scale, 0, loss, dx);
}

/** target, y [features][width]; delta > 0. */
export function huber_f32(features: i32, n: i32, width: i32, target: usize, y: usize,
                          scale: f32, delta: f32, loss: usize, dx: usize): void {
  meanOverFeatures(HUBER, features, n, width, target, y, scale, delta, loss, dx);
}
