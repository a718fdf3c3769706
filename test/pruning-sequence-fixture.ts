// A task in which the order of tokens is what matters, and a model that reads it.

import { dense, embedding, lstm } from '../src/layers/index.ts';
import { Random } from '../src/tensor/random.ts';
import { type Model, sequential } from '../src/training/index.ts';

/** Whether token 3 comes before token 4, among 20 tokens. */
function order(count = 240, seed = 5): { x: Float32Array; y: Float32Array } {
  const draws = new Random(seed, 'order');
  const x = new Float32Array(count * 8);
  const y = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const length = 4 + draws.integer(5);
    for (let t = 8 - length; t < 8; t++) x[8 * i + t] = 5 + draws.integer(15);
    const [a, b] = [8 - length + draws.integer(length - 1), 7];
    y[i] = draws.integer(2);
    x[8 * i + a] = y[i] ? 3 : 4;
    x[8 * i + b] = y[i] ? 4 : 3;
  }
  return { x, y };
}

export const { x, y } = order();
export const data = { x, y, batchSize: 60 };

export function reader(seed = 1): Model {
  const model = sequential(
    [
      embedding({ inputDim: 20, outputDim: 6, maskZero: true, name: 'table', inputShape: [8] }),
      lstm({ units: 16, returnSequences: true, name: 'first' }),
      lstm({ units: 8, name: 'second' }),
      dense({ units: 2, activation: 'softmax', name: 'out' }),
    ],
    { seed },
  );
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}
