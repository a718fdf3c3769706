// What a long training does to the process around it: its memory stays flat and is given back, and the event loop keeps turning. A
// file of its own: elsewhere the garbage of other tests would be collected meanwhile, and counted.

import { expect, test } from 'vitest';
import { memoryUsage } from '../src/engine/index.ts';
import { batchNormalization, conv2d, dense, dropout, flatten, input, maxPooling2d } from '../src/layers/index.ts';
import { proximalL1 } from '../src/regularizers/index.ts';
import { type Model, sequential } from '../src/training/index.ts';

const x = Float32Array.from({ length: 64 * 100 }, (_, i) => ((i * 7919) % 101) / 101);
const y = Uint8Array.from({ length: 100 }, (_, i) => i % 5);

function network(): Model {
  const made = sequential([
    input({ shape: [8, 8, 1] }),
    conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }),
    maxPooling2d(),
    batchNormalization(),
    flatten(),
    dropout({ rate: 0.2 }),
    dense({ units: 5, activation: 'softmax', kernelRegularizer: proximalL1(1e-3) }),
  ]);
  made.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return made;
}

test('dispose gives all memory back', async () => {
  const before = memoryUsage().live;
  const made = network();
  await made.fit(x, y);
  made.compile({ optimizer: 'rmsprop', loss: 'sparseCategoricalCrossentropy' });
  await made.fit(x, y);
  expect(memoryUsage().live).toBeGreaterThan(before);
  made.dispose();
  expect(memoryUsage().live).toBe(before);
  expect(() => made.predict(x)).toThrow('This model was disposed of');
});

test.each([
  ['no weights', {}],
  ['weights', { sampleWeight: y.map((label) => label + 1) }],
])('the memory after 1,000 steps is the memory after 10, with %s', async (_, options) => {
  const made = network();
  const usage: ReturnType<typeof memoryUsage>[] = [];
  let steps = 0;
  const onTrainBatchEnd = () => {
    if (++steps === 10 || steps === 1000) usage.push(memoryUsage());
  };
  await made.fit(x, y, {
    epochs: 251,
    batchSize: 28,
    validationSplit: 0.04,
    callbacks: [{ onTrainBatchEnd }],
    ...options,
  });
  expect(steps).toBeGreaterThan(1000);
  expect(usage[1]).toEqual(usage[0]);
  made.dispose();
});

test('timers fire while fit runs, so that a signal can stop it', async () => {
  const made = network();
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 100);
  const { epoch } = await made.fit(x, y, { epochs: 1_000_000, signal: stop.signal });
  clearTimeout(timer);
  expect(stop.signal.aborted).toBe(true);
  expect(epoch.length).toBeLessThan(1_000_000);
  made.dispose();
});
