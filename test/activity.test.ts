// Penalties on activations, and codes of k active units: values, gradients, saving, and what they do to a code.

import { describe, expect, test } from 'vitest';
import { activation, activityRegularization, dense, kSparse } from '../src/layers/index.ts';
import { customLoss } from '../src/losses/index.ts';
import { adam } from '../src/optimizers/index.ts';
import { shrink } from '../src/pruning/index.ts';
import { groupLasso, klDivergence, l1, l1l2, l2, proximalL1 } from '../src/regularizers/index.ts';
import { type ActivityRegularizer, Batch, Tape, Tensor } from '../src/tensor/index.ts';
import { Random } from '../src/tensor/random.ts';
import { loadModel, type Model, sequential } from '../src/training/index.ts';

/** A loss that is 0, so that penalties stand alone. */
const nothing = () => customLoss({ name: 'nothing', value: () => 0, gradient: (_, y) => new Float32Array(y.length) });

const uniforms = (length: number, seed = 1) => {
  const random = new Random(seed, 'activity');
  return Float32Array.from({ length }, () => random.uniform(-1, 1));
};

function judged(regularizer: ActivityRegularizer): Model {
  const model = sequential([
    dense({ units: 4, activation: 'sigmoid', activityRegularizer: regularizer, inputShape: [3], name: 'code' }),
    dense({ units: 2 }),
  ]);
  model.compile({ optimizer: 'sgd', loss: nothing() });
  return model;
}

