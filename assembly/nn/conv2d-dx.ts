// conv2d backward to the input: dX[offsets[t] + run] += Σ_o W[o][t]·dY[o][run]. Runs and offsets as in conv2d.ts.
//
//   for each block of 8 floats of a run:  scratch [m][8] ← dY,  then all panels of Wᵀ; the tile adds each of its rows
//   where its tap stands (col2im inside the store)
//
// The rows of a tile may overlap in dX, so each is loaded, added and stored before the next. 2·m·taps·length flops per run.
// Trusts its input; the caller zeroes dX; scratch holds 16·m floats of the caller's thread.

import { MR, bytes, madd, zero } from '../simd';

/** Rows of runs [begin, end). at is Wᵀ packed (taps × m). Threads must not share rows of dX. */
export function conv2d_f32_dx(
  begin: i32,
  end: i32,
  cols: i32,
  length: i32,
  taps: i32,
  m: i32,
  at: usize,
  offsets: usize,
  dy: usize,
  dyRow: i32,
  dyCol: i32,
  dyChannel: i32,
  dx: usize,
  xRow: i32,
  xCol: i32,
  scratch: usize,
): void {
  const channel = bytes(dyChannel);
  const panel = bytes(MR) * <usize>m;
  for (let r = begin; r < end; r++) {
    for (let q = 0; q < cols; q++) {
      const from = dy + bytes(r) * <usize>dyRow + bytes(q) * <usize>dyCol;
      const to = dx + bytes(r) * <usize>xRow + bytes(q) * <usize>xCol;
      let j = 0;
      for (; j + 8 <= length; j += 8) {
        copy8(m, channel, from + bytes(j), scratch);
        let a = at;
        for (let t = 0; t < taps; t += MR) {
          scatter8(m, a, scratch, to + bytes(j), offsets + bytes(t), min(MR, taps - t));
          a += panel;
        }
      }
      if (j + 4 <= length) {
        let a = at;
        for (let t = 0; t < taps; t += MR) {
          scatter4(m, a, from + bytes(j), channel, to + bytes(j), offsets + bytes(t), min(MR, taps - t));
          a += panel;
        }
        j += 4;
      }
      for (; j < length; j++) {
        let a = at;
        for (let t = 0; t < taps; t += MR) {
          scatter1(m, a, from + bytes(j), channel, to + bytes(j), offsets + bytes(t), min(MR, taps - t));
          a += panel;
        }
      }
    }
  }
}

function copy8(m: i32, channel: usize, from: usize, scratch: usize): void {
  const stop = scratch + (<usize>m << 5);
  while (scratch < stop) {
    v128.store(scratch, v128.load(from));
    v128.store(scratch, v128.load(from, 16), 16);
    from += channel;
    scratch += 32;
  }
}

/** MR×8, rows of b 32 bytes apart. */
function scatter8(m: i32, a: usize, b: usize, to: usize, offsets: usize, rows: i32): void {
  let s00 = zero();
  let s01 = zero();
  let s10 = zero();
  let s11 = zero();
  let s20 = zero();
  let s21 = zero();
  let s30 = zero();
  let s31 = zero();
  let s40 = zero();
  let s41 = zero();
  let s50 = zero();
  let s51 = zero();
  const stop = a + bytes(MR) * <usize>m;
  while (a < stop) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const w0 = v128.load32_splat(a);
    s00 = madd(w0, b0, s00);
    s01 = madd(w0, b1, s01);
    const w1 = v128.load32_splat(a, 4);
    s10 = madd(w1, b0, s10);
    s11 = madd(w1, b1, s11);
    const w2 = v128.load32_splat(a, 8);
    s20 = madd(w2, b0, s20);
    s21 = madd(w2, b1, s21);
    const w3 = v128.load32_splat(a, 12);
    s30 = madd(w3, b0, s30);
    s31 = madd(w3, b1, s31);
    const w4 = v128.load32_splat(a, 16);
    s40 = madd(w4, b0, s40);
    s41 = madd(w4, b1, s41);
    if (MR == 6) {
      const w5 = v128.load32_splat(a, 20);
      s50 = madd(w5, b0, s50);
      s51 = madd(w5, b1, s51);
    }
    a += MR << 2;
    b += 32;
  }
  add8(to, offsets, s00, s01);
  if (rows > 1) add8(to, offsets + 4, s10, s11);
  if (rows > 2) add8(to, offsets + 8, s20, s21);
  if (rows > 3) add8(to, offsets + 12, s30, s31);
  if (rows > 4) add8(to, offsets + 16, s40, s41);
  if (rows > 5) add8(to, offsets + 20, s50, s51);
}

