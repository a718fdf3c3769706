// fit, evaluate, predict: against PyTorch's training, and against sums done here.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { activation, add, dense, input } from '../src/layers/index.ts';
import { adam } from '../src/optimizers/index.ts';
import { l1, proximalL1, type Regularizer } from '../src/regularizers/index.ts';
import { loadModel, model, sequential } from '../src/training/index.ts';
import { drawer } from './golden-fixture.ts';
import { argmax, bits, classifier, expectTraining, type GoldenTraining, points, rows } from './training-fixture.ts';

const golden: { training: GoldenTraining } = JSON.parse(
  readFileSync(new URL('golden/training.json', import.meta.url), 'utf8'),
);

test('a whole training is PyTorch’s: same losses, same weights', () => expectTraining(golden.training));

test('fit learns, and evaluate counts what predict says', async () => {
  const { x, y } = points(300);
  const made = classifier();
  const { history } = await made.fit(x, y, { epochs: 10 });
  expect(history.accuracy[9]).toBeGreaterThan(0.97);
  const figures = made.evaluate(x, y, { batchSize: 71 });
  const predictions = rows(made.predict(x, { batchSize: 50 }).data, 3);
  const right = predictions.filter((row, i) => argmax(row) === y[i]).length / 300;
  const loss = predictions.reduce((sum, row, i) => sum - Math.log(row[y[i]]), 0) / 300;
  expect(figures.accuracy).toBeCloseTo(right, 12);
  expect(figures.loss).toBeCloseTo(loss, 6);
  expect(Object.keys(figures)).toEqual(['loss', 'accuracy']);
});

test('labels and one-hot targets train to the same bits', async () => {
  const { x, y } = points(100);
  const train = async (
    loss: 'sparseCategoricalCrossentropy' | 'categoricalCrossentropy',
    targets: ArrayLike<number>,
  ) => {
    const made = classifier();
    made.compile({ optimizer: 'adam', loss });
    await made.fit(x, targets, { epochs: 2 });
    return bits(made);
  };
  const oneHot = Array.from(y).flatMap((label) => [0, 1, 2].map((c) => (c === label ? 1 : 0)));
  expect(await train('categoricalCrossentropy', oneHot)).toEqual(
    await train('sparseCategoricalCrossentropy', Int32Array.from(y)),
  );
});

test('penalties are part of the loss, and the proximal one leaves zeros that stay', async () => {
  const { x, y } = points(60);
  const make = (kernelRegularizer: Regularizer) => {
    const made = sequential([
      dense({ units: 24, activation: 'tanh', kernelRegularizer, inputShape: [2] }),
      dense({ units: 3 }),
    ]);
    made.compile({
      optimizer: adam({ learningRate: 0.02 }),
      loss: { name: 'sparseCategoricalCrossentropy', fromLogits: true },
    });
    return made;
  };
  const plain = make(l1(0.02));
  const penalty = 0.02 * plain.getWeights()[0].data.reduce((sum, w) => sum + Math.abs(w), 0);
  const logits = rows(plain.predict(x).data, 3);
  const entropy = logits.map((row, i) => Math.log(row.reduce((s, v) => s + Math.exp(v), 0)) - row[y[i]]);
  expect(plain.evaluate(x, y).loss).toBeCloseTo(entropy.reduce((a, b) => a + b) / 60 + penalty, 5);
  const zeros = async (regularizer: Regularizer) => {
    const made = make(regularizer);
    await made.fit(x, y, { epochs: 150 });
    return { zeros: made.getWeights()[0].data.filter((w) => w === 0).length, accuracy: made.evaluate(x, y).loss };
  };
  expect((await zeros(l1(0.02))).zeros).toBe(0);
  expect((await zeros(proximalL1(0.2))).zeros).toBeGreaterThan(10);
});

test('validationSplit judges the last samples, before shuffling', async () => {
  const { x, y } = points(50);
  const made = classifier();
  const { history } = await made.fit(x, y, { epochs: 2, validationSplit: 0.3 });
  const last = made.evaluate(x.subarray(70), y.subarray(35));
  expect(history.valLoss[1]).toBe(last.loss);
  expect(history.valAccuracy[1]).toBe(last.accuracy);
  const other = classifier();
  const given = await other.fit(x.subarray(0, 70), y.subarray(0, 35), {
    epochs: 2,
    validationData: [x.subarray(70), y.subarray(35)],
  });
  expect(given.history).toEqual(history);
});

