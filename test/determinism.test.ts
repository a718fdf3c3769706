// One seed, the same bits: on every Node version, and (test/package.test.ts) in the browser. The sum below was computed on
// Node 20; it changes only when the mathematics of training, or the order of a sum, does.

import { expect, test } from 'vitest';
import { crc32 } from '../src/format/crc32.ts';
import {
  adam,
  batchNormalization,
  conv2d,
  dense,
  dropout,
  flatten,
  generateDigits,
  input,
  type Model,
  maxPooling2d,
  polynomialDecay,
  proximalL1,
  pruning,
  sequential,
  sgd,
} from '../src/index.ts';

async function trained(seed: number): Promise<Model> {
  const { images, labels } = generateDigits({ count: 200, seed: 5, size: 14 });
  const model = sequential(
    [
      input({ shape: [14, 14, 1] }),
      conv2d({ filters: 12, kernelSize: 3, padding: 'same', kernelInitializer: 'heNormal' }),
      batchNormalization({ momentum: 0.9 }),
      maxPooling2d(),
      conv2d({ filters: 16, kernelSize: 3, padding: 'same', activation: 'tanh' }),
      flatten(),
      dropout({ rate: 0.25 }),
      dense({ units: 24, activation: 'sigmoid', kernelRegularizer: proximalL1(0.05) }),
      dense({ units: 10, activation: 'softmax' }),
    ],
    { seed },
  );
  model.compile({ optimizer: adam({ learningRate: 0.01 }), loss: 'sparseCategoricalCrossentropy' });
  const schedule = polynomialDecay({ initialSparsity: 0, finalSparsity: 0.8, beginStep: 4, endStep: 20, frequency: 4 });
  await model.fit(images, labels, { epochs: 3, batchSize: 25, callbacks: [pruning({ schedule })] });
  model.compile({ optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }), loss: 'sparseCategoricalCrossentropy' });
  await model.fit(images, labels, { epochs: 2, batchSize: 64 });
  return model;
}

const sum = (model: Model): number =>
  crc32(new Uint8Array(Float32Array.from(model.getWeights().flatMap(({ data }) => Array.from(data))).buffer));

test('training is bit-identical for a seed, and differs for another', async () => {
  const first = await trained(11);
  expect(sum(await trained(11))).toBe(sum(first));
  expect(sum(await trained(12))).not.toBe(sum(first));
  expect(sum(first).toString(16)).toBe('ecfffe80');
});
