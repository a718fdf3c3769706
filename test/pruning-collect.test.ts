// What criteria are given: of models with several inputs and outputs, of nested and shared layers; and that collecting leaves nothing behind.

import { expect, test } from 'vitest';
import { memoryUsage } from '../src/engine/index.ts';
import { add, conv2d, dense, flatten, input, squeezeExcitation } from '../src/layers/index.ts';
import { meanGradients } from '../src/pruning/collect/gradients.ts';
import { criterion, fisher, global, magnitude, obs, prune, synflow, taylor, wanda } from '../src/pruning/index.ts';
import { model, sequential } from '../src/training/index.ts';
import { drawer } from './golden-fixture.ts';
import { classifier, maskOf, parameterOf, task, zeros } from './pruning-fixture.ts';

const { x, y } = task();

test('several inputs and outputs, a nested model, a shared layer: the gradients are those of training', () => {
  const [a, b] = [input({ shape: [12], name: 'a' }), input({ shape: [12], name: 'b' })];
  const shared = dense({ units: 7, activation: 'tanh', name: 'shared' });
  const inner = sequential([dense({ units: 7, inputShape: [7], name: 'deep' })], { name: 'inner' });
  const joined = add().apply([inner.apply(shared.apply(a)), shared.apply(b)]);
  const first = dense({ units: 3, activation: 'softmax', name: 'first' }).apply(joined);
  const second = dense({ units: 2, name: 'second' }).apply(joined);
  const made = model({ inputs: [a, b], outputs: [first, second] });
  made.compile({ optimizer: 'sgd', loss: ['sparseCategoricalCrossentropy', 'mse'], lossWeights: [1, 0.5] });
  const data = { x: [x, drawer(5)(x.length)], y: [y, drawer(6)(480)] };
  const kernels = made.parameters.filter(({ prunable }) => prunable);
  const gradients = meanGradients(made, { ...data, batchSize: 50 }, kernels);
  const before = kernels.map((kernel) => kernel.read().data);
  made.optimizer.learningRate = 0.5;
  made.trainOnBatch(data.x, data.y);
  for (const [k, kernel] of kernels.entries()) {
    const after = kernel.read().data;
    for (const [i, g] of (gradients.get(kernel) as Float32Array).entries()) {
      expect((before[k][i] - after[i]) / 0.5).toBeCloseTo(g, 5);
    }
  }
  const { layers } = prune(made, { criterion: taylor, scope: global, amount: 0.6, data });
  expect(layers.map(({ layer }) => layer).sort()).toEqual(['first', 'inner/deep', 'second', 'shared']);
  expect(prune(made, { criterion: synflow, amount: 0.7, iterations: 3 }).layers).toHaveLength(4);
  let rows = 0;
  const counting = criterion({
    needs: ['inputs'],
    score(subject) {
      if (subject.layerName === 'shared') [rows] = subject.inputs.shape;
      return magnitude(subject);
    },
  });
  prune(made, { criterion: counting, amount: 0.75, data: { x: data.x, batches: 2, batchSize: 20 } });
  expect(rows).toBe(80);
  expect(() => prune(made, { criterion: taylor, amount: 0.8, data: { x, y } })).toThrow(
    'expected a list of 2 arrays as data.x',
  );
});

test('firstBatch goes round and round', () => {
  const made = classifier();
  const kernel = parameterOf(made, 'first');
  const of = (data: object) => [
    ...(meanGradients(made, { x, y, batchSize: 100, ...data }, [kernel]).get(kernel) ?? []),
  ];
  const part = (from: number, to: number) => [
    ...(meanGradients(made, { x: x.slice(12 * from, 12 * to), y: y.slice(from, to) }, [kernel]).get(kernel) ?? []),
  ];
  const close = (actual: number[], expected: number[]) => {
    for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 6);
  };
  close(of({ batches: 1, firstBatch: 2 }), part(200, 240));
  close(of({ batches: 1, firstBatch: 3 }), part(0, 100));
  close(of({ batches: 2, firstBatch: 4 }), part(100, 240));
  close(of({ firstBatch: 7 }), part(0, 240));
});

test('layers that cannot be pruned are skipped and listed, or an error if strict', () => {
  const made = sequential([
    conv2d({ filters: 8, kernelSize: 3, inputShape: [6, 6, 1], name: 'conv' }),
    squeezeExcitation({ name: 'gate' }),
    flatten(),
    dense({ units: 2, name: 'out' }),
  ]);
  const reason = "a layer of type 'squeezeExcitation' has no parameters marked prunable";
  expect(prune(made, { amount: 0.5 }).skipped).toEqual([{ layer: 'gate', reason }]);
  expect(() => prune(made, { amount: 0.7, strict: true })).toThrow(`strict: gate: ${reason}`);
  expect(zeros(maskOf(parameterOf(made, 'conv')))).toBe(36);
  expect(prune(made, { amount: 0.7, strict: true, skip: ['gate'] }).skipped).toEqual([]);
});

test('collecting leaves no memory behind, whatever was asked for', () => {
  const made = classifier();
  const data = { x, y, batchSize: 40 };
  const all = () => {
    for (const rule of [taylor, fisher, wanda, obs(), synflow]) {
      prune(made, { criterion: rule, amount: 0.5, data, iterations: 2, regrow: true });
    }
  };
  all();
  all();
  const before = memoryUsage();
  for (let round = 0; round < 10; round++) all();
  expect(memoryUsage()).toEqual(before);
});
