// sddmm, dense: dW[o][t] (+)= Σ over runs of dY[o][run] · X[offsets[t] + run], the gradient of a convolution's weights.
// Runs and offsets as in nn/conv2d.ts. A dense layer is an image of one pixel: rows = cols = 1, length = n, offsets[c] = c·n.
//
//   for each run:  tiles of 4 output channels × 2 taps, each a dot product of `length`; the 8 sums are added to dW
//
// The run is outermost, so that the rows of X and dY it touches stay in cache. 2·outputs·taps·length flops per run.
// Trusts its input.

import { bytes, madd, sum, sums, zero } from '../simd';

/** Output channels [begin, end); dw has rows of pitch lddw, overwritten, or added to with accumulate. */
export function sddmm_f32_dense(
  begin: i32,
  end: i32,
  taps: i32,
  rows: i32,
  cols: i32,
  length: i32,
  dy: usize,
  dyChannel: i32,
  dyRow: i32,
  dyCol: i32,
  x: usize,
  offsets: usize,
  xRow: i32,
  xCol: i32,
  dw: usize,
  lddw: i32,
  accumulate: i32,
): void {
  const channel = bytes(dyChannel);
  const pitch = bytes(lddw);
  if (!accumulate) {
    for (let o = begin; o < end; o++) {
      let to = dw + <usize>o * pitch;
      const stop = to + bytes(taps);
      while (to < stop) {
        store<f32>(to, 0);
        to += 4;
      }
    }
  }
  for (let r = 0; r < rows; r++) {
    for (let q = 0; q < cols; q++) {
      const xRun = x + bytes(r) * <usize>xRow + bytes(q) * <usize>xCol;
      const dyRun = dy + bytes(r) * <usize>dyRow + bytes(q) * <usize>dyCol;
      let o = begin;
      for (; o + 4 <= end; o += 4) {
        const d = dyRun + <usize>o * channel;
        const to = dw + <usize>o * pitch;
        let t = 0;
        for (; t + 2 <= taps; t += 2) {
          const x0 = xRun + (<usize>load<u32>(offsets + bytes(t)) << 2);
          const x1 = xRun + (<usize>load<u32>(offsets + bytes(t), 4) << 2);
          dot4x2(length, d, channel, x0, x1, to + bytes(t), pitch);
        }
        if (t < taps) {
          const x0 = xRun + (<usize>load<u32>(offsets + bytes(t)) << 2);
          for (let i = 0; i < 4; i++) {
            add(to + bytes(t) + <usize>i * pitch, dot(length, d + <usize>i * channel, x0));
          }
        }
      }
      for (; o < end; o++) {
        for (let t = 0; t < taps; t++) {
          const x0 = xRun + (<usize>load<u32>(offsets + bytes(t)) << 2);
          add(dw + <usize>o * pitch + bytes(t), dot(length, dyRun + <usize>o * channel, x0));
        }
      }
    }
  }
}

function dot4x2(length: i32, d0: usize, channel: usize, x0: usize, x1: usize, to: usize, pitch: usize): void {
  let d1 = d0 + channel;
  let d2 = d1 + channel;
  let d3 = d2 + channel;
  let s00 = zero();
  let s01 = zero();
  let s10 = zero();
  let s11 = zero();
  let s20 = zero();
  let s21 = zero();
  let s30 = zero();
  let s31 = zero();
  const stop4 = x0 + bytes(length & ~3);
  const stop = x0 + bytes(length);
  while (x0 < stop4) {
    const v0 = v128.load(x0);
    const v1 = v128.load(x1);
    const w0 = v128.load(d0);
    s00 = madd(w0, v0, s00);
    s01 = madd(w0, v1, s01);
    const w1 = v128.load(d1);
    s10 = madd(w1, v0, s10);
    s11 = madd(w1, v1, s11);
    const w2 = v128.load(d2);
    s20 = madd(w2, v0, s20);
    s21 = madd(w2, v1, s21);
    const w3 = v128.load(d3);
    s30 = madd(w3, v0, s30);
    s31 = madd(w3, v1, s31);
    x0 += 16;
    x1 += 16;
    d0 += 16;
    d1 += 16;
    d2 += 16;
    d3 += 16;
  }
  // [Σ00 Σ01 Σ10 Σ11] and [Σ20 Σ21 Σ30 Σ31]
  let top = sums(s00, s01, s10, s11);
  let bottom = sums(s20, s21, s30, s31);
  while (x0 < stop) {
    let v = v128.load32_zero(x0);
    v = v128.load_lane<f32>(x1, v, 1);
    v = v128.shuffle<f32>(v, v, 0, 1, 0, 1);
    const w0 = v128.load32_splat(d0);
    const w1 = v128.load32_splat(d1);
    const w2 = v128.load32_splat(d2);
    const w3 = v128.load32_splat(d3);
    top = madd(v128.shuffle<f32>(w0, w1, 0, 1, 4, 5), v, top);
    bottom = madd(v128.shuffle<f32>(w2, w3, 0, 1, 4, 5), v, bottom);
    x0 += 4;
    x1 += 4;
    d0 += 4;
    d1 += 4;
    d2 += 4;
    d3 += 4;
  }
  const row1 = to + pitch;
  const row2 = row1 + pitch;
  const row3 = row2 + pitch;
  top = f32x4.add(top, v128.load_lane<f64>(row1, v128.load64_zero(to), 1));
  bottom = f32x4.add(bottom, v128.load_lane<f64>(row3, v128.load64_zero(row2), 1));
  v128.store_lane<f64>(to, top, 0);
  v128.store_lane<f64>(row1, top, 1);
  v128.store_lane<f64>(row2, bottom, 0);
  v128.store_lane<f64>(row3, bottom, 1);
}

function dot(length: i32, d: usize, x: usize): f32 {
  let s4 = zero();
  const stop4 = x + bytes(length & ~3);
  const stop = x + bytes(length);
  while (x < stop4) {
    s4 = madd(v128.load(d), v128.load(x), s4);
    d += 16;
    x += 16;
  }
  let s = sum(s4);
  while (x < stop) {
    s += load<f32>(d) * load<f32>(x);
    d += 4;
    x += 4;
  }
  return s;
}

// @ts-ignore: decorator
@inline
function add(to: usize, s: f32): void {
  store<f32>(to, load<f32>(to) + s);
}
