// The samples that criteria look at: checked as fit checks its own; looking at them leaves the model's states and penalties out of it.

import { expect, test } from 'vitest';
import { activityRegularization, dense, input, lstm } from '../src/layers/index.ts';
import { meanGradients } from '../src/pruning/collect/gradients.ts';
import { criterion, fisher, prune, rigl, taylor, wanda } from '../src/pruning/index.ts';
import { l2 } from '../src/regularizers/index.ts';
import { model, sequential } from '../src/training/index.ts';
import { classifier, kernels, maskOf, numbers, task } from './pruning-fixture.ts';

const { x, y } = task(64);

test('targets out of range are refused, with the message of fit', async () => {
  const made = classifier();
  const before = made.toBytes();
  for (const label of [9, 1e5, -5000, 0.5]) {
    const data = { x, y: new Float32Array(64).fill(label) };
    const message = `expected whole-number labels from 0 to 2, got ${label} at position 0`;
    await expect(made.fit(x, data.y)).rejects.toThrow(message);
    for (const rank of [taylor, fisher]) {
      expect(() => prune(made, { amount: 0.5, criterion: rank, data })).toThrow(`data.y: ${message}`);
    }
    expect(made.toBytes()).toEqual(before);
  }
  prune(made, { amount: 0.5 });
  const callbacks = [rigl({ beginStep: 0, endStep: 9, data: { x, y: y.map((label) => label + 1) } })];
  await expect(made.fit(x, y, { callbacks })).rejects.toThrow(
    'data.y: expected whole-number labels from 0 to 2, got 3',
  );

  const yesNo = sequential([dense({ units: 1, activation: 'sigmoid', inputShape: [12] })]);
  yesNo.compile({ optimizer: 'sgd', loss: 'binaryCrossentropy' });
  const five = { x, y: new Float32Array(64).fill(5) };
  expect(() => prune(yesNo, { amount: 0.5, criterion: taylor, data: five })).toThrow('targets from 0 to 1, got 5');
});

test('of several outputs the targets of each are checked against its own loss', () => {
  const a = input({ shape: [12] });
  const classes = dense({ units: 3, activation: 'softmax' }).apply(a);
  const made = model({ inputs: a, outputs: [dense({ units: 1 }).apply(a), classes] });
  made.compile({ optimizer: 'sgd', loss: ['mse', 'sparseCategoricalCrossentropy'] });
  const data = (labels: Float32Array) => ({ x, y: [new Float32Array(64).fill(9), labels] });
  expect(() => prune(made, { amount: 0.5, criterion: taylor, data: data(new Float32Array(64).fill(9)) })).toThrow(
    'data.y[1]: expected whole-number labels from 0 to 2, got 9',
  );
  expect(prune(made, { amount: 0.5, criterion: taylor, data: data(y) }).density).toBe(0.5);
});

test('options of data that nobody reads are refused', () => {
  const data = { x, y, batchs: 1 };
  for (const rank of [taylor, wanda]) {
    expect(() => prune(classifier(), { amount: 0.5, criterion: rank, data })).toThrow(
      "Pruning: data: unknown option 'batchs': expected one of x, y, batches, firstBatch, batchSize",
    );
  }
});

test('gradients are those of the loss alone, without penalties on weights or activations', () => {
  const build = (penalty?: ReturnType<typeof l2>) => {
    const inner = sequential(
      [dense({ units: 6, inputShape: [12], kernelRegularizer: penalty, activityRegularizer: penalty })],
      { name: 'inner' },
    );
    const layers = [inner, ...(penalty ? [activityRegularization({ l2: 100 })] : []), dense({ units: 3 })];
    const made = sequential(layers, { seed: 4 });
    made.compile({ optimizer: 'sgd', loss: 'mse' });
    return made;
  };
  const data = { x, y: numbers(192) };
  const [plain, penalized] = [build(), build(l2(100))];
  penalized.setWeights(plain.getWeights());
  const gradients = [plain, penalized].map((made) => {
    const parameters = kernels(made);
    const found = meanGradients(made, data, parameters);
    return parameters.map((parameter) => [...(found.get(parameter) ?? [])]);
  });
  expect(gradients[1]).toEqual(gradients[0]);
});

test('a stateful layer keeps its states, and begins each batch of the data from zero', async () => {
  const build = () => {
    const inner = sequential([lstm({ units: 4, stateful: true, inputShape: [3, 4] })], { name: 'inner' });
    const made = sequential([inner, dense({ units: 3, activation: 'softmax' })], { seed: 2 });
    made.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
    return made;
  };
  const data = { x, y, batchSize: 7 };
  const all = criterion({ needs: ['gradients', 'inputNorms'], score: ({ gradients }) => gradients.map(Math.abs) });
  const [fresh, used] = [build(), build()];
  for (let i = 0; i < 3; i++) used.predict(x.subarray(0, 16 * 12));
  const { states } = used;
  for (const made of [fresh, used]) prune(made, { amount: 0.5, criterion: all, data });
  expect(used.states).toEqual(states);
  expect(fresh.states).toEqual({});
  expect(kernels(used).map(maskOf)).toEqual(kernels(fresh).map(maskOf));

  expect(() => prune(used, { amount: 0.6, criterion: all, data: { ...data, y: y.map(() => 4) } })).toThrow('got 4');
  expect(used.states).toEqual(states);

  used.resetStates();
  const seen: object[] = [];
  const look = { onTrainBatchBegin: () => void seen.push(used.states) };
  const callbacks = [look, rigl({ beginStep: 0, endStep: 9, frequency: 1, data }), look];
  await used.fit(x, y, { batchSize: 16, callbacks });
  for (let i = 0; i < seen.length; i += 2) expect(seen[i + 1]).toEqual(seen[i]);
  expect(seen[2]).not.toEqual(seen[4]);
});
