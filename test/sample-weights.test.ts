// Weights of samples in fit and evaluate: against PyTorch (test/golden/weights.py), and by laws that need no number.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as e from '../src/index.ts';
import { drawer } from './golden-fixture.ts';
import { bits, classifier, expectTraining, type GoldenTraining, points } from './training-fixture.ts';

const golden: Record<'sampleWeight' | 'classWeight', GoldenTraining> = JSON.parse(
  readFileSync(new URL('golden/weights.json', import.meta.url), 'utf8'),
);

const positive = (length: number, seed = 22) => drawer(seed)(length).map((v) => v + 1);
const largestGap = (a: e.Model, b: e.Model) =>
  Math.max(...bits(a).flatMap((values, i) => values.map((v, j) => Math.abs(v - bits(b)[i][j]))));

test.each([
  ['sampleWeight', { sampleWeight: positive(10) }],
  ['classWeight', { classWeight: { 1: 3, 2: 0.5 } }],
] as const)('a training with %s is PyTorch’s: same losses, same weights', async (name, options) => {
  await expectTraining(golden[name], options);
});

/** A loss of each kind, and targets for it. */
const kinds: [loss: e.LossChoice, target: (label: number) => number[]][] = [
  ['sparseCategoricalCrossentropy', (label) => [label]],
  ['categoricalCrossentropy', (label) => [0, 1, 2].map((c) => (c === label ? 1 : 0))],
  ['binaryCrossentropy', (label) => [0, 1, 2].map((c) => (c === label ? 1 : 0))],
  ['mse', (label) => [label, 1, -label]],
  ['mae', (label) => [label, 1, -label]],
  [e.huber({ delta: 0.3 }), (label) => [label, 1, -label]],
  [
    e.customLoss({
      name: 'nll',
      value: ([label], p) => -Math.log(p[label]),
      gradient: ([label], p) => p.map((v, c) => (c === label ? -1 / v : 0)),
      targetShape: () => [1],
    }),
    (label) => [label],
  ],
];

describe.each(kinds)('%o', (loss, target) => {
  const { x, y } = points(37);
  /** After one step on these samples, as large as if the loss were a sum. */
  const stepped = (samples: number[], sampleWeight?: number[]) => {
    const made = classifier();
    made.compile({ optimizer: e.sgd({ learningRate: 0.01 * samples.length }), loss });
    const inputs = samples.flatMap((i) => Array.from(x.subarray(2 * i, 2 * i + 2)));
    made.trainOnBatch(
      inputs,
      samples.flatMap((i) => target(y[i])),
      { sampleWeight },
    );
    return made;
  };
  const all = Array.from(y.keys());

  test('a sample of weight 2 is that sample twice; one of weight 0 is none', () => {
    const twice = stepped(
      all,
      all.map((i) => (i === 5 || i === 36 ? 2 : 1)),
    );
    expect(largestGap(twice, stepped([...all, 5, 36]))).toBeLessThan(1e-6);
    expect(largestGap(twice, stepped(all))).toBeGreaterThan(1e-4);
    const without = stepped(
      all,
      all.map((i) => (i % 3 === 0 ? 0 : 1)),
    );
    expect(largestGap(without, stepped(all.filter((i) => i % 3 !== 0)))).toBeLessThan(1e-6);
  });

  test('weights of 1 give the bits of no weights', async () => {
    const trained = async (options: e.FitOptions) => {
      const made = classifier();
      made.compile({ optimizer: 'adam', loss });
      const { history } = await made.fit(x, Array.from(y).flatMap(target), { epochs: 2, batchSize: 8, ...options });
      return { bits: bits(made), history };
    };
    expect(await trained({ sampleWeight: new Array(37).fill(1) })).toEqual(await trained({}));
  });
});

test('weights follow their samples through shuffling and short batches', async () => {
  const { x, y } = points(77);
  const shares = Array.from(y.keys(), (i) => 2 ** -(i % 4));
  // −Σ t·log p is linear in t, and a power of 2 rounds nothing.
  const train = async (share: (i: number) => number, options: e.FitOptions) => {
    const made = classifier(3, [e.dropout({ rate: 0.2 })]);
    made.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
    const targets = Array.from(y).flatMap((label, i) => [0, 1, 2].map((c) => (c === label ? share(i) : 0)));
    const { history } = await made.fit(x, targets, { epochs: 3, batchSize: 16, ...options });
    return { history, bits: bits(made) };
  };
  const weighted = await train(() => 1, { sampleWeight: shares });
  expect(weighted).toEqual(await train((i) => shares[i], {}));
  expect(weighted).not.toEqual(await train(() => 1, { sampleWeight: shares.toReversed() }));
});

