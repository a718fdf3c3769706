// A masked layer computes with its kept weights alone: the same answers, input gradients and gradients at the kept weights as
// the dense products give, and nothing at the pruned ones.

import { expect, test } from 'vitest';
import { memoryUsage } from '../src/engine/index.ts';
import { conv2d, conv2dTranspose, dense, flatten, input, type SymbolicTensor } from '../src/layers/index.ts';
import { Network } from '../src/model/index.ts';
import { Batch, type Parameter, sizeOf } from '../src/tensor/index.ts';
import { Random } from '../src/tensor/random.ts';
import { run } from './gradient-check.ts';

const cases: Record<string, [shape: number[], build: (x: SymbolicTensor) => SymbolicTensor]> = {
  dense: [[37], (x) => dense({ units: 22, activation: 'relu' }).apply(dense({ units: 30 }).apply(x))],
  'conv2d valid': [[9, 7, 3], (x) => conv2d({ filters: 5, kernelSize: 3 }).apply(x)],
  'conv2d same, strides': [
    [9, 7, 3],
    (x) => {
      const h = conv2d({ filters: 5, kernelSize: [3, 2], strides: [2, 1], padding: 'same' }).apply(x);
      return conv2d({ filters: 4, kernelSize: 2, strides: 2, activation: 'relu' }).apply(h);
    },
  ],
  'conv2d dilated': [[9, 8, 3], (x) => conv2d({ filters: 5, kernelSize: 3, dilationRate: [2, 3] }).apply(x)],
  conv2dTranspose: [
    [4, 3, 3],
    (x) => {
      const h = conv2dTranspose({ filters: 5, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }).apply(
        x,
      );
      return conv2dTranspose({ filters: 4, kernelSize: [2, 3] }).apply(h);
    },
  ],
  'conv2d, dense': [
    [6, 6, 2],
    (x) =>
      dense({ units: 6 }).apply(flatten().apply(conv2d({ filters: 8, kernelSize: 3, activation: 'tanh' }).apply(x))),
  ],
};

/** The network, its kernels masked or only holding zeros where the mask does. */
function make([shape, build]: (typeof cases)[string], keep: number, asMask: boolean): Network {
  const x = input({ shape });
  const network = new Network({ inputs: x, outputs: build(x), seed: 3 });
  const random = new Random(8);
  for (const kernel of kernels(network)) {
    const mask = Float32Array.from({ length: kernel.length }, () => (random.uniform() < keep ? 1 : 0));
    mask.fill(0, 0, Math.ceil(kernel.length / kernel.shape[kernel.axes[0]])); // the first output has no weights left
    kernel.setMask(mask);
    if (!asMask) kernel.setMask(undefined);
  }
  return network;
}

const kernels = (network: Network): Parameter[] => network.parameters.filter(({ prunable }) => prunable);

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  const scale = Math.max(...Array.from(expected, Math.abs), 1e-3);
  const worst = Math.max(...Array.from(expected, (value, i) => Math.abs(value - actual[i])));
  expect(worst / scale, what).toBeLessThanOrEqual(1e-5);
}

for (const [name, example] of Object.entries(cases)) {
  for (const keep of [0, 0.05, 0.3, 0.49]) {
    for (const samples of [1, 20, 70]) {
      test(`${name}: density ${keep}, ${samples} samples: sparse and dense products agree`, () => {
        const sparse = make(example, keep, true);
        const whole = make(example, keep, false);
        for (const kernel of kernels(sparse))
          expect(kernel.pattern?.nnz).toBe(kernel.mask?.view.reduce((a, b) => a + b, 0));
        for (const kernel of kernels(whole)) expect(kernel.pattern).toBeUndefined();
        const random = new Random(4);
        const draw = (length: number) => Float32Array.from({ length }, () => random.uniform(-1, 1));
        const x = draw(samples * sizeOf(example[0]));
        const c = draw(samples * sizeOf(sparse.outputs[0].shape));
        const batch = new Batch(samples, sparse.slabWidth, 16);
        const a = run(sparse, [x], c, batch);
        const b = run(whole, [x], c, batch);
        expectClose(a.output, b.output, 'outputs');
        expectClose(a.gradients[0], b.gradients[0], 'input gradients');
        for (const [i, kernel] of kernels(sparse).entries()) {
          const mask = kernel.mask?.view ?? [];
          const expected = kernels(whole)[i].gradient.view.map((value, position) => value * mask[position]);
          expectClose(kernel.gradient.view, expected, 'weight gradients');
          expect(kernel.gradient.view.every((value, position) => mask[position] === 1 || value === 0)).toBe(true);
        }
        sparse.dispose();
        whole.dispose();
      });
    }
  }
}

test('above half density the products stay dense; a new mask makes a new pattern', () => {
  const network = make(cases.dense, 0.4, true);
  const [kernel] = kernels(network);
  const first = kernel.pattern;
  expect(kernel.pattern).toBe(first);
  kernel.setMask(Float32Array.from({ length: kernel.length }, (_, i) => (i % 10 < 7 ? 1 : 0)));
  expect(kernel.pattern).toBeUndefined();
  kernel.setMask(Float32Array.from({ length: kernel.length }, (_, i) => (i % 10 === 0 ? 1 : 0)));
  expect(kernel.pattern?.nnz).toBe(Math.ceil(kernel.length / 10));
});

test('batches of many widths, one after another, leave only so much behind', () => {
  const [sparse, whole] = [true, false].map((asMask) => make(cases.dense, 0.3, asMask));
  const random = new Random(4);
  const live = Array.from({ length: 24 }, (_, i) => {
    const batch = new Batch(i + 1, sparse.slabWidth);
    const [x, c] = [37, 22].map((features) =>
      Float32Array.from({ length: features * (i + 1) }, () => random.uniform()),
    );
    expectClose(run(sparse, [x], c, batch).output, run(whole, [x], c, batch).output, `${i + 1} samples`);
    return memoryUsage().live;
  });
  expect(live[7]).toBeGreaterThan(live[0]);
  expect(live[23]).toBe(live[7]);
  sparse.dispose();
  whole.dispose();
});
