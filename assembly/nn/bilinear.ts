// Feature maps made larger by whole factors, mixed, and the way back. x [c][rows][cols][n] → y [c][rows·fr][cols·fc][n]; pitches in elements.
//
//   y[r][q] = the mean of the four pixels around ((r + ½) / fr − ½, (q + ½) / fc − ½), weighted by nearness; past the outermost pixels'
//             middles there is nothing to mix with, and they are repeated
//
// One side is done after the other. What is made from items i and i + 1 begins at i·factor + ⌊factor / 2⌋; by a factor of 2:
//
//   items     a       b       c
//   made    a   ¼   ¾   ¼   ¾   c      ¼: the weight of the second of two
//
// Forward, each row is made wider where it is needed in y, and the rows between are then mixed from these. Backward, a row of dy is
// made narrower in registers and shared between two of dx. Memory-bound.

import { bytes, zero } from '../simd';
import { loadSome, storeSome } from '../tail';
import { even, odd } from './pairs';

/** The weight of the second of two items in the first that is made from them. */
// @ts-ignore: decorator
@inline
function firstWeight(factor: i32): f32 {
  return factor & 1 ? 0 : 0.5 / <f32>factor;
}

/** Channels [begin, end). */
export function bilinear2d_f32(begin: i32, end: i32, n: i32, rows: i32, cols: i32, factorRows: i32, factorCols: i32,
                               x: usize, xChannel: i32, xRow: i32, y: usize, yChannel: i32, yRow: i32): void {
  const apart = bytes(yRow) * (<usize>factorRows);
  for (let c = begin; c < end; c++) {
    const to = y + bytes(yChannel) * (<usize>c);
    const wide = to + bytes(yRow) * (<usize>(factorRows >> 1));
    let from = x + bytes(xChannel) * (<usize>c);
    for (let i = 0; i < rows; i++) {
      const row = wide + apart * (<usize>i);
      if (n == 1 && factorCols == 2) doubled(from, cols, row);
      else stretch(from, bytes(n), cols, n, factorCols, row, bytes(n));
      from += bytes(xRow);
    }
    stretch(wide, apart, rows, cols * factorCols * n, factorRows, to, bytes(yRow));
  }
}

/** `count` items of `size` floats become `factor` times as many; each may lie where the first shall be that is made from it and the next. */
function stretch(from: usize, fromPitch: usize, count: i32, size: i32, factor: i32, to: usize, toPitch: usize): void {
  const first = firstWeight(factor);
  const step: f32 = 1 / <f32>factor;
  const ahead = factor >> 1;
  let b = from;
  for (let i = -1; i < count; i++) {
    const a = b;
    if (i >= 0 && i < count - 1) b += fromPitch;
    const begin = i < 0 ? factor - ahead : 0;
    for (let k = (i < count - 1 ? factor : factor - ahead) - 1; k >= begin; k--) {
      mixed(a, b, first + step * <f32>k, size, to + toPitch * (<usize>(i * factor + ahead + k)));
    }
  }
}

/** a + (b − a)·w of `size` floats. */
// @ts-ignore: decorator
@inline
function mixed(a: usize, b: usize, w: f32, size: i32, to: usize): void {
  const weight = f32x4.splat(w);
  const end4 = bytes(size & ~3);
  let s: usize = 0;
  for (; s < end4; s += 16) v128.store(to + s, mix(v128.load(a + s), v128.load(b + s), weight));
  const left = size & 3;
  if (left) storeSome(to + s, mix(loadSome(a + s, left), loadSome(b + s, left), weight), left);
}

/** Single floats, twice as many. */
function doubled(from: usize, count: i32, to: usize): void {
  const near = f32x4.splat(0.25);
  const far = f32x4.splat(0.75);
  const stop = from + bytes(count - 1);
  const stop4 = from + bytes((count - 1) & ~3);
  store<f32>(to, load<f32>(from));
  to += 4;
  while (from < stop4) {
    const a = v128.load(from);
    const b = v128.load(from, 4);
    const p = mix(a, b, near);
    const q = mix(a, b, far);
    v128.store(to, v128.shuffle<f32>(p, q, 0, 4, 1, 5));
    v128.store(to, v128.shuffle<f32>(p, q, 2, 6, 3, 7), 16);
    from += 16;
    to += 32;
  }
  while (from < stop) {
    const a = load<f32>(from);
    const more = load<f32>(from, 4) - a;
    store<f32>(to, a + more * 0.25);
    store<f32>(to, a + more * 0.75, 4);
    from += 4;
    to += 8;
  }
  store<f32>(to, load<f32>(stop));
}

