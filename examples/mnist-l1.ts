// The article's first case (8.1): a small CNN with an L1 penalty on its hidden layer, trained twice from the same start. With the
// penalty alone, as Keras has it, weights become small but hardly ever zero; with a shrinkage step after each update (proximal
// gradient) those that the loss does not need become exactly zero. Adam normalises the penalty's gradient but not the shrinkage,
// so that the same sparsity takes a larger λ there; three are shown.
//
//   npx tsx examples/mnist-l1.ts [--data FOLDER_OF_MNIST] [--epochs 5] [--lambda 0.01] [--seed 1]
//
// Without --data it learns the built-in generated digits.

import { path, positive, whole } from '../src/cli/arguments.ts';
import { orEnd } from '../src/cli/failure.ts';
import {
  adam,
  conv2d,
  dense,
  flatten,
  generatedDigits,
  input,
  l1,
  loadMnist,
  maxPooling2d,
  proximalL1,
  type Regularizer,
  sequential,
} from '../src/index.ts';
import { commandOf } from './command.ts';

const { data, epochs, lambda, seed } = commandOf(
  'mnist-l1',
  'Trains a small CNN with an L1 penalty on its hidden layer, and with shrinkage: which of them makes zeros.',
)
  .option('--data <folder>', "MNIST's four files; built-in digits without it", path)
  .option('--epochs <number>', 'of each training', whole(1, 1000), 5)
  .option('--lambda <number>', 'strength of the penalty', positive, 0.01)
  .option('--seed <number>', 'of initial weights and the order of images', whole(0, 2 ** 32 - 1), 1)
  .parse()
  .opts<{ data?: string; epochs: number; lambda: number; seed: number }>();
const { name, train, test } = await orEnd('mnist-l1', () =>
  data === undefined ? generatedDigits({ seed }) : loadMnist({ folder: data }),
);

/** Trains the article's model; accuracy on the test split, and the hidden layer's weights. */
async function trained(title: string, kernelRegularizer?: Regularizer) {
  const model = sequential(
    [
      input({ shape: [28, 28, 1] }),
      conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
      maxPooling2d(),
      flatten(),
      dense({ units: 64, activation: 'relu', kernelRegularizer, name: 'hidden' }),
      dense({ units: 10, activation: 'softmax' }),
    ],
    { seed },
  );
  model.compile({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  process.stderr.write(`${title}\n`);
  await model.fit(train.images, train.labels, { epochs, batchSize: 64, verbose: 1 });
  const { accuracy } = model.evaluate(test.images, test.labels, { batchSize: 256 });
  const weights = model.getLayer('hidden').getWeights()[0].data;
  const below = (limit: number) => weights.filter((w) => Math.abs(w) <= limit).length / weights.length;
  model.dispose();
  return { title, accuracy, zero: below(0), small: below(1e-3) };
}

const rows = [await trained('no penalty'), await trained(`l1(${lambda}), penalty only`, l1(lambda))];
for (const strength of [lambda, 10 * lambda, 30 * lambda]) {
  rows.push(await trained(`proximalL1(${strength})`, proximalL1(strength)));
}
const percent = (share: number) => `${(100 * share).toFixed(2)}%`.padStart(9);
console.log(`\n${name}: ${train.count} training and ${test.count} test images, ${epochs} epochs, seed ${seed}`);
console.log(
  `\n${'hidden layer'.padEnd(26)}  accuracy   |w| = 0   |w| ≤ 0.001   (of 346,112 kernel weights, biases not counted)`,
);
for (const { title, accuracy, zero, small } of rows) {
  console.log(`${title.padEnd(26)} ${percent(accuracy)} ${percent(zero)}     ${percent(small)}`);
}
