// fit, evaluate, predict: against PyTorch's training, against sums done here, and the laws of data, order, resumption and memory.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { activation, add, batchNormalization, dense, dropout, input, type Layer } from '../src/layers/index.ts';
import { customLoss } from '../src/losses/index.ts';
import { adam, customOptimizer, rmsprop, sgd } from '../src/optimizers/index.ts';
import { prune } from '../src/pruning/index.ts';
import { l1, l2, proximalL1, type Regularizer } from '../src/regularizers/index.ts';
import { Random } from '../src/tensor/random.ts';
import { cloneModel, type FitOptions, loadModel, type Model, model, sequential } from '../src/training/index.ts';
import { drawer } from './golden-fixture.ts';

const golden: { training: { losses: number[]; weights: number[][] } } = JSON.parse(
  readFileSync(new URL('golden/training.json', import.meta.url), 'utf8'),
);

const argmax = (row: ArrayLike<number>) => Array.from(row).indexOf(Math.max(...Array.from(row)));
const rows = (data: Float32Array, size: number) =>
  Array.from({ length: data.length / size }, (_, i) => data.subarray(i * size, (i + 1) * size));

test('a whole training is PyTorch’s: same losses, same weights', async () => {
  const draw = drawer(21);
  const x = draw(50);
  const y = rows(draw(30), 3).map(argmax);
  const mlp = sequential([
    dense({ units: 8, activation: 'relu', kernelRegularizer: l2(0.01), inputShape: [5] }),
    dense({ units: 3 }),
  ]);
  mlp.setWeights([draw(40), draw(8), draw(24), draw(3)].map((data) => ({ data })));
  mlp.compile({
    optimizer: sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
    loss: { name: 'sparseCategoricalCrossentropy', fromLogits: true },
  });
  const { history, epoch } = await mlp.fit(x, y, { epochs: 3, batchSize: 4, shuffle: false });
  expect(epoch).toEqual([0, 1, 2]);
  for (const [i, loss] of golden.training.losses.entries()) expect(history.loss[i]).toBeCloseTo(loss, 5);
  for (const [i, { data }] of mlp.getWeights().entries()) {
    for (const [j, w] of golden.training.weights[i].entries()) expect(data[j]).toBeCloseTo(w, 5);
  }
});

/** Points of three classes around three corners. */
function points(count: number, seed = 1) {
  const random = new Random(seed);
  const corners = [
    [1, 1],
    [-1, 1],
    [0, -1],
  ];
  const y = Uint8Array.from({ length: count }, () => random.integer(3));
  const x = Float32Array.from({ length: 2 * count }, (_, i) => corners[y[i >> 1]][i & 1] + 0.3 * random.normal());
  return { x, y };
}

function classifier(seed = 0, extra: Layer[] = []): Model {
  const made = sequential(
    [
      input({ shape: [2] }),
      dense({ units: 16, activation: 'tanh' }),
      ...extra,
      dense({ units: 3, activation: 'softmax' }),
    ],
    { seed },
  );
  made.compile({
    optimizer: adam({ learningRate: 0.02 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  return made;
}

const bits = ({ parameters }: Model) => parameters.map(({ values }) => Array.from(values.view));

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

test('the same seed gives the same bits, another seed others', async () => {
  const { x, y } = points(150);
  const train = async (options: FitOptions, modelSeed = 4) => {
    const made = classifier(modelSeed, [dropout({ rate: 0.3 })]);
    await made.fit(x, y, { epochs: 3, ...options });
    return bits(made);
  };
  const first = await train({});
  expect(await train({})).toEqual(first);
  expect(await train({ seed: 4 })).toEqual(first);
  expect(await train({ seed: 5 })).not.toEqual(first);
  expect(await train({ shuffle: false })).not.toEqual(first);
});

describe.each(Object.entries({ adam, rmsprop: () => rmsprop({ momentum: 0.5 }), sgd: () => sgd({ momentum: 0.9 }) }))(
  'resumed with %s',
  (_, optimizer) => {
    test('training goes on bit for bit: dropout, statistics, masks, moments, order', async () => {
      const { x, y } = points(90);
      const make = () => {
        const made = classifier(2, [batchNormalization(), dropout({ rate: 0.2 })]);
        made.compile({ optimizer: optimizer(), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
        return made;
      };
      const whole = make();
      await whole.fit(x, y, { epochs: 2 });
      prune(whole, { amount: 0.5 });
      const { history } = await whole.fit(x, y, { epochs: 5, initialEpoch: 2 });

      const half = make();
      await half.fit(x, y, { epochs: 2 });
      prune(half, { amount: 0.5 });
      await half.fit(x, y, { epochs: 3, initialEpoch: 2 });
      const resumed = await loadModel(half.toBytes());
      const rest = await resumed.fit(x, y, { epochs: 5, initialEpoch: 3 });
      expect(bits(resumed)).toEqual(bits(whole));
      expect(rest.history.loss).toEqual(history.loss.slice(1));
      expect(resumed.parameters[0].mask?.view).toEqual(whole.parameters[0].mask?.view);
    });
  },
);

test('a model of custom parts comes back uncompiled, or goes on with them given anew', async () => {
  const { x, y } = points(40);
  const settings = () => ({
    optimizer: customOptimizer({
      name: 'heavy',
      slots: ['v'],
      update({ values, gradient, slots: { v }, learningRate }) {
        for (let i = 0; i < v.length; i++) {
          v[i] = 0.5 * v[i] + gradient[i];
          values[i] -= learningRate * v[i];
        }
      },
    }),
    loss: customLoss({
      name: 'nll',
      value: ([label], p) => -Math.log(p[label]),
      gradient: ([label], p) => p.map((v, c) => (c === label ? -1 / v : 0)),
      targetShape: () => [1],
    }),
  });
  const made = classifier();
  made.compile(settings());
  await made.fit(x, y, { epochs: 2 });
  const bytes = made.toBytes();
  const plain = await loadModel(bytes);
  expect(plain.isCompiled).toBe(false);
  await expect(plain.fit(x, y)).rejects.toThrow('sequential: not compiled: call compile({ optimizer, loss, metrics })');
  const resumed = await loadModel(bytes, { compile: settings() });
  await resumed.fit(x, y, { epochs: 4, initialEpoch: 2 });
  await made.fit(x, y, { epochs: 4, initialEpoch: 2 });
  expect(bits(resumed)).toEqual(bits(made));
  const fresh = await loadModel(bytes, { compile: { optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' } });
  expect(fresh.compiled.updater.step).toBe(0);
});

test('without the optimizer a file is smaller and still compiled', async () => {
  const { x, y } = points(40);
  const made = classifier();
  await made.fit(x, y);
  const small = made.toBytes({ includeOptimizer: false });
  expect(small.length).toBeLessThan(0.75 * made.toBytes().length);
  expect((await loadModel(small)).evaluate(x, y)).toEqual(made.evaluate(x, y));
});

test('a clone has weights and masks of its own', async () => {
  const { x, y } = points(40);
  const made = classifier();
  prune(made, { amount: 0.4 });
  const clone = cloneModel(made);
  expect(bits(clone)).toEqual(bits(made));
  expect(clone.isCompiled).toBe(false);
  await made.fit(x, y);
  expect(bits(clone)).not.toEqual(bits(made));
  expect(clone.parameters[0].mask?.view).toEqual(made.parameters[0].mask?.view);
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
  expect(() => made.predict(x, { out: new Float32Array(3) })).toThrow('expected an `out` of 303 numbers, got 3');
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