test('training resumes with weights bit for bit', async () => {
  const { x, y } = points(90);
  const sampleWeight = positive(90);
  const whole = classifier(2, [e.dropout({ rate: 0.2 })]);
  await whole.fit(x, y, { epochs: 4, sampleWeight });
  const half = classifier(2, [e.dropout({ rate: 0.2 })]);
  await half.fit(x, y, { epochs: 2, sampleWeight });
  const resumed = await e.loadModel(half.toBytes());
  await resumed.fit(x, y, { epochs: 4, initialEpoch: 2, sampleWeight });
  expect(bits(resumed)).toEqual(bits(whole));
});

test('the loss is weighted; penalties and metrics are not', () => {
  const { x, y } = points(50);
  const made = e.sequential([
    e.dense({ units: 3, activation: 'softmax', kernelRegularizer: e.l1(0.02), inputShape: [2] }),
  ]);
  made.compile({ loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const sampleWeight = positive(50);
  const penalty = 0.02 * made.getWeights()[0].data.reduce((sum, w) => sum + Math.abs(w), 0);
  const p = made.predict(x).data;
  const loss = sampleWeight.reduce((sum, w, i) => sum - w * Math.log(p[3 * i + y[i]]), 0) / 50;
  for (const batchSize of [1, 16, 50]) {
    const logs = made.evaluate(x, y, { sampleWeight, batchSize });
    expect(logs.loss).toBeCloseTo(loss + penalty, 5);
    expect(logs.accuracy).toBe(made.evaluate(x, y).accuracy);
  }
  expect(made.testOnBatch(x, y, { sampleWeight }).loss).toBeCloseTo(loss + penalty, 5);
  expect(made.evaluate(x, y, { sampleWeight: new Uint8Array(50) }).loss).toBeCloseTo(penalty, 6);
});

test('validation is weighed by weights of its own, split off or given', async () => {
  const { x, y } = points(50);
  const sampleWeight = positive(50);
  const made = classifier();
  const { history } = await made.fit(x, y, { epochs: 2, validationSplit: 0.3, sampleWeight });
  const last = made.evaluate(x.subarray(70), y.subarray(35), { sampleWeight: sampleWeight.subarray(35) });
  expect(history.valLoss[1]).toBe(last.loss);
  expect(history.valLoss[1]).not.toBe(made.evaluate(x.subarray(70), y.subarray(35)).loss);
  const other = classifier();
  const given = await other.fit(x.subarray(0, 70), y.subarray(0, 35), {
    epochs: 2,
    sampleWeight: { data: sampleWeight.subarray(0, 35), shape: [35, 1] },
    validationData: [x.subarray(70), y.subarray(35), sampleWeight.subarray(35)],
  });
  expect(given.history).toEqual(history);
});

test('sparse inputs are weighed as dense ones', async () => {
  const { y } = points(40);
  const x = Float32Array.from(y, (label) => label).map((label, i) => (i % 2 ? label - 1 : 0.5));
  const rows = Array.from(x, (v, i) => (i % 3 ? [v, 0] : [0, v]));
  const train = async (input: e.SamplesInput) => {
    const made = classifier();
    await made.fit(input, y, { epochs: 3, batchSize: 16, sampleWeight: positive(40) });
    return made;
  };
  const sparse = await train(e.CsrMatrix.fromDense(rows.flat(), { rows: 40, columns: 2 }));
  expect(largestGap(sparse, await train(rows))).toBeLessThan(1e-5);
});

test('several outputs share an array, or have one each', async () => {
  const x = e.input({ shape: [2] });
  const outputs = [
    e.dense({ units: 3, activation: 'softmax', name: 'kind' }).apply(x),
    e.dense({ units: 1, name: 'size' }).apply(x),
  ];
  const made = e.model({ inputs: x, outputs });
  made.compile({ loss: ['sparseCategoricalCrossentropy', 'mse'], lossWeights: [1, 0.25] });
  const data = points(30);
  const y = [data.y, data.y];
  const [first, second] = [positive(30), positive(30, 5)];
  const [both, ofFirst, ofSecond] = [[first, second], first, second].map((sampleWeight) =>
    made.evaluate(data.x, y, { sampleWeight }),
  );
  expect(both.kindLoss).toBe(ofFirst.kindLoss);
  expect(both.sizeLoss).toBe(ofSecond.sizeLoss);
  expect(both.loss).toBeCloseTo(both.kindLoss + 0.25 * both.sizeLoss, 6);
  expect(ofFirst.sizeLoss).not.toBe(ofSecond.sizeLoss);
  const refused = (options: e.FitOptions, message: string) =>
    expect(made.fit(data.x, y, options)).rejects.toThrow(message);
  await refused({ sampleWeight: [first, second, first] }, 'a list of 2, one for each output, got 3');
  await refused({ sampleWeight: [first, second.subarray(1)] }, 'sampleWeight[1] (size): expected a weight');
  await refused({ classWeight: { 1: 2 } }, 'expected a model of one output, got one of 2: give sampleWeight');
});
