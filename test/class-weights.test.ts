// Weights of classes, and of the steps and pixels of a sample: what they are in terms of the weights of samples, and who refuses them.

import { describe, expect, test } from 'vitest';
import * as e from '../src/index.ts';
import { drawer } from './golden-fixture.ts';
import { bits, classifier, points } from './training-fixture.ts';

const positive = (length: number, seed = 22) => drawer(seed)(length).map((v) => v + 1);
const table = [1, 3, 0.5];

describe('classWeight', () => {
  const { x, y } = points(90);
  const oneHot = Array.from(y).flatMap((label) => [0, 1, 2].map((c) => (c === label ? 1 : 0)));
  const trained = async (loss: e.LossName, targets: ArrayLike<number>, options: e.FitOptions) => {
    const made = classifier();
    made.compile({ optimizer: 'adam', loss });
    await made.fit(x, targets, { epochs: 2, ...options });
    return bits(made);
  };

  test('is the sampleWeight of each label, by labels or one-hot, by a list or by some classes', async () => {
    const sampleWeight = Array.from(y, (label) => table[label]);
    const expected = await trained('sparseCategoricalCrossentropy', y, { sampleWeight });
    expect(await trained('sparseCategoricalCrossentropy', y, { classWeight: table })).toEqual(expected);
    expect(await trained('sparseCategoricalCrossentropy', y, { classWeight: { 2: 0.5, 1: 3 } })).toEqual(expected);
    expect(await trained('categoricalCrossentropy', oneHot, { classWeight: Float32Array.from(table) })).toEqual(
      await trained('categoricalCrossentropy', oneHot, { sampleWeight }),
    );
    const plain = await trained('categoricalCrossentropy', oneHot, {});
    expect(await trained('categoricalCrossentropy', oneHot, { classWeight: { 0: 1 } })).toEqual(plain);
    expect(plain).not.toEqual(expected);
  });

  test('weighs one batch, and not what is for validation', async () => {
    const made = classifier();
    const sampleWeight = Array.from(y, (label) => table[label]);
    const { loss } = made.evaluate(x, y, { sampleWeight, batchSize: 90 });
    expect(made.trainOnBatch(x, y, { classWeight: table }).loss).toBeCloseTo(loss, 6);
    const { history } = await made.fit(x, y, { classWeight: table, validationSplit: 0.5 });
    expect(history.valLoss[0]).toBe(made.evaluate(x.subarray(90), y.subarray(45)).loss);
  });

  test('of one output for yes and no', async () => {
    const train = async (options: e.FitOptions) => {
      const made = e.sequential([e.dense({ units: 1, activation: 'sigmoid', inputShape: [2] })]);
      made.compile({ optimizer: 'adam', loss: 'binaryCrossentropy' });
      const yes = y.map((label) => (label === 1 ? 1 : 0));
      await made.fit(x, yes, options);
      await expect(made.fit(x, yes, { classWeight: { 2: 1 } })).rejects.toThrow('classes from 0 to 1');
      return bits(made);
    };
    expect(await train({ classWeight: { 1: 5 } })).toEqual(
      await train({ sampleWeight: Array.from(y, (label) => (label === 1 ? 5 : 1)) }),
    );
  });

  test('refuses targets that are no classes', async () => {
    const refused = (units: number, loss: e.LossChoice, targets: ArrayLike<number>, message: string) => {
      const made = e.sequential([e.dense({ units, inputShape: [2] })]);
      made.compile({ loss });
      return expect(made.fit([0, 0, 1, 1], targets, { classWeight: { 1: 5 } })).rejects.toThrow(message);
    };
    const advice = 'for targets that are no classes give sampleWeight.';
    await refused(1, 'mse', [1, 0.25], `classWeight: expected labels from 0 to 1 as targets, got 0.25 at 1: ${advice}`);
    await refused(1, 'mae', [1, 7], `expected labels from 0 to 1 as targets, got 7 at 1: ${advice}`);
    await refused(2, e.huber(), [0, 1, 2, 0], `expected one-hot targets, one 1 among 0s, got [2, 0] at 1: ${advice}`);
    await refused(2, 'binaryCrossentropy', [1, 1, 0, 1], 'one 1 among 0s, got [1, 1] at 0');
    await refused(2, 'categoricalCrossentropy', [0, 1, 0.5, 0.5], 'one 1 among 0s, got [0.5, 0.5] at 1');
  });
});

