// A sparse matrix as the input of a model: the same answers and the same training as from the dense array.

import { describe, expect, test } from 'vitest';
import { arena } from '../src/engine/index.ts';
import {
  add,
  Batch,
  CsrMatrix,
  conv2d,
  dense,
  dropout,
  flatten,
  input,
  type Model,
  model,
  prune,
  SparseTensor,
  sequential,
  Tape,
  Tensor,
} from '../src/index.ts';
import { matrices } from './matrix-fixture.ts';

const features = 37;
const source = matrices(17);

/** Samples with empty ones among them; feature 5 never occurs. */
function samples(count: number, density = 0.15) {
  const data = source.dense(count, features, density).data.map((value, at) => (at % features === 5 ? 0 : value));
  data.fill(0, 0, features);
  return { data, shape: [count, features], matrix: CsrMatrix.fromDense(data, { rows: count, columns: features }) };
}

const labels = (count: number) => Uint8Array.from({ length: count }, () => source.below(3));

const plain = () => [
  input({ shape: [features] }),
  dense({ units: 13, activation: 'relu' }),
  dense({ units: 3, activation: 'softmax' }),
];

/** Two layers on one input, one without a bias, and a nested model beside them. */
function forked(seed: number): Model {
  const x = input({ shape: [features] });
  const inner = sequential([input({ shape: [features] }), dense({ units: 6, activation: 'tanh' })], {
    seed,
    name: 'inner',
  });
  const sum = add().apply([
    dense({ units: 6, useBias: false }).apply(x),
    dense({ units: 6, activation: 'relu' }).apply(x),
    inner.apply(x),
  ]);
  return model({ inputs: x, outputs: dense({ units: 3, activation: 'softmax' }).apply(sum), seed });
}

const makers: Record<string, () => Model> = {
  'two layers': () => sequential(plain(), { seed: 3 }),
  'a fork and a nested model': () => forked(3),
  'pruned to 30%': () => {
    const pruned = sequential(plain(), { seed: 3 });
    prune(pruned, { amount: 0.7 });
    return pruned;
  },
};

function close(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  expect(found.length).toBe(expected.length);
  const largest = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let at = 0; at < found.length; at++) {
    expect(Math.abs(found[at] - expected[at])).toBeLessThanOrEqual(tolerance * largest);
  }
}

describe.each(Object.entries(makers))('%s', (_, make) => {
  const compiled = () => {
    const made = make();
    made.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    return made;
  };

  test.each([1, 2, 15, 64, 70, 129])('predicts %i samples as from the dense array', (count) => {
    const made = make();
    const x = samples(count);
    for (const batchSize of [1, 7, 32, 256]) {
      close(made.predict(x.matrix, { batchSize }).data, made.predict(x, { batchSize }).data);
    }
    close(made.predict(x.matrix.toCsc()).data, made.predict(x).data);
  });

  test('trains as on the dense array: batches shuffled, the last one short, validation split off', async () => {
    const [a, b] = [compiled(), compiled()];
    const [x, y] = [samples(83), labels(83)];
    const options = { epochs: 3, batchSize: 20, validationSplit: 0.2 };
    const sparse = await a.fit(x.matrix, y, options);
    const expected = await b.fit(x, y, options);
    for (const [name, values] of Object.entries(expected.history)) close(sparse.history[name], values);
    for (const [i, { data }] of a.getWeights().entries()) close(data, b.getWeights()[i].data);
    const [tested, test] = [a.evaluate(x.matrix, y), b.evaluate(x, y)];
    close([tested.loss], [test.loss]);
    expect(a.trainOnBatch(x.matrix, y).loss).toBeCloseTo(b.trainOnBatch(x, y).loss, 5);
    expect(a.testOnBatch(x.matrix, y).loss).toBeCloseTo(b.testOnBatch(x, y).loss, 5);
  });
});