/** a + (b − a)·w. */
// @ts-ignore: decorator
@inline
function mix(a: v128, b: v128, w: v128): v128 {
  return f32x4.add(a, f32x4.mul(f32x4.sub(b, a), w));
}

/** Each dy goes to its four pixels by their weights, channels [begin, end). The caller has zeroed dx. */
export function bilinear2d_backward_f32(begin: i32, end: i32, n: i32, rows: i32, cols: i32, factorRows: i32, factorCols: i32,
                                        dy: usize, yChannel: i32, yRow: i32, dx: usize, xChannel: i32, xRow: i32): void {
  const ahead = factorRows >> 1;
  for (let c = begin; c < end; c++) {
    let from = dy + bytes(yChannel) * (<usize>c);
    let upper = dx + bytes(xChannel) * (<usize>c);
    for (let i = -1; i < rows; i++) {
      const lower = i >= 0 && i < rows - 1 ? upper + bytes(xRow) : upper;
      const stop = i < rows - 1 ? factorRows : factorRows - ahead;
      for (let k = i < 0 ? factorRows - ahead : 0; k < stop; k++) {
        narrowed(from, cols, n, factorCols, firstWeight(factorRows) + <f32>k / <f32>factorRows, upper, lower);
        from += bytes(yRow);
      }
      upper = lower;
    }
  }
}

/** Adds a row of dy, made narrower, to two of dx: w of it to the lower, the rest to the upper. */
function narrowed(from: usize, cols: i32, n: i32, factor: i32, w: f32, upper: usize, lower: usize): void {
  const weight = f32x4.splat(w);
  const pitch = bytes(n);
  let p = from + pitch * (<usize>(factor >> 1));
  let at: usize = 0;
  for (let j = 0; j < cols; ) {
    if (n == 1 && factor == 2 && j > 0 && j + 4 < cols) {
      share(halved(p), weight, upper + at, lower + at, 4);
      at += 16;
      p += 32;
      j += 4;
      continue;
    }
    for (let s = 0; s < n; s += 4) {
      const count = min(n - s, 4);
      share(gathered(p + bytes(s), pitch, factor, j == 0, j == cols - 1, count), weight, upper + at, lower + at, count);
      at += bytes(count);
    }
    p += pitch * (<usize>factor);
    j++;
  }
}

/** The sum of all that was made from an item, by its weights; p is the first that was made from it and the next. */
// @ts-ignore: decorator
@inline
function gathered(p: usize, pitch: usize, factor: i32, isFirst: bool, isLast: bool, count: i32): v128 {
  const first = firstWeight(factor);
  const step: f32 = 1 / <f32>factor;
  const ahead = factor >> 1;
  const stop = isLast ? factor - ahead : factor;
  let sum = zero();
  for (let k = isFirst ? factor - ahead : 0; k < factor; k++) {
    const w: f32 = isFirst ? 1 : first + step * <f32>k;
    sum = f32x4.add(sum, f32x4.mul(loadSome(p + pitch * (<usize>(k - factor)), count), f32x4.splat(w)));
  }
  for (let k = 0; k < stop; k++) {
    const w: f32 = isLast ? 1 : 1 - (first + step * <f32>k);
    sum = f32x4.add(sum, f32x4.mul(loadSome(p + pitch * (<usize>k), count), f32x4.splat(w)));
  }
  return sum;
}

/** The same of four single floats between others, twice as many. */
// @ts-ignore: decorator
@inline
function halved(p: usize): v128 {
  const near = f32x4.splat(0.75);
  const far = f32x4.splat(0.25);
  const before = f32x4.add(f32x4.mul(even(p - 8), far), f32x4.mul(odd(p - 8), near));
  return f32x4.add(f32x4.add(before, f32x4.mul(even(p), near)), f32x4.mul(odd(p), far));
}

/** Adds g·(1 − w) at p and g·w at q, which may be one. */
// @ts-ignore: decorator
@inline
function share(g: v128, w: v128, p: usize, q: usize, count: i32): void {
  const second = f32x4.mul(g, w);
  storeSome(p, f32x4.add(loadSome(p, count), f32x4.sub(g, second)), count);
  storeSome(q, f32x4.add(loadSome(q, count), second), count);
}
