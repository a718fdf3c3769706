// init({ deterministic: false }): training on relaxed SIMD. Where the machine lacks it, all of this holds on plain SIMD.

import { expect, test } from 'vitest';
import { fastKernels, kernels } from '../src/engine/index.ts';
import {
  adam,
  batchNormalization,
  conv2d,
  dense,
  flatten,
  gemm,
  generateDigits,
  init,
  input,
  type Model,
  maxPooling2d,
  prune,
  sequential,
} from '../src/index.ts';

init({ deterministic: false });
init({ relaxed: true }); // which leaves what the first call said

const { images, labels } = generateDigits({ count: 400, seed: 5, size: 14 });

function network(): Model {
  const model = sequential(
    [
      input({ shape: [14, 14, 1] }),
      conv2d({ filters: 9, kernelSize: 3, padding: 'same', activation: 'relu' }),
      batchNormalization({ momentum: 0.9 }),
      maxPooling2d(),
      conv2d({ filters: 8, kernelSize: 3, activation: 'relu' }),
      flatten(),
      dense({ units: 23, activation: 'tanh' }),
      dense({ units: 10, activation: 'softmax' }),
    ],
    { seed: 3 },
  );
  model.compile({
    optimizer: adam({ learningRate: 0.01 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  return model;
}

const weights = (model: Model): Float32Array[] => model.getWeights().map(({ data }) => Float32Array.from(data));

test('training runs on the fast kernels; a product that did not ask for them rounds as everywhere', () => {
  expect(kernels()).toBe(fastKernels());
  const a = Float32Array.from({ length: 64 }, (_, i) => Math.fround(1 / (i + 3)));
  const product = gemm(a, a, { m: 8, k: 8, n: 8 });
  const rounded = Float32Array.from({ length: 64 }, (_, place) => {
    const [i, j] = [place >> 3, place & 7];
    let sum = 0;
    for (let t = 0; t < 8; t++) sum = Math.fround(sum + Math.fround(a[8 * i + t] * a[8 * t + j]));
    return sum;
  });
  expect(product).toEqual(rounded);
});

test('it learns, repeats itself on one machine, and prunes for good', async () => {
  const [model, again] = [network(), network()];
  for (const each of [model, again]) await each.fit(images, labels, { epochs: 8, batchSize: 50 });
  expect(weights(model)).toEqual(weights(again));
  const { accuracy } = model.evaluate(images, labels) as { accuracy: number };
  expect(accuracy).toBeGreaterThan(0.95);
  prune(model, { amount: 0.5 });
  const zeros = (of: Model) => weights(of).map((values) => values.reduce((count, w) => count + Number(w === 0), 0));
  const pruned = zeros(model);
  await model.fit(images, labels, { epochs: 4, batchSize: 50 });
  expect(zeros(model)).toEqual(pruned);
  expect((model.evaluate(images, labels) as { accuracy: number }).accuracy).toBeGreaterThan(0.95);
});
