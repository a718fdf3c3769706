// Prune whole neurons and filters, fine-tune, shrink: the same answers from a smaller network, which trains on from where it stood.
//
//   npx tsx examples/shrink.ts

import { fileURLToPath } from 'node:url';
import {
  batchNormalization,
  conv2d,
  dense,
  filters,
  flatten,
  generateDigits,
  maxPooling2d,
  neurons,
  prune,
  sequential,
  shrink,
  shrinkReport,
  shrinkTable,
  sparsityReport,
  sparsityTable,
} from '../src/index.ts';
import { noOptions } from './command.ts';

/** Trains, prunes, fine-tunes, shrinks and trains on; accuracies on digits not seen. */
export async function shrunk(print: (text: string) => void = () => {}) {
  const train = generateDigits({ count: 1500, size: 14, stream: 'train' });
  const test = generateDigits({ count: 500, size: 14, stream: 'test' });
  const model = sequential([
    conv2d({ filters: 16, kernelSize: 3, activation: 'relu', inputShape: [14, 14, 1], name: 'conv' }),
    batchNormalization({ name: 'norm' }),
    maxPooling2d(),
    flatten(),
    dense({ units: 48, activation: 'relu', name: 'hidden' }),
    dense({ units: 10, activation: 'softmax', name: 'digits' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const accuracy = (of = model) => of.evaluate(test.images, test.labels, { batchSize: 100 }).accuracy;

  await model.fit(train.images, train.labels, { epochs: 3 });
  prune(model, { structure: filters, amount: { conv: 0.5 } });
  prune(model, { structure: neurons, amount: { hidden: 0.5 } });
  await model.fit(train.images, train.labels, { epochs: 2 });
  print(sparsityTable(sparsityReport(model)));

  const small = shrink(model, { multiple: 4 });
  print(`\n${shrinkTable(shrinkReport(small))}`);
  const before = accuracy();
  const after = accuracy(small);
  await small.fit(train.images, train.labels, { epochs: 3 });
  print(`\nAccuracy masked ${before}, shrunk ${after}, trained on ${accuracy(small)}`);
  return { model, small, before, after, tuned: accuracy(small) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  noOptions(import.meta.url);
  await shrunk(console.log);
}