test('the gradient is the dense one, and nothing for a feature that does not occur', () => {
  const made = sequential([input({ shape: [features] }), dense({ units: 10 })], { seed: 1 });
  const x = samples(45);
  const [kernel, bias] = made.parameters;
  const outer = source.numbers(450);
  const gradients = [true, false].map((isSparse) =>
    arena.scope(() => {
      const batch = new Batch(45, 32, 16);
      const all = Uint32Array.from({ length: 45 }, (_, i) => i);
      const inputs = isSparse ? new SparseTensor(x.matrix, all, batch) : Tensor.from(x.data, [features], batch);
      const tape = new Tape({ training: true });
      const [y] = made.forward([inputs], tape);
      const dy = Tensor.from(outer, [10], batch);
      expect(y.shape).toEqual([10]);
      for (const parameter of [kernel, bias]) parameter.gradient.view.fill(0);
      expect(made.backward([dy], tape)).toEqual([undefined]);
      return [kernel.toKeras(kernel.gradient.view), bias.gradient.view.slice()];
    }),
  );
  close(gradients[0][0], gradients[1][0]);
  expect(gradients[0][1]).toEqual(gradients[1][1]);
  expect([...gradients[0][0].slice(50, 60)]).toEqual(new Array(10).fill(0));
});

test('a sparse input has no numbers for other code to read', () => {
  arena.scope(() => {
    const x = new SparseTensor(samples(4).matrix, Uint32Array.of(1, 2), new Batch(2, 32));
    expect(() => x.buffer).toThrow('A sparse input can feed dense layers only');
    expect(() => x.view).toThrow('toDense()');
  });
});

describe('refuses', () => {
  const x = samples(6);
  const compiled = (made: Model, loss = 'sparseCategoricalCrossentropy') => {
    made.compile({ optimizer: 'sgd', loss: loss as 'mse' });
    return made;
  };
  const first = (layer: ReturnType<typeof dense>) =>
    sequential([input({ shape: [features] }), layer, dense({ units: 3, activation: 'softmax' })]);

  test('layers other than dense, by name', () => {
    expect(() => first(dropout({ rate: 0.5 })).predict(x.matrix)).toThrow(
      "sequential: x: expected an array for 'dropout' (only dense layers read a sparse matrix of 6 × 37): use toDense().",
    );
    expect(() => first(flatten()).predict(x.matrix)).toThrow("'flatten'");
    const nested = first(sequential([input({ shape: [features] }), dropout({ rate: 0.5 })], { name: 'inner' }));
    expect(() => nested.predict(x.matrix)).toThrow("'inner'");
    const image = sequential([input({ shape: [6, 6, 1] }), conv2d({ filters: 2, kernelSize: 3 })]);
    expect(() => image.predict(x.matrix)).toThrow("'conv2d'");
  });

  test('another number of features, no samples, NaN, and sparse targets', async () => {
    const made = compiled(sequential(plain()));
    const wide = CsrMatrix.fromDense(new Float32Array(12), { rows: 3, columns: 4 });
    expect(() => made.predict(wide)).toThrow('x: expected the shape [batch, 37], got a sparse matrix of 3 × 4');
    expect(() => made.predict(x.matrix.slice(0, 0))).toThrow('got a sparse matrix of 0 × 37');
    const bad = x.matrix.withValues(x.matrix.values.map((value, p) => (p === 3 ? Number.NaN : value)));
    await expect(made.fit(bad, labels(6))).rejects.toThrow('x: expected finite numbers, got NaN at position 3');
    await expect(made.fit(x.matrix, labels(5))).rejects.toThrow('got 6 in x and 5 in y');
    await expect(made.fit(x.matrix, x.matrix)).rejects.toThrow(
      "y: expected an array for 'sparseCategoricalCrossentropy'",
    );
  });
});

test('inputs may be mixed: one sparse, one dense', async () => {
  const [a, b] = [input({ shape: [features] }), input({ shape: [4] })];
  const joined = add().apply([dense({ units: 5 }).apply(a), dense({ units: 5 }).apply(b)]);
  const made = model({ inputs: [a, b], outputs: dense({ units: 1 }).apply(joined), seed: 2 });
  const x = samples(20);
  const other = source.numbers(80);
  close(made.predict([x.matrix, other]).data, made.predict([x, other]).data);
  expect(() => made.predict([x.matrix, other.slice(4)])).toThrow('expected 20 samples');
});
