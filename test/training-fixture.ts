// What the tests of training share: points of three classes, a classifier of them, its weights to the bit.

import { dense, input, type Layer } from '../src/layers/index.ts';
import { adam } from '../src/optimizers/index.ts';
import { Random } from '../src/tensor/random.ts';
import { type Model, sequential } from '../src/training/index.ts';

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
