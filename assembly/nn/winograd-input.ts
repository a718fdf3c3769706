// The side of the inputs in Winograd's convolutions (winograd.ts): Bᵀ·d·B, and its transpose for their gradient.

import { madd } from '../simd';
import { FACTORS, ROW } from './winograd';

/** points ← Bᵀ·d·B: the values of the polynomial of each point that is 0 at the others. */
export function transformInput(d: usize, rowStep: usize, size: usize, points: usize, pitch: usize, scratch: usize): void {
  const p = v128.load32_splat(FACTORS);
  const q = v128.load32_splat(FACTORS, 4);
  const p2 = v128.load32_splat(FACTORS, 16);
  const q2 = v128.load32_splat(FACTORS, 20);
  const sum = v128.load32_splat(FACTORS, 24);
  const product = v128.load32_splat(FACTORS, 28);
  const stop = d + size;
  while (d < stop) {
    let from = d;
    for (let at = scratch; at < scratch + ROW; at += 16) {
      const d0 = v128.load(from);
      const d1 = v128.load(from + rowStep);
      const d2 = v128.load(from + 2 * rowStep);
      const d3 = v128.load(from + 3 * rowStep);
      const d4 = v128.load(from + 4 * rowStep);
      const d5 = v128.load(from + 5 * rowStep);
      v128.store(at, madd(d0, product, madd(d2, sum, d4)));
      v128.store(at, madd(d1, product, madd(d3, sum, d5)), 480);
      const evenP = madd(d2, q2, d4);
      const oddP = f32x4.mul(madd(d1, q2, d3), p);
      v128.store(at, f32x4.add(evenP, oddP), 96);
      v128.store(at, f32x4.sub(evenP, oddP), 192);
      const evenQ = madd(d2, p2, d4);
      const oddQ = f32x4.mul(madd(d1, p2, d3), q);
      v128.store(at, f32x4.add(evenQ, oddQ), 288);
      v128.store(at, f32x4.sub(evenQ, oddQ), 384);
      from += size;
    }
    let to = points;
    for (let at = scratch; at < scratch + 6 * ROW; at += ROW) {
      const d0 = v128.load(at);
      const d1 = v128.load(at, 16);
      const d2 = v128.load(at, 32);
      const d3 = v128.load(at, 48);
      const d4 = v128.load(at, 64);
      const d5 = v128.load(at, 80);
      v128.store(to, madd(d0, product, madd(d2, sum, d4)));
      const evenP = madd(d2, q2, d4);
      const oddP = f32x4.mul(madd(d1, q2, d3), p);
      to += pitch;
      v128.store(to, f32x4.add(evenP, oddP));
      to += pitch;
      v128.store(to, f32x4.sub(evenP, oddP));
      const evenQ = madd(d2, p2, d4);
      const oddQ = f32x4.mul(madd(d1, p2, d3), q);
      to += pitch;
      v128.store(to, f32x4.add(evenQ, oddQ));
      to += pitch;
      v128.store(to, f32x4.sub(evenQ, oddQ));
      to += pitch;
      v128.store(to, madd(d1, product, madd(d3, sum, d5)));
      to += pitch;
    }
    d += 16;
    points += 16;
  }
}

/** The way back: dd += B·points·Bᵀ. */
export function untransformInput(points: usize, pitch: usize, dd: usize, rowStep: usize, size: usize, scratch: usize): void {
  const p = v128.load32_splat(FACTORS);
  const q = v128.load32_splat(FACTORS, 4);
  const p2 = v128.load32_splat(FACTORS, 16);
  const q2 = v128.load32_splat(FACTORS, 20);
  const sum = v128.load32_splat(FACTORS, 24);
  const product = v128.load32_splat(FACTORS, 28);
  const step = <usize>6 * pitch;
  const stop = dd + size;
  while (dd < stop) {
    let from = points;
    for (let at = scratch; at < scratch + ROW; at += 16) {
      const m0 = v128.load(from);
      const m1 = v128.load(from + step);
      const m2 = v128.load(from + 2 * step);
      const m3 = v128.load(from + 3 * step);
      const m4 = v128.load(from + 4 * step);
      const m5 = v128.load(from + 5 * step);
      const evenP = f32x4.add(m1, m2);
      const oddP = f32x4.mul(f32x4.sub(m1, m2), p);
      const evenQ = f32x4.add(m3, m4);
      const oddQ = f32x4.mul(f32x4.sub(m3, m4), q);
      v128.store(at, f32x4.mul(m0, product));
      v128.store(at, madd(oddP, q2, madd(oddQ, p2, f32x4.mul(m5, product))), 96);
      v128.store(at, madd(evenP, q2, madd(evenQ, p2, f32x4.mul(m0, sum))), 192);
      v128.store(at, madd(m5, sum, f32x4.add(oddP, oddQ)), 288);
      v128.store(at, f32x4.add(m0, f32x4.add(evenP, evenQ)), 384);
      v128.store(at, m5, 480);
      from += pitch;
    }
    let row = dd;
    for (let at = scratch; at < scratch + 6 * ROW; at += ROW) {
      const m0 = v128.load(at);
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
      v128.store(to, madd(m0, product, v128.load(to)));
      to += size;
      v128.store(to, f32x4.add(v128.load(to), madd(oddP, q2, madd(oddQ, p2, f32x4.mul(m5, product)))));
      to += size;
      v128.store(to, f32x4.add(v128.load(to), madd(evenP, q2, madd(evenQ, p2, f32x4.mul(m0, sum)))));
      to += size;
      v128.store(to, f32x4.add(v128.load(to), madd(m5, sum, f32x4.add(oddP, oddQ))));
      to += size;
      v128.store(to, f32x4.add(v128.load(to), f32x4.add(m0, f32x4.add(evenP, evenQ))));
      to += size;
      v128.store(to, f32x4.add(v128.load(to), m5));
      row += rowStep;
    }
    dd += 16;
    points += 16;
  }
}