// @ts-ignore: decorator
@inline
function add8(to: usize, offset: usize, s0: v128, s1: v128): void {
  const target = to + (<usize>load<u32>(offset) << 2);
  v128.store(target, f32x4.add(v128.load(target), s0));
  v128.store(target, f32x4.add(v128.load(target, 16), s1), 16);
}

/** MR×4, rows of b at their own pitch. */
function scatter4(m: i32, a: usize, b: usize, bRow: usize, to: usize, offsets: usize, rows: i32): void {
  let s0 = zero();
  let s1 = zero();
  let s2 = zero();
  let s3 = zero();
  let s4 = zero();
  let s5 = zero();
  const stop = a + bytes(MR) * <usize>m;
  while (a < stop) {
    const b0 = v128.load(b);
    s0 = madd(v128.load32_splat(a), b0, s0);
    s1 = madd(v128.load32_splat(a, 4), b0, s1);
    s2 = madd(v128.load32_splat(a, 8), b0, s2);
    s3 = madd(v128.load32_splat(a, 12), b0, s3);
    s4 = madd(v128.load32_splat(a, 16), b0, s4);
    if (MR == 6) s5 = madd(v128.load32_splat(a, 20), b0, s5);
    a += MR << 2;
    b += bRow;
  }
  add4(to, offsets, s0);
  if (rows > 1) add4(to, offsets + 4, s1);
  if (rows > 2) add4(to, offsets + 8, s2);
  if (rows > 3) add4(to, offsets + 12, s3);
  if (rows > 4) add4(to, offsets + 16, s4);
  if (rows > 5) add4(to, offsets + 20, s5);
}

// @ts-ignore: decorator
@inline
function add4(to: usize, offset: usize, s: v128): void {
  const target = to + (<usize>load<u32>(offset) << 2);
  v128.store(target, f32x4.add(v128.load(target), s));
}

/** One column: the lanes run over the taps of the panel. */
function scatter1(m: i32, a: usize, b: usize, bRow: usize, to: usize, offsets: usize, rows: i32): void {
  let s = zero();
  let s4: f32 = 0;
  let s5: f32 = 0;
  const stop = a + bytes(MR) * <usize>m;
  while (a < stop) {
    s = madd(v128.load(a), v128.load32_splat(b), s);
    s4 += load<f32>(a, 16) * load<f32>(b);
    if (MR == 6) s5 += load<f32>(a, 20) * load<f32>(b);
    a += MR << 2;
    b += bRow;
  }
  add1(to, offsets, f32x4.extract_lane(s, 0));
  if (rows > 1) add1(to, offsets + 4, f32x4.extract_lane(s, 1));
  if (rows > 2) add1(to, offsets + 8, f32x4.extract_lane(s, 2));
  if (rows > 3) add1(to, offsets + 12, f32x4.extract_lane(s, 3));
  if (rows > 4) add1(to, offsets + 16, s4);
  if (rows > 5) add1(to, offsets + 20, s5);
}

// @ts-ignore: decorator
@inline
function add1(to: usize, offset: usize, s: f32): void {
  const target = to + (<usize>load<u32>(offset) << 2);
  store<f32>(target, load<f32>(target) + s);
}
