// How many samples go through a compressed model at once.

import { describe, expect, test } from 'vitest';
import { compress, conv2d, dense, flatten, input, lstm, prune, Random, sequential } from '../src/index.ts';
import { builtInCosts } from '../src/inference/cost-table.ts';
import { predict } from '../src/inference/costs.ts';
import { programOf } from '../src/inference/program.ts';
import { Weights } from '../src/inference/weights.ts';
import { slabOf, type Widths } from '../src/inference/width.ts';
import { convolutionWork } from '../src/inference/work.ts';
import { windowOf } from '../src/ops/index.ts';

const random = new Random(5, 'inference-width');
const normal = (length: number) => Float32Array.from({ length }, () => random.normal());

const images = (side: number) =>
  sequential([
    input({ shape: [side, side, 8] }),
    conv2d({ filters: 8, kernelSize: 3, activation: 'relu' }),
    flatten(),
    dense({ units: 3 }),
  ]);

/** A slab where a sample of a batch of n takes times(n). */
const slab = (model: ReturnType<typeof images>, times: (n: number) => number) =>
  slabOf(programOf(model.describe(), new Map()), { time: (n) => n * times(n) } as Widths);

describe('slabs', () => {
  test('of convolutions are as narrow as pays, of dense layers 64, of sequences 32', () => {
    expect(slab(images(9), () => 1)).toBe(32);
    expect(slab(images(9), (n) => n)).toBe(4);
    expect(slab(images(9), (n) => Math.abs(n - 8))).toBe(8);
    expect(slab(images(9), (n) => (n === 16 ? 0.94 : 1))).toBe(16);
    expect(slab(images(9), (n) => (n === 16 ? 0.96 : 1))).toBe(32);
    const never = () => {
      throw new Error('Nothing to predict.');
    };
    expect(slab(sequential([input({ shape: [9] }), dense({ units: 3 })]), never)).toBe(64);
    expect(slab(sequential([input({ shape: [5, 9] }), lstm({ units: 3 })]), never)).toBe(32);
  });

  test('a sparse convolution waits for taps of an image that the cache cannot hold, but for those of a single one', () => {
    const data = Float32Array.from({ length: 9 * 32 * 16 }, () => (random.uniform() < 0.1 ? random.normal() : 0));
    const weights = new Weights({ shape: [3, 3, 32, 16], axes: [3, 2, 0, 1], data });
    const time = (form: 'dense' | 'csr' | 'block4', side: number, n: number, far = builtInCosts.far) => {
      const window = windowOf([side, side], [3, 3], [1, 1], 'valid');
      const work = convolutionWork(window, { channels: 32, rows: side, columns: side, rowPitch: side }, 16, n);
      return predict({ ...builtInCosts, far }, form, weights, work);
    };
    const never = { ...builtInCosts.far, near: Infinity };
    for (const form of ['csr', 'block4'] as const) {
      expect(time(form, 20, 8)).toBe(time(form, 20, 8, never)); // 410 kB
      expect(time(form, 20, 16)).toBeGreaterThan(time(form, 20, 16, never));
      expect(time(form, 100, 1)).toBe(time(form, 100, 1, never)); // 1.3 MB
    }
    expect(time('dense', 100, 32)).toBe(time('dense', 100, 32, never));
  });

  test('a batch of many slabs is one answer, that of its samples', () => {
    const model = images(48);
    prune(model, { amount: 0.95 });
    const net = compress(model, { batch: 64 });
    const x = normal(38 * 48 * 48 * 8);
    const { data } = net.predict(x);
    const expected = model.predict(x).data;
    expect(data).toHaveLength(expected.length);
    for (const [i, value] of expected.entries()) expect(Math.abs(data[i] - value)).toBeLessThan(1e-4);
    net.dispose();
  });
});
