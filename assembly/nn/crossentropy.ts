// Categorical cross-entropy of [classes][width] panels whose first n columns are samples, four columns at a time.
//
//   from probabilities   loss = −Σ t·log p                   dx = −scale·t / p            p at least the smallest normal
//   from logits          loss = Σ t·(log Σe^(x−m) − (x−m))   dx = scale·(softmax x·Σt − t)   m = max x
//
// `sparse` takes i32 labels, trusted to lie in [0, classes), for one-hot t. loss[width] is per sample, dx the gradient of scale·Σ loss; both are 0 in
// columns n to width. dx = 0 asks for the loss alone; dx may be the panel p or x itself. Three passes, one exponential an element.

import { exp, log } from '../math';
import { bytes, zero } from '../simd';
import { lanes, loadSome, storeSome } from '../tail';

const SMALLEST: f32 = 1.17549435e-38;

/** t and p [classes][width]. scale / p must not overflow: scale < 4. */
export function categorical_crossentropy_f32(classes: i32, n: i32, width: i32, target: usize, p: usize,
                                             scale: f32, loss: usize, dx: usize): void {
  const pitch = bytes(width);
  const extent = bytes(classes) * (<usize>width);
  const smallest = f32x4.splat(SMALLEST);
  const factor = f32x4.splat(-scale);
  for (let j = 0; j < width; j += 4) {
    const count = min(width - j, 4);
    const valid = lanes(n - j);
    let total = zero();
    let at = bytes(j);
    const limit = at + extent;
    while (at < limit) {
      const t = loadSome(target + at, count);
      const probability = f32x4.pmax(loadSome(p + at, count), smallest);
      total = f32x4.sub(total, v128.and(f32x4.mul(t, log(probability)), f32x4.ne(t, zero())));
      if (dx) storeSome(dx + at, v128.and(f32x4.mul(f32x4.div(t, probability), factor), valid), count);
      at += pitch;
    }
    storeSome(loss + bytes(j), v128.and(total, valid), count);
  }
}

/** t and x [classes][width]. */
export function categorical_crossentropy_logits_f32(classes: i32, n: i32, width: i32, target: usize, x: usize,
                                                    scale: f32, loss: usize, dx: usize): void {
  const pitch = bytes(width);
  const extent = bytes(classes) * (<usize>width);
  const factor = f32x4.splat(scale);
  for (let j = 0; j < width; j += 4) {
    const count = min(width - j, 4);
    const valid = lanes(n - j);
    const from = bytes(j);
    const limit = from + extent;
    const largest = columnMax(from, limit, pitch, count, x);
    let at = from;
    let weight = zero();
    let chosen = zero(); // Σ t·(x − m)
    let total = zero();
    while (at < limit) {
      const t = loadSome(target + at, count);
      const below = f32x4.sub(loadSome(x + at, count), largest);
      const e = exp(below);
      weight = f32x4.add(weight, t);
      chosen = f32x4.add(chosen, v128.and(f32x4.mul(t, below), f32x4.ne(t, zero())));
      total = f32x4.add(total, e);
      if (dx) storeSome(dx + at, e, count);
      at += pitch;
    }
    storeSome(loss + from, v128.and(f32x4.sub(f32x4.mul(weight, log(total)), chosen), valid), count);
    if (!dx) continue;
    const share = f32x4.div(weight, total);
    at = from;
    while (at < limit) {
      const difference = f32x4.sub(f32x4.mul(loadSome(dx + at, count), share), loadSome(target + at, count));
      storeSome(dx + at, v128.and(f32x4.mul(difference, factor), valid), count);
      at += pitch;
    }
  }
}

/** labels i32[width]; those of columns n to width are not read. */
export function sparse_categorical_crossentropy_f32(classes: i32, n: i32, width: i32, labels: usize, p: usize,
                                                    scale: f32, loss: usize, dx: usize): void {
  const smallest = f32x4.splat(SMALLEST);
  for (let j = 0; j < n; j++) store<f32>(loss + bytes(j), load<f32>(cell(labels, j, width, p)));
  if (dx) memory.fill(dx, 0, bytes(classes) * (<usize>width));
  for (let j = 0; j < width; j += 4) {
    const count = min(width - j, 4);
    const at = loss + bytes(j);
    const probability = f32x4.pmax(loadSome(at, count), smallest);
    storeSome(at, v128.and(f32x4.neg(log(probability)), lanes(n - j)), count);
    if (!dx) continue;
    const slope = f32x4.div(f32x4.splat(-scale), probability);
    if (j < n) store<f32>(cell(labels, j, width, dx), f32x4.extract_lane(slope, 0));
    if (j + 1 < n) store<f32>(cell(labels, j + 1, width, dx), f32x4.extract_lane(slope, 1));
    if (j + 2 < n) store<f32>(cell(labels, j + 2, width, dx), f32x4.extract_lane(slope, 2));
    if (j + 3 < n) store<f32>(cell(labels, j + 3, width, dx), f32x4.extract_lane(slope, 3));
  }
}

/** labels i32[width]; those of columns n to width are not read. */
export function sparse_categorical_crossentropy_logits_f32(classes: i32, n: i32, width: i32, labels: usize, x: usize,
                                                           scale: f32, loss: usize, dx: usize): void {
  const pitch = bytes(width);
  const extent = bytes(classes) * (<usize>width);
  for (let j = 0; j < n; j++) store<f32>(loss + bytes(j), load<f32>(cell(labels, j, width, x)));
  for (let j = 0; j < width; j += 4) {
    const count = min(width - j, 4);
    const valid = lanes(n - j);
    const from = bytes(j);
    const limit = from + extent;
    const largest = columnMax(from, limit, pitch, count, x);
    let at = from;
    let total = zero();
    while (at < limit) {
      const e = exp(f32x4.sub(loadSome(x + at, count), largest));
      total = f32x4.add(total, e);
      if (dx) storeSome(dx + at, e, count);
      at += pitch;
    }
    const chosen = f32x4.sub(loadSome(loss + from, count), largest);
    storeSome(loss + from, v128.and(f32x4.sub(log(total), chosen), valid), count);
    if (!dx) continue;
    const share = f32x4.div(f32x4.splat(scale), total);
    at = from;
    while (at < limit) {
      storeSome(dx + at, v128.and(f32x4.mul(loadSome(dx + at, count), share), valid), count);
      at += pitch;
    }
  }
  if (!dx) return;
  for (let j = 0; j < n; j++) {
    const at = cell(labels, j, width, dx);
    store<f32>(at, load<f32>(at) - scale);
  }
}

/** Where sample j's class stands in a [classes][width] panel. */
// @ts-ignore: decorator
@inline
function cell(labels: usize, j: i32, width: i32, panel: usize): usize {
  return panel + bytes(load<i32>(labels + bytes(j)) * width + j);
}

// @ts-ignore: decorator
@inline
function columnMax(at: usize, limit: usize, pitch: usize, count: i32, x: usize): v128 {
  let largest = f32x4.splat(-Infinity);
  while (at < limit) {
    largest = f32x4.pmax(largest, loadSome(x + at, count));
    at += pitch;
  }
  return largest;
}