/** The code of all samples, by hand. */
function codes(model: Model, x: Float32Array): number[][] {
  const [kernel, bias] = model.getWeights().map(({ data }) => data);
  return Array.from({ length: x.length / 3 }, (_, i) =>
    Array.from({ length: 4 }, (_, j) => {
      const sum = [0, 1, 2].reduce((total, c) => total + x[3 * i + c] * kernel[4 * c + j], bias[j]);
      return 1 / (1 + Math.exp(-sum));
    }),
  );
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
const meanSum = (rows: number[][], f: (y: number) => number) => sum(rows.map((row) => sum(row.map(f)))) / rows.length;

const penalties: [string, ActivityRegularizer, (rows: number[][]) => number][] = [
  ['l1', l1(0.3), (rows) => meanSum(rows, (y) => 0.3 * Math.abs(y))],
  ['l2', l2(0.3), (rows) => meanSum(rows, (y) => 0.3 * y * y)],
  ['l1l2', l1l2({ l1: 0.2, l2: 0.1 }), (rows) => meanSum(rows, (y) => 0.2 * Math.abs(y) + 0.1 * y * y)],
  [
    'klDivergence',
    klDivergence(0.5, { target: 0.1 }),
    (rows) => {
      const means = [0, 1, 2, 3].map((j) => sum(rows.map((row) => row[j])) / rows.length);
      return 0.5 * sum(means.map((p) => 0.1 * Math.log(0.1 / p) + 0.9 * Math.log(0.9 / (1 - p))));
    },
  ],
];

describe.each(penalties)('%s on activations', (_, regularizer, byHand) => {
  // 37 samples end in a slab with padding.
  test.each([1, 5, 37])('of %i samples: the loss is the formula, the gradient what differences give', (count) => {
    const model = judged(regularizer);
    const x = uniforms(3 * count);
    const y = new Float32Array(2 * count);
    const loss = () => model.evaluate(x, y, { batchSize: count }).loss;
    expect(loss()).toBeCloseTo(byHand(codes(model, x)), 5);

    const batch = new Batch(count, model.slabWidth, 16);
    const tape = new Tape({ training: true });
    const [output] = model.forward([Tensor.from(x, [3], batch)], tape);
    for (const { gradient } of model.parameters) gradient.view.fill(0);
    model.backward([Tensor.zeros(output.shape, batch)], tape);
    const kernel = model.getLayer('code').parameters[0];
    const direction = uniforms(kernel.length, 2);
    const analytic = sum(Array.from(kernel.gradient.view, (g, i) => g * direction[i]));
    const start = kernel.values.view.slice();
    const at = (h: number) => {
      kernel.values.view.set(start.map((w, i) => w + h * direction[i]));
      return byHand(codes(model, x));
    };
    expect(analytic).toBeCloseTo((at(1e-3) - at(-1e-3)) / 2e-3, 4);
    model.dispose();
  });

  test('comes back with a saved model', async () => {
    const model = judged(regularizer);
    model.compile({ loss: 'mse' });
    const again = await loadModel(model.toBytes());
    expect(again.getLayer('code').activityRegularizer?.config()).toEqual(regularizer.config());
    model.dispose();
    again.dispose();
  });
});

test('training drives the mean activity to the target', async () => {
  const model = judged(klDivergence(1, { target: 0.2 }));
  model.compile({ optimizer: adam({ learningRate: 0.02 }), loss: nothing() });
  const x = uniforms(3 * 64);
  await model.fit(x, new Float32Array(128), { epochs: 600, batchSize: 64 });
  const rows = codes(model, x);
  for (const j of [0, 1, 2, 3]) expect(sum(rows.map((row) => row[j])) / 64).toBeCloseTo(0.2, 2);
});

test('the layer of penalties passes on and penalises, with l1 and l2 or any other', () => {
  const penalised = (options: Parameters<typeof activityRegularization>[0]) => {
    const model = sequential([activityRegularization({ ...options, inputShape: [3] })]);
    model.compile({ loss: nothing() });
    const x = uniforms(15);
    expect([...model.predict(x).data]).toEqual([...x]);
    return { loss: model.evaluate(x, x).loss, x: Array.from(x) };
  };
  const plain = penalised({ l1: 0.5, l2: 0.25 });
  expect(plain.loss).toBeCloseTo(sum(plain.x.map((v) => 0.5 * Math.abs(v) + 0.25 * v * v)) / 5, 5);
  expect(penalised({}).loss).toBe(0);
  expect(penalised({ activityRegularizer: l2(2) }).loss).toBeCloseTo(sum(plain.x.map((v) => 2 * v * v)) / 5, 5);
});

test('what is no penalty on activations is refused', () => {
  const make = (activityRegularizer: unknown) => () => dense({ units: 1, activityRegularizer } as never);
  expect(make(proximalL1(0.1))).toThrow("activity regularizer 'proximalL1': expected l1, l2, l1l2 or klDivergence");
  expect(make(l1(0.1, { proximal: true }))).toThrow("activity regularizer 'l1'");
  expect(make(groupLasso(0.1))).toThrow("activity regularizer 'groupLasso'");
  expect(() => klDivergence(-1)).toThrow('lambda to be a finite number from 0');
  for (const target of [0, 1, Number.NaN])
    expect(() => klDivergence(1, { target })).toThrow('target to be a number in (0, 1)');
  expect(() => activityRegularization({ l1: -1 })).toThrow('expected l1 to be a finite number from 0');
});

describe('kSparse', () => {
  const kept = (data: ArrayLike<number>, width: number) =>
    Array.from({ length: data.length / width }, (_, i) =>
      Array.from({ length: width }, (_, j) => data[i * width + j]).flatMap((value, j) => (value !== 0 ? [j] : [])),
    );

  test('keeps the k largest, not the largest in magnitude, in training, and αk outside', () => {
    const layer = kSparse({ k: 2, alpha: 1.5, inputShape: [5] });
    const model = sequential([layer]);
    const x = Float32Array.of(-9, 3, 1, 2, -1, -5, -4, -3, -2, -1);
    expect([...model.predict(x).data]).toEqual([0, 3, 1, 2, 0, 0, 0, -3, -2, -1]);
    const [y] = model.forward([Tensor.from(x, [5], new Batch(2, 64, 16))], new Tape({ training: true }));
    expect([...y.toArray()]).toEqual([0, 3, 0, 2, 0, 0, 0, 0, -2, -1]);
    layer.k = 4;
    expect(kept(model.predict(x).data, 5)).toEqual([
      [0, 1, 2, 3, 4],
      [0, 1, 2, 3, 4],
    ]);
  });

  test('k is checked against the input', () => {
    expect(() => sequential([kSparse({ k: 6, inputShape: [5] })])).toThrow("at most the input's 5 numbers, [5], got 6");
    const layer = kSparse({ k: 5, inputShape: [5] });
    sequential([layer]);
    expect(() => {
      layer.k = 6;
    }).toThrow('at most');
    expect(() => {
      layer.k = 0;
    }).toThrow('k to be a whole number from 1');
    for (const alpha of [0, -1, Number.NaN, Infinity]) {
      expect(() => kSparse({ k: 1, alpha })).toThrow('alpha to be a finite number above 0');
    }
  });

  test('comes back with its k and alpha; shrinking keeps what it ranks', async () => {
    const layer = kSparse({ k: 3, alpha: 2, name: 'sparse' });
    const model = sequential([dense({ units: 6, inputShape: [4] }), layer, activation({ activation: 'relu' })]);
    layer.k = 2;
    const again = await loadModel(model.toBytes());
    expect(again.getLayer('sparse').config()).toEqual({ k: 2, alpha: 2 });
    const x = uniforms(20);
    expect([...again.predict(x).data]).toEqual([...model.predict(x).data]);
    const kernel = model.layers[0].parameters[0];
    kernel.write({ data: kernel.read().data.map((w, i) => (i % 6 === 1 ? 0 : w)) });
    expect([...shrink(model).predict(x).data]).toEqual([...model.predict(x).data]);
  });
});