test('predictions do not depend on the batch, and go where they are told', () => {
  const { x } = points(101);
  const made = classifier();
  const { data, shape } = made.predict(x);
  expect(shape).toEqual([101, 3]);
  for (const batchSize of [1, 7, 64, 200]) {
    const other = made.predict(x, { batchSize }).data;
    expect(Math.max(...data.map((v, i) => Math.abs(v - other[i])))).toBeLessThan(1e-6);
  }
  const out = new Float32Array(303);
  expect(made.predict(x, { out }).data).toBe(out);
  expect(out).toEqual(data);
  expect(() => made.predict(x, { out: new Float32Array(3) })).toThrow(
    'expected an `out` of 303 numbers, a Float32Array, got 3',
  );
});

test('several inputs and outputs: weighted losses, metrics by output', async () => {
  const a = input({ shape: [2], name: 'left' });
  const b = input({ shape: [3] });
  const hidden = add().apply([dense({ units: 4 }).apply(a), dense({ units: 4 }).apply(b)]);
  const class3 = dense({ units: 3, activation: 'softmax', name: 'kind' }).apply(hidden);
  const size = dense({ units: 1, name: 'size' }).apply(activation({ activation: 'relu' }).apply(hidden));
  const made = model({ inputs: [a, b], outputs: [class3, size] });
  made.compile({
    optimizer: adam({ learningRate: 0.02 }),
    loss: ['sparseCategoricalCrossentropy', 'mse'],
    lossWeights: [1, 0.25],
    metrics: [['accuracy'], ['mae']],
  });
  const { x, y } = points(50);
  const other = drawer(3)(150);
  const sizes = Float32Array.from({ length: 50 }, (_, i) => x[2 * i] - other[3 * i]);
  const { history } = await made.fit([x, other], [y, sizes], { epochs: 30, batchSize: 8 });
  expect(Object.keys(history)).toEqual(['loss', 'kindLoss', 'sizeLoss', 'kindAccuracy', 'sizeMae']);
  expect(history.sizeLoss[29]).toBeLessThan(0.5 * history.sizeLoss[0]);
  const logs = made.evaluate([x, other], [y, sizes]);
  expect(logs.loss).toBeCloseTo(logs.kindLoss + 0.25 * logs.sizeLoss, 6);
  const [kinds, values] = made.predictAll([x, other]);
  expect(kinds.shape).toEqual([50, 3]);
  const mae = values.data.reduce((sum, v, i) => sum + Math.abs(v - sizes[i]), 0) / 50;
  expect(logs.sizeMae).toBeCloseTo(mae, 6);
  expect(() => made.predict([x, other])).toThrow('this model has 2: use predictAll()');
  await expect(made.fit([x], [y, sizes])).rejects.toThrow(
    'Expected a list of 2 arrays (model: x[0] (left), model: x[1]',
  );
  expect(() => made.compile({ loss: 'mse' })).toThrow('compile(): expected 2 losses, one for each output, got 1.');
});

test('trainOnBatch updates, testOnBatch does not', () => {
  const { x, y } = points(20);
  const made = classifier();
  const before = made.testOnBatch(x, y);
  expect(made.testOnBatch(x, y)).toEqual(before);
  const told = made.trainOnBatch(x, y);
  expect(told.loss).toBeCloseTo(before.loss, 6);
  for (let i = 0; i < 20; i++) made.trainOnBatch(x, y);
  expect(made.testOnBatch(x, y).loss).toBeLessThan(before.loss);
});

test('a model is a layer, and a sequential model may begin with one', async () => {
  const { x, y } = points(60);
  const inner = sequential([dense({ units: 8, activation: 'relu', inputShape: [2] })], { name: 'inner' });
  const outer = sequential([inner, dense({ units: 3, activation: 'softmax' })]);
  outer.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  const before = bits(inner);
  await outer.fit(x, y);
  expect(bits(inner)).not.toEqual(before);
  const again = await loadModel(outer.toBytes());
  expect(again.predict(x)).toEqual(outer.predict(x));
});
