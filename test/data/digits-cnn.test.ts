// The built-in digits are for a convolutional network: the article's passes 98% on digits it has not seen, where a linear model
// stays below 95% (digits.test.ts). One seed, so that the figure is the same on every machine.

import { expect, test } from 'vitest';
import { conv2d, dense, flatten, generatedDigits, input, maxPooling2d, sequential } from '../../src/index.ts';

test('the article’s CNN passes 98% in four epochs', async () => {
  const digits = generatedDigits({ train: 10_000, test: 2_000 });
  const model = sequential([
    input({ shape: [28, 28, 1] }),
    conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
    maxPooling2d(),
    conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
    maxPooling2d(),
    flatten(),
    dense({ units: 64, activation: 'relu' }),
    dense({ units: 10, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  await model.fit(digits.train.images, digits.train.labels, { epochs: 4, batchSize: 64 });
  expect(model.evaluate(digits.test.images, digits.test.labels).accuracy).toBeGreaterThan(0.98);
});
