// The side of the outputs in Winograd's convolutions (winograd.ts): Aᵀ·points·A, and its transpose for dy.

import { clamp, madd } from '../simd';
import { FACTORS, ROW } from './winograd';

/**
 * y [tall][wide] ← max(bias + Aᵀ·points·A, lower): the coefficients 0 to s − 1 of the polynomial with these values, to the last of which
 * belongs the value at ∞.
 */
export function transformOutput(
  points: usize,
  pitch: usize,
  tall: i32,
  wide: i32,
  y: usize,
  rowStep: usize,
  size: usize,
  bias: f32,
  lower: f32,
  scratch: usize,
): void {
  const p = v128.load32_splat(FACTORS);
  const q = v128.load32_splat(FACTORS, 4);
  const p2 = v128.load32_splat(FACTORS, 8);
  const q2 = v128.load32_splat(FACTORS, 12);
  const first = f32x4.splat(bias);
  const floor = f32x4.splat(lower);
  const step = <usize>6 * pitch;
  const end = scratch + <usize>tall * ROW;
  const stop = y + size;
  while (y < stop) {
    let from = points;
    for (let at = scratch; at < scratch + ROW; at += 16) {
      const m1 = v128.load(from + step);
      const m2 = v128.load(from + 2 * step);
      const m3 = v128.load(from + 3 * step);
      const m4 = v128.load(from + 4 * step);
      const m5 = v128.load(from + 5 * step);
      const evenP = f32x4.add(m1, m2);
      const oddP = f32x4.mul(f32x4.sub(m1, m2), p);
      const evenQ = f32x4.add(m3, m4);
      const oddQ = f32x4.mul(f32x4.sub(m3, m4), q);
      v128.store(at, f32x4.add(v128.load(from), f32x4.add(evenP, evenQ)));
      const y1 = f32x4.add(oddP, oddQ);
      v128.store(at, tall == 2 ? f32x4.add(y1, m5) : y1, 96);
      if (tall > 2) {
        const y2 = madd(evenP, p2, f32x4.mul(evenQ, q2));
        v128.store(at, tall == 3 ? f32x4.add(y2, m5) : y2, 192);
      }
      if (tall > 3) v128.store(at, madd(oddP, p2, madd(oddQ, q2, m5)), 288);
      from += pitch;
    }
    let row = y;
    for (let at = scratch; at < end; at += ROW) {
      const m1 = v128.load(at, 16);
      const m2 = v128.load(at, 32);
      const m3 = v128.load(at, 48);
      const m4 = v128.load(at, 64);
      const m5 = v128.load(at, 80);
      const evenP = f32x4.add(m1, m2);
      const oddP = f32x4.mul(f32x4.sub(m1, m2), p);
      const evenQ = f32x4.add(m3, m4);
      const oddQ = f32x4.mul(f32x4.sub(m3, m4), q);
      let to = row;
      const y0 = f32x4.add(v128.load(at), f32x4.add(evenP, evenQ));
      v128.store(to, clamp(f32x4.add(y0, first), floor));
      to += size;
      const y1 = f32x4.add(oddP, oddQ);
      v128.store(to, clamp(f32x4.add(wide == 2 ? f32x4.add(y1, m5) : y1, first), floor));
      if (wide > 2) {
        to += size;
        const y2 = madd(evenP, p2, f32x4.mul(evenQ, q2));
        v128.store(to, clamp(f32x4.add(wide == 3 ? f32x4.add(y2, m5) : y2, first), floor));
      }
      if (wide > 3) {
        to += size;
        v128.store(to, clamp(f32x4.add(madd(oddP, p2, madd(oddQ, q2, m5)), first), floor));
      }
      row += rowStep;
    }
    y += 16;
    points += 16;
  }
}

/** The way back: points ← A·dy·Aᵀ, the values of the polynomial with these coefficients. */
export function untransformOutput(
  dy: usize,
  rowStep: usize,
  tall: i32,
  wide: i32,
  size: usize,
  points: usize,
  pitch: usize,
  scratch: usize,
): void {
  const p = v128.load32_splat(FACTORS);
  const q = v128.load32_splat(FACTORS, 4);
  const p2 = v128.load32_splat(FACTORS, 8);
  const q2 = v128.load32_splat(FACTORS, 12);
  const end = scratch + (<usize>wide << 4);
  const stop = dy + size;
  while (dy < stop) {
    let from = dy;
    for (let at = scratch; at < end; at += 16) {
      const y0 = v128.load(from);
      const y1 = v128.load(from + rowStep);
      let evenP = y0;
      let oddP = y1;
      let evenQ = y0;
      let oddQ = y1;
      let last = y1;
      if (tall > 2) {
        last = v128.load(from + 2 * rowStep);
        evenP = madd(last, p2, evenP);
        evenQ = madd(last, q2, evenQ);
      }
      if (tall > 3) {
        last = v128.load(from + 3 * rowStep);
        oddP = madd(last, p2, oddP);
        oddQ = madd(last, q2, oddQ);
      }
      oddP = f32x4.mul(oddP, p);
      oddQ = f32x4.mul(oddQ, q);
      v128.store(at, y0);
      v128.store(at, f32x4.add(evenP, oddP), 96);
      v128.store(at, f32x4.sub(evenP, oddP), 192);
      v128.store(at, f32x4.add(evenQ, oddQ), 288);
      v128.store(at, f32x4.sub(evenQ, oddQ), 384);
      v128.store(at, last, 480);
      from += size;
    }
    let to = points;
    for (let at = scratch; at < scratch + 6 * ROW; at += ROW) {
      const y0 = v128.load(at);
      const y1 = v128.load(at, 16);
      let evenP = y0;
      let oddP = y1;
      let evenQ = y0;
      let oddQ = y1;
      let last = y1;
      if (wide > 2) {
        last = v128.load(at, 32);
        evenP = madd(last, p2, evenP);
        evenQ = madd(last, q2, evenQ);
      }
      if (wide > 3) {
        last = v128.load(at, 48);
        oddP = madd(last, p2, oddP);
        oddQ = madd(last, q2, oddQ);
      }
      oddP = f32x4.mul(oddP, p);
      oddQ = f32x4.mul(oddQ, q);
      v128.store(to, y0);
      to += pitch;
      v128.store(to, f32x4.add(evenP, oddP));
      to += pitch;
      v128.store(to, f32x4.sub(evenP, oddP));
      to += pitch;
      v128.store(to, f32x4.add(evenQ, oddQ));
      to += pitch;
      v128.store(to, f32x4.sub(evenQ, oddQ));
      to += pitch;
      v128.store(to, last);
      to += pitch;
    }
    dy += 16;
    points += 16;
  }
}
