// A criterion of one's own in ten lines: plain magnitude says which weights go, and what remains of each output is turned up or down so
// that it comes as near as it can to what the whole output was. Compared with magnitude alone, without fine-tuning.
//
//   npx tsx examples/prune-custom-criterion.ts

import { fileURLToPath } from 'node:url';
import { type Criterion, criterion, global, magnitude, type NdArray, prune } from '../src/index.ts';
import { noOptions } from './command.ts';
import { percent, trained } from './prune-task.ts';

/** |w|; and for each output o the gain Σ y·z / Σ z² over the data, y being x·w before pruning and z after it. */
export const withGain = criterion({
  needs: ['inputs'],
  score: magnitude,
  update({ values, inputs }, mask) {
    const y = product(inputs, values);
    const z = product(
      inputs,
      values.map((w, i) => w * mask[i]),
    );
    const outputs = y.length / inputs.shape[0];
    const yz = new Float64Array(outputs);
    const zz = new Float64Array(outputs);
    for (const [i, after] of z.entries()) yz[i % outputs] += y[i] * after;
    for (const [i, after] of z.entries()) zz[i % outputs] += after * after;
    return values.map((w, i) => (w * yz[i % outputs]) / (zz[i % outputs] || 1));
  },
});

/** X·W, row by row. */
function product({ data, shape: [rows, inputs] }: NdArray, kernel: Float32Array): Float64Array {
  const outputs = kernel.length / inputs;
  return Float64Array.from({ length: rows * outputs }, (_, cell) => {
    const [row, o] = [Math.floor(cell / outputs), cell % outputs];
    let sum = 0;
    for (let i = 0; i < inputs; i++) sum += data[row * inputs + i] * kernel[i * outputs + o];
    return sum;
  });
}

/** Accuracy before and after pruning a freshly trained model. */
export async function accuracies(rule: Criterion, amount: number, seed: number): Promise<[number, number]> {
  const { model, train, accuracy } = await trained(seed);
  const before = accuracy();
  prune(model, { criterion: rule, scope: global, amount, data: { x: train.images, batches: 20 } });
  return [before, accuracy()];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  noOptions(import.meta.url);
  for (const amount of [0.8, 0.9]) {
    for (const seed of [1, 2, 3]) {
      const [dense, plain] = await accuracies(magnitude, amount, seed);
      const [, own] = await accuracies(withGain, amount, seed);
      console.log(
        `seed ${seed}, ${percent(amount)} pruned: dense ${percent(dense)}, magnitude ${percent(plain)}, with gain ${percent(own)}`,
      );
    }
  }
}
