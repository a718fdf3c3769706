// Batch normalization and dropout as plain scalar loops in f64.

import { get, put } from './scalar';

export function batch_norm_sum_f32(begin: i32, end: i32, pixels: i32, n: i32, width: i32, x: usize, xChannel: i32, sums: usize,
                                   mask: usize): void {
  for (let c = begin; c < end; c++) for (let p = 0; p < pixels; p++) for (let j = 0; j < n; j++) {
    if (isReal(mask, p * width + j)) addTo(sums, c, get(x, c * xChannel + p * width + j));
  }
}

export function batch_norm_squares_f32(begin: i32, end: i32, pixels: i32, n: i32, width: i32, x: usize, xChannel: i32,
                                       mean: usize, sums: usize, mask: usize): void {
  for (let c = begin; c < end; c++) for (let p = 0; p < pixels; p++) for (let j = 0; j < n; j++) {
    const d = <f64>get(x, c * xChannel + p * width + j) - <f64>get(mean, c);
    if (isReal(mask, p * width + j)) addTo(sums, c, d * d);
  }
}

export function batch_norm_moment_f32(begin: i32, end: i32, count: i32, sums: usize, moment: usize): void {
  for (let c = begin; c < end; c++) put(moment, c, <f32>(sum(sums, c) / <f64>count));
}

export function batch_norm_f32(begin: i32, end: i32, length: i32, epsilon: f64, x: usize, xChannel: i32,
                               mean: usize, variance: usize, gamma: usize, beta: usize, y: usize, yChannel: i32): void {
  for (let c = begin; c < end; c++) for (let i = 0; i < length; i++) {
    const d = <f64>get(x, c * xChannel + i) - <f64>get(mean, c);
    const shift: f64 = beta ? get(beta, c) : 0;
    put(y, c * yChannel + i, <f32>(d * scale(gamma, c) / deviation(variance, c, epsilon) + shift));
  }
}

export function batch_norm_backward_sums_f32(begin: i32, end: i32, pixels: i32, n: i32, width: i32, x: usize, xChannel: i32,
                                             mean: usize, dy: usize, dyChannel: i32, sums: usize): void {
  for (let c = begin; c < end; c++) for (let p = 0; p < pixels; p++) for (let j = 0; j < n; j++) {
    const g: f64 = get(dy, c * dyChannel + p * width + j);
    addTo(sums, 2 * c, g);
    addTo(sums, 2 * c + 1, g * (<f64>get(x, c * xChannel + p * width + j) - <f64>get(mean, c)));
  }
}

export function batch_norm_gradients_f32(begin: i32, end: i32, epsilon: f64, variance: usize, sums: usize,
                                         dgamma: usize, dbeta: usize, accumulate: i32): void {
  for (let c = begin; c < end; c++) {
    if (dbeta) put(dbeta, c, <f32>(sum(sums, 2 * c) + <f64>(accumulate ? get(dbeta, c) : 0)));
    const g = sum(sums, 2 * c + 1) / deviation(variance, c, epsilon);
    if (dgamma) put(dgamma, c, <f32>(g + <f64>(accumulate ? get(dgamma, c) : 0)));
  }
}

export function batch_norm_backward_f32(begin: i32, end: i32, pixels: i32, n: i32, width: i32, count: i32, epsilon: f64,
                                        x: usize, xChannel: i32, mean: usize, variance: usize, gamma: usize, sums: usize,
                                        dy: usize, dyChannel: i32, dx: usize, dxChannel: i32, mask: usize): void {
  for (let c = begin; c < end; c++) for (let p = 0; p < pixels; p++) for (let j = 0; j < width; j++) {
    const sd = deviation(variance, c, epsilon);
    const d = <f64>get(x, c * xChannel + p * width + j) - <f64>get(mean, c);
    let g: f64 = get(dy, c * dyChannel + p * width + j);
    if (sums && isReal(mask, p * width + j)) g -= sum(sums, 2 * c) / <f64>count + d * sum(sums, 2 * c + 1) / (<f64>count * sd * sd);
    put(dx, c * dxChannel + p * width + j, j < n ? <f32>(g * scale(gamma, c) / sd) : 0);
  }
}

function isReal(mask: usize, at: i32): bool {
  return mask == 0 || get(mask, at) != 0;
}

function sum(sums: usize, i: i32): f64 {
  return load<f64>(sums + (<usize>i << 3));
}

function addTo(sums: usize, i: i32, value: f64): void {
  store<f64>(sums + (<usize>i << 3), sum(sums, i) + value);
}

function scale(gamma: usize, c: i32): f64 {
  return gamma ? get(gamma, c) : 1;
}

function deviation(variance: usize, c: i32, epsilon: f64): f64 {
  return sqrt<f64>(<f64>get(variance, c) + epsilon);
}

export function dropout_f32(begin: i32, end: i32, rate: f64, seed: u32, stream: u32, step: u32, x: usize, y: usize): void {
  for (let i = begin; i < end; i++) {
    const block = threefry(seed, stream, <u32>(i >> 1), step);
    const word = i & 1 ? <u32>(block >> 32) : <u32>block;
    put(y, i, <f64>word < Math.floor(rate * 4294967296.0) ? 0 : get(x, i) * <f32>(1 / (1 - rate)));
  }
}

const TURNS: usize = memory.data<u8>([13, 15, 26, 6, 17, 29, 16, 24]);

/** Threefry-2x32-20 as the paper has it; the first word in the low half. */
function threefry(k0: u32, k1: u32, c0: u32, c1: u32): u64 {
  let a = c0 + k0;
  let b = c1 + k1;
  for (let round = 0; round < 20; round++) {
    a += b;
    b = rotl<u32>(b, load<u8>(TURNS + (round & 7))) ^ a;
    if ((round & 3) != 3) continue;
    const s = (round >> 2) + 1;
    a += keyWord(s % 3, k0, k1);
    b += keyWord((s + 1) % 3, k0, k1) + <u32>s;
  }
  return (<u64>b << 32) | <u64>a;
}

function keyWord(i: i32, k0: u32, k1: u32): u32 {
  return i == 0 ? k0 : i == 1 ? k1 : 0x1bd11bda ^ k0 ^ k1;
}
