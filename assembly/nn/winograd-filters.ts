// The filters' side of Winograd's convolutions (winograd.ts): U = G·g·Gᵀ of each filter g, and its gradient dg = Gᵀ·dU·G.
//
//   w [m][channels][sizeRows][sizeCols]        u [36 points][m rows of channels, rounded up to 8; 16 more]
//
// Four channels at a time, some 100 operations a filter. Past the last channel u is 0. Trusts its input; sizes are 3
// to 5; scratch holds 244 floats of the caller's thread.

import { bytes, madd } from '../simd';
import { P, Q, ROW } from './winograd';

const P2: f32 = P * P;
const Q2: f32 = Q * Q;

/** What G divides by: the product of a point's distances from the others. */
const AT_0: f32 = 1 / (P2 * Q2);
const AT_P: f32 = 1 / (2 * P2 * (P2 - Q2));
const AT_Q: f32 = 1 / (2 * Q2 * (Q2 - P2));

/** Bytes of scratch before the filters' own numbers. */
const POINTS: usize = 576;

/** u's floats from a row to the next. */
// @ts-ignore: decorator
@inline
function widthOf(channels: i32): i32 {
  return (channels + 7) & ~7;
}

/** Output channels [begin, end). */
export function winograd_filters_f32(
  begin: i32,
  end: i32,
  m: i32,
  channels: i32,
  sizeRows: i32,
  sizeCols: i32,
  w: usize,
  u: usize,
  scratch: usize,
): void {
  const width = widthOf(channels);
  const pitch = bytes(m * width + 16);
  const taps = sizeRows * sizeCols;
  const filters = scratch + POINTS;
  for (let o = begin; o < end; o++) {
    for (let c = 0; c < width; c += 4) {
      for (let lane = 0; lane < 4; lane++) {
        const from = w + bytes((o * channels + c + lane) * taps);
        for (let t = 0; t < taps; t++) {
          store<f32>(filters + bytes(4 * t + lane), c + lane < channels ? load<f32>(from + bytes(t)) : 0);
        }
      }
      for (let j = 0; j < sizeCols; j++) values(sizeRows, filters + bytes(4 * j), bytes(4 * sizeCols), scratch + bytes(4 * j), ROW);
      let to = u + bytes(o * width + c);
      for (let i: usize = 0; i < 6; i++) {
        values(sizeCols, scratch + i * ROW, 16, to, pitch);
        to += 6 * pitch;
      }
    }
  }
}

/** Output channels [begin, end) of dw, added to. */
export function winograd_filters_backward_f32(
  begin: i32,
  end: i32,
  m: i32,
  channels: i32,
  sizeRows: i32,
  sizeCols: i32,
  du: usize,
  dw: usize,
  scratch: usize,
): void {
  const width = widthOf(channels);
  const pitch = bytes(m * width + 16);
  const taps = sizeRows * sizeCols;
  const filters = scratch + POINTS;
  for (let o = begin; o < end; o++) {
    for (let c = 0; c < channels; c += 4) {
      const from = du + bytes(o * width + c);
      for (let j: usize = 0; j < 6; j++) sums(sizeRows, from + j * pitch, 6 * pitch, scratch + (j << 4), ROW);
      for (let i = 0; i < sizeRows; i++) sums(sizeCols, scratch + <usize>i * ROW, 16, filters + bytes(4 * i * sizeCols), 16);
      for (let lane = 0; lane < min(4, channels - c); lane++) {
        const to = dw + bytes((o * channels + c + lane) * taps);
        for (let t = 0; t < taps; t++) {
          store<f32>(to + bytes(t), load<f32>(to + bytes(t)) + load<f32>(filters + bytes(4 * t + lane)));
        }
      }
    }
  }
}

/** G: the values of the polynomial with r coefficients, divided. */
function values(r: i32, from: usize, step: usize, to: usize, pitch: usize): void {
  const g0 = v128.load(from);
  const g1 = v128.load(from + step);
  const g2 = v128.load(from + 2 * step);
  let last = g2;
  let evenP = madd(g2, f32x4.splat(P2), g0);
  let evenQ = madd(g2, f32x4.splat(Q2), g0);
  let oddP = g1;
  let oddQ = g1;
  if (r > 3) {
    last = v128.load(from + 3 * step);
    oddP = madd(last, f32x4.splat(P2), oddP);
    oddQ = madd(last, f32x4.splat(Q2), oddQ);
  }
  if (r > 4) {
    last = v128.load(from + 4 * step);
    evenP = madd(last, f32x4.splat(P2 * P2), evenP);
    evenQ = madd(last, f32x4.splat(Q2 * Q2), evenQ);
  }
  evenP = f32x4.mul(evenP, f32x4.splat(AT_P));
  oddP = f32x4.mul(oddP, f32x4.splat(AT_P * P));
  evenQ = f32x4.mul(evenQ, f32x4.splat(AT_Q));
  oddQ = f32x4.mul(oddQ, f32x4.splat(AT_Q * Q));
  v128.store(to, f32x4.mul(g0, f32x4.splat(AT_0)));
  v128.store(to + pitch, f32x4.add(evenP, oddP));
  v128.store(to + 2 * pitch, f32x4.sub(evenP, oddP));
  v128.store(to + 3 * pitch, f32x4.add(evenQ, oddQ));
  v128.store(to + 4 * pitch, f32x4.sub(evenQ, oddQ));
  v128.store(to + 5 * pitch, last);
}

/** Gᵀ. */
function sums(r: i32, from: usize, step: usize, to: usize, pitch: usize): void {
  const u1 = v128.load(from + step);
  const u2 = v128.load(from + 2 * step);
  const u3 = v128.load(from + 3 * step);
  const u4 = v128.load(from + 4 * step);
  const last = v128.load(from + 5 * step);
  const evenP = f32x4.mul(f32x4.add(u1, u2), f32x4.splat(AT_P));
  const oddP = f32x4.mul(f32x4.sub(u1, u2), f32x4.splat(AT_P * P));
  const evenQ = f32x4.mul(f32x4.add(u3, u4), f32x4.splat(AT_Q));
  const oddQ = f32x4.mul(f32x4.sub(u3, u4), f32x4.splat(AT_Q * Q));
  v128.store(to, madd(v128.load(from), f32x4.splat(AT_0), f32x4.add(evenP, evenQ)));
  v128.store(to + pitch, f32x4.add(oddP, oddQ));
  const g2 = madd(evenP, f32x4.splat(P2), f32x4.mul(evenQ, f32x4.splat(Q2)));
  v128.store(to + 2 * pitch, r == 3 ? f32x4.add(g2, last) : g2);
  if (r > 3) {
    const g3 = madd(oddP, f32x4.splat(P2), f32x4.mul(oddQ, f32x4.splat(Q2)));
    v128.store(to + 3 * pitch, r == 4 ? f32x4.add(g3, last) : g3);
  }
  if (r > 4) v128.store(to + 4 * pitch, madd(evenP, f32x4.splat(P2 * P2), madd(evenQ, f32x4.splat(Q2 * Q2), last)));
}
