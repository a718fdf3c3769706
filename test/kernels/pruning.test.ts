// Top-k at size, and where magnitudes are odd.

import { describe, expect, test } from 'vitest';
import { arena, f32, type Kernels } from '../../src/engine/index.ts';
import { kernelsOf } from './binaries.ts';
import { random } from './cases/random.ts';

function threshold(kernels: Kernels, values: Float32Array, k: number): number {
  return arena.scope(() => {
    const x = arena.allocate(4 * values.length);
    f32(x, values.length).set(values);
    return kernels.topk_threshold_f32(values.length, k, x, arena.allocate(16384));
  });
}

describe('topk_threshold_f32', () => {
  const kernels = kernelsOf('plain');
  if (!kernels) throw new Error('build/plain.wasm does not validate here.');

  test('of a million weights is what sorting them finds', () => {
    const next = random(3);
    const weights = Float32Array.from({ length: 1_000_003 }, () => (next() + next() + next() - 1.5) ** 3);
    const sorted = weights.map(Math.abs).sort().reverse();
    for (const k of [1, 2, 1000, 100_000, 500_001, 999_999, 1_000_003]) {
      expect(threshold(kernels, weights, k), `k = ${k}`).toBe(sorted[k - 1]);
    }
  });

  test('orders zeros of both signs, subnormals, infinities, and NaN above all', () => {
    const least = 2 ** -149;
    const values = Float32Array.from([0, least, -Infinity, -0, 1, -3 * least, Number.NaN, -1, 2 ** -126]);
    const found = Array.from({ length: 9 }, (_, i) => threshold(kernels, values, i + 1));
    expect(found).toEqual([Number.NaN, Infinity, 1, 1, 2 ** -126, 3 * least, least, 0, 0]);
  });

  test('keeps nothing of k = 0 and all of k beyond the count', () => {
    expect(threshold(kernels, Float32Array.from([1, 2]), 0)).toBe(Infinity);
    expect(threshold(kernels, Float32Array.from([1, 2]), 3)).toBe(0);
  });
});
