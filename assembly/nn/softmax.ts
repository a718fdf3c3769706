// y = e^(x − max x) / Σ e^(x − max x) over the features of each column of an [features][n] panel, and its gradient
// dx = y·(dy − Σ y·dy). Four columns at a time; one column alone (n = 1) runs along its features. y may be x, dx may be dy.
// Three passes over the panel, one exponential an element.

import { exp } from '../math';
import { bytes, madd, zero } from '../simd';
import { lanes, loadSome, storeSome } from '../tail';

/** Columns [begin, end). */
export function softmax_f32(begin: i32, end: i32, features: i32, n: i32, x: usize, y: usize): void {
  if (n == 1) {
    if (begin < end) softmaxRow(features, x, y);
    return;
  }
  let j = begin;
  for (; j + 4 <= end; j += 4) softmaxColumns(4, features, n, x + bytes(j), y + bytes(j));
  if (j < end) softmaxColumns(end - j, features, n, x + bytes(j), y + bytes(j));
}

// @ts-ignore: decorator
@inline
function softmaxColumns(count: i32, features: i32, n: i32, x: usize, y: usize): void {
  const pitch = bytes(n);
  const limit = x + bytes(features) * (<usize>n);
  let largest = f32x4.splat(-Infinity);
  let p = x;
  while (p < limit) {
    largest = f32x4.pmax(largest, loadSome(p, count));
    p += pitch;
  }
  let total = zero();
  let q = y;
  p = x;
  while (p < limit) {
    const e = exp(f32x4.sub(loadSome(p, count), largest));
    total = f32x4.add(total, e);
    storeSome(q, e, count);
    p += pitch;
    q += pitch;
  }
  const factor = f32x4.div(f32x4.splat(1), total);
  const stop = q;
  q = y;
  while (q < stop) {
    storeSome(q, f32x4.mul(loadSome(q, count), factor), count);
    q += pitch;
  }
}

function softmaxRow(features: i32, x: usize, y: usize): void {
  const rest = features & 3;
  const limit = x + bytes(features & ~3);
  const valid = lanes(rest);
  const lowest = f32x4.splat(-Infinity);
  let largest = lowest;
  let p = x;
  while (p < limit) {
    largest = f32x4.pmax(largest, v128.load(p));
    p += 16;
  }
  if (rest) largest = f32x4.pmax(largest, v128.bitselect(loadSome(p, rest), lowest, valid));
  largest = f32x4.pmax(largest, v128.shuffle<f32>(largest, largest, 2, 3, 0, 1));
  largest = f32x4.pmax(largest, v128.shuffle<f32>(largest, largest, 1, 0, 3, 2));
  let total = zero();
  let q = y;
  p = x;
  while (p < limit) {
    const e = exp(f32x4.sub(v128.load(p), largest));
    total = f32x4.add(total, e);
    v128.store(q, e);
    p += 16;
    q += 16;
  }
  if (rest) {
    const e = exp(f32x4.sub(loadSome(p, rest), largest));
    total = f32x4.add(total, v128.and(e, valid));
    storeSome(q, e, rest);
  }
  total = f32x4.add(total, v128.shuffle<f32>(total, total, 2, 3, 0, 1));
  total = f32x4.add(total, v128.shuffle<f32>(total, total, 1, 0, 3, 2));
  const factor = f32x4.div(f32x4.splat(1), total);
  const stop = q;
  q = y;
  while (q < stop) {
    v128.store(q, f32x4.mul(v128.load(q), factor));
    q += 16;
  }
  if (rest) storeSome(q, f32x4.mul(loadSome(q, rest), factor), rest);
}

/** Columns [begin, end). */
export function softmax_backward_f32(begin: i32, end: i32, features: i32, n: i32, y: usize, dy: usize, dx: usize): void {
  let j = begin;
  for (; j + 4 <= end; j += 4) backwardColumns(4, features, n, y + bytes(j), dy + bytes(j), dx + bytes(j));
  if (j < end) backwardColumns(end - j, features, n, y + bytes(j), dy + bytes(j), dx + bytes(j));
}

// @ts-ignore: decorator
@inline
function backwardColumns(count: i32, features: i32, n: i32, y: usize, dy: usize, dx: usize): void {
  const pitch = bytes(n);
  const limit = y + bytes(features) * (<usize>n);
  let mean = zero();
  let p = y;
  let g = dy;
  while (p < limit) {
    mean = madd(loadSome(p, count), loadSome(g, count), mean);
    p += pitch;
    g += pitch;
  }
  p = y;
  g = dy;
  let q = dx;
  while (p < limit) {
    storeSome(q, f32x4.mul(loadSome(p, count), f32x4.sub(loadSome(g, count), mean)), count);
    p += pitch;
    g += pitch;
    q += pitch;
  }
}
