// What the tests of training share: points of three classes, a classifier of them, its weights to the bit, and a training of PyTorch's.

import { expect } from 'vitest';
import { dense, input, type Layer } from '../src/layers/index.ts';
import { adam, sgd } from '../src/optimizers/index.ts';
import { l2 } from '../src/regularizers/index.ts';
import { Random } from '../src/tensor/random.ts';
import { type FitOptions, type Model, sequential } from '../src/training/index.ts';
import { drawer } from './golden-fixture.ts';

/** Points of three classes around three corners. */
export function points(count: number, seed = 1) {
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

export function classifier(seed = 0, extra: Layer[] = []): Model {
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

export const bits = ({ parameters }: Model) => parameters.map(({ values }) => Array.from(values.view));

export const argmax = (row: ArrayLike<number>) => Array.from(row).indexOf(Math.max(...Array.from(row)));
export const rows = (data: Float32Array, size: number) =>
  Array.from({ length: data.length / size }, (_, i) => data.subarray(i * size, (i + 1) * size));

/** What came out of a `training` of test/golden/golden.py. */
export interface GoldenTraining {
  losses: number[];
  weights: number[][];
}

/** The same training here, which must come to the same. */
export async function expectTraining({ losses, weights }: GoldenTraining, options?: FitOptions): Promise<void> {
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
  const { history, epoch } = await mlp.fit(x, y, { epochs: 3, batchSize: 4, shuffle: false, ...options });
  expect(epoch).toEqual([0, 1, 2]);
  for (const [i, loss] of losses.entries()) expect(history.loss[i]).toBeCloseTo(loss, 5);
  for (const [i, { data }] of mlp.getWeights().entries()) {
    for (const [j, w] of weights[i].entries()) expect(data[j]).toBeCloseTo(w, 5);
  }
}
