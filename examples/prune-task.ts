// What the prune-*.ts examples share: a small classifier of generated digits (14 × 14), trained in a second or two, and its accuracy
// on digits it has not seen.

import { dense, flatten, generateDigits, type Model, type Split, sequential } from '../src/index.ts';

/** A trained model, what it learned from, and what judges it. */
export interface Task {
  readonly model: Model;
  readonly train: Split;
  readonly test: Split;
  /** Accuracy on the test digits. */
  accuracy(): number;
}

/** Trains a new model: 196 pixels, 48 hidden neurons, 10 digits. */
export async function trained(seed: number, epochs = 8): Promise<Task> {
  const train = generateDigits({ count: 2000, size: 14, stream: 'train' });
  const test = generateDigits({ count: 1000, size: 14, stream: 'test' });
  const model = sequential(
    [
      flatten({ inputShape: [14, 14, 1] }),
      dense({ units: 48, activation: 'relu', name: 'hidden' }),
      dense({ units: 10, activation: 'softmax', name: 'digits' }),
    ],
    { seed },
  );
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  await model.fit(train.images, train.labels, { epochs });
  return { model, train, test, accuracy: () => model.evaluate(test.images, test.labels, { batchSize: 200 }).accuracy };
}

/** 0.9123 as 91.2%. */
export const percent = (value: number): string => `${(100 * value).toFixed(1)}%`;
