import { describe, expect, test } from 'vitest';
import {
  type Callback,
  dense,
  type Model,
  polynomialDecay,
  prune,
  pruning,
  sequential,
  uniform,
} from '../src/index.ts';
import { Random } from '../src/tensor/random.ts';

const random = new Random(2, 'pruning-training');
const [x, y] = [240 * 12, 240 * 3].map((count) => Float32Array.from({ length: count }, () => random.normal()));
const data = [
  { data: x, shape: [240, 12] },
  { data: y, shape: [240, 3] },
] as const;

const net = (): Model =>
  sequential([
    dense({ units: 20, activation: 'tanh', inputShape: [12], name: 'hidden' }),
    dense({ units: 3, name: 'output' }),
  ]);
const kernelOf = (model: Model, layer: string) => model.getLayer(layer).parameters[0];
const zerosOf = (model: Model, layer: string) =>
  kernelOf(model, layer).values.view.filter((value) => value === 0).length;

describe('masks hold through training', () => {
  for (const optimizer of ['sgd', { name: 'sgd', momentum: 0.9, nesterov: true }, 'rmsprop', 'adam'] as const) {
    test(JSON.stringify(optimizer), async () => {
      const model = net();
      model.compile({ optimizer: optimizer as 'sgd', loss: 'mse' });
      // Moments are full before the pruning: they must not bring a weight back.
      await model.fit(...data, { epochs: 2, batchSize: 24 });
      prune(model, { amount: 0.8, scope: uniform });
      const mask = [...(kernelOf(model, 'hidden').mask?.view ?? [])];
      const before = kernelOf(model, 'hidden').values.view.slice();
      await model.fit(...data, { epochs: 3, batchSize: 24 });
      const after = kernelOf(model, 'hidden').values.view;
      expect(mask.filter((keep) => keep === 0)).toHaveLength(192);
      mask.forEach((keep, i) => {
        if (keep) expect(after[i]).not.toBe(before[i]);
        else expect(Math.abs(after[i])).toBe(0);
      });
    });
  }
});

test('gradual pruning during fit reaches each amount at its step, over several fits', async () => {
  const model = net();
  model.compile({ optimizer: 'adam', loss: 'mse' });
  const schedule = polynomialDecay({ initialSparsity: 0, finalSparsity: 0.9, beginStep: 5, endStep: 25, frequency: 5 });
  const callback = pruning({ schedule, scope: uniform });
  const zeros: number[] = [];
  const watch: Callback = { onTrainBatchEnd: () => void zeros.push(zerosOf(model, 'hidden')) };
  await model.fit(...data, { epochs: 2, batchSize: 24, callbacks: [callback, watch] });
  await model.fit(...data, { epochs: 1, batchSize: 24, callbacks: [callback, watch] });
  const expected = Array.from({ length: 30 }, (_, step) => {
    const last = Math.min(25, step - (step % 5));
    return last < 5 ? 0 : Math.round(240 * (0.9 - 0.9 * (1 - (last - 5) / 20) ** 3));
  });
  expect(zeros).toEqual(expected);
  expect(zerosOf(model, 'output')).toBe(0);
  expect(callback.report?.kept).toBe(24);
});