describe('weights of pixels', () => {
  const [count, rows, columns] = [11, 3, 4];
  const x = drawer(5)(count * rows * columns);
  const labels = Uint8Array.from(x, (v) => (v < -0.3 ? 0 : v < 0.3 ? 1 : 2));
  const made = () => {
    const convolution = e.conv2d({ filters: 3, kernelSize: 1, activation: 'softmax', inputShape: [rows, columns, 1] });
    const model = e.sequential([convolution], { seed: 1 });
    model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
    return model;
  };

  test('are the classes’ of their labels, in any of the shapes of labels', async () => {
    const train = async (options: e.FitOptions) => {
      const model = made();
      await model.fit(x, labels, { epochs: 2, batchSize: 4, ...options });
      return bits(model);
    };
    const data = Float32Array.from(labels, (label) => table[label]);
    const expected = await train({ classWeight: table });
    expect(await train({ sampleWeight: data })).toEqual(expected);
    expect(await train({ sampleWeight: { data, shape: [count, rows, columns] } })).toEqual(expected);
    expect(await train({ sampleWeight: { data, shape: [count, rows, columns, 1] } })).toEqual(expected);
    expect(await train({ sampleWeight: new Float32Array(data.length).fill(1) })).toEqual(await train({}));
  });

  test('make a mean over all pixels; that of a sample counts for each of its pixels', () => {
    const model = made();
    const p = model.predict(x).data;
    const pixels = rows * columns;
    const mean = (weight: (i: number) => number) =>
      labels.reduce((sum, label, i) => sum - weight(i) * Math.log(p[3 * i + label]), 0) / labels.length;
    const [byPixel, bySample] = [positive(labels.length), positive(count)];
    const loss = (sampleWeight: Float32Array) => model.evaluate(x, labels, { sampleWeight, batchSize: 4 }).loss;
    expect(loss(byPixel)).toBeCloseTo(
      mean((i) => byPixel[i]),
      5,
    );
    expect(loss(bySample)).toBeCloseTo(
      mean((i) => bySample[Math.floor(i / pixels)]),
      5,
    );
    expect(() => loss(byPixel.subarray(1))).toThrow('each sample, [11] or [11, 3, 4], got 131 numbers.');
  });
});

const tokens = [
  [1, 2, 3, 4, 1],
  [2, 3, 0, 0, 0],
  [4, 0, 0, 0, 0],
];

test.each([
  ['sparseCategoricalCrossentropy', 1],
  ['mse', 4],
] as [e.LossName, number][])('padded steps stay out of a weighted %s', (loss, size) => {
  const model = e.sequential([
    e.embedding({ inputDim: 5, outputDim: 3, maskZero: true, inputShape: [5] }),
    e.timeDistributed({ layer: e.dense({ units: 4, activation: 'softmax' }) }),
  ]);
  model.compile({ optimizer: e.sgd({ learningRate: 1 }), loss });
  const y = { data: Float32Array.from({ length: 15 * size }, (_, i) => (i * 7) % 4), shape: [3, 5, size] };
  const p = model.predict(tokens).data;
  const ofStep = (i: number) =>
    size === 1
      ? -Math.log(p[4 * i + y.data[i]])
      : [0, 1, 2, 3].reduce((sum, c) => sum + (p[4 * i + c] - y.data[4 * i + c]) ** 2, 0) / 4;
  const real = tokens.flat().flatMap((id, i) => (id > 0 ? [i] : []));
  const mean = (weight: (i: number) => number) => real.reduce((sum, i) => sum + weight(i) * ofStep(i), 0) / real.length;
  const [bySample, byStep] = [positive(3), positive(15)];
  const evaluated = (sampleWeight: Float32Array) => model.evaluate(tokens, y, { sampleWeight }).loss;
  expect(evaluated(bySample)).toBeCloseTo(
    mean((i) => bySample[Math.floor(i / 5)]),
    5,
  );
  expect(evaluated(byStep)).toBeCloseTo(
    mean((i) => byStep[i]),
    5,
  );
  const before = model.getWeights()[0].data.slice();
  model.trainOnBatch(tokens, y, { sampleWeight: [0, 1, 0] });
  const moved = model.getWeights()[0].data.map((v, i) => (v === before[i] ? 0 : 1));
  expect(Array.from(moved), 'only the tokens of the sample that counts').toEqual(
    [0, 0, 1, 1, 0].flatMap((isMoved) => [isMoved, isMoved, isMoved]),
  );
  model.dispose();
});

test('a loss weighs no finer than it can, and one that weighs nothing says so', async () => {
  const x = drawer(5)(30);
  const labels = Uint8Array.from({ length: 10 }, (_, i) => i % 2);
  const squared = (weightShape?: () => number[]): e.Loss => {
    const made = e.customLoss({ name: 'own', value: () => 0, gradient: (y) => y, targetShape: () => [5, 1] });
    return { ...made, weightShape };
  };
  const refused = (loss: e.Loss, options: e.FitOptions, message: string) => {
    const model = e.sequential([e.conv1d({ filters: 1, kernelSize: 1, inputShape: [5, 3] })]);
    model.compile({ loss });
    return expect(model.fit(x, labels, options)).rejects.toThrow(message);
  };
  await refused(squared(), { sampleWeight: [1, 2] }, "the loss 'own' takes no weights: use customLoss(), or give it");
  const whole = squared(() => [1]);
  await refused(whole, { sampleWeight: positive(10) }, 'expected a weight for each sample, [2], got 10 numbers.');
  await refused(whole, { classWeight: { 1: 2 } }, "the loss 'own' weighs whole samples, got 5 labels for each");
});
