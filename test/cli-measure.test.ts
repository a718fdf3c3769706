// What the demo's figures are made of: medians, accuracies, the parts of the data, the rates of its recipe.

import { describe, expect, test } from 'vitest';
import { loadDigits, loadTestDigits } from '../src/cli/digits.ts';
import { accuracy, classify, timePredictions, timingOf } from '../src/cli/measure.ts';
import { branchEpoch, lambda, network, pruneTo } from '../src/cli/recipe.ts';
import { textTable } from '../src/cli/tables.ts';
import { copyOf } from '../src/cli/train.ts';
import { compress, dense, flatten, input, type Split, sequential, sparsity } from '../src/index.ts';

const { signal } = new AbortController();

/** Images of 2 × 1 pixels; the brighter pixel is the class. */
const split: Split = {
  images: Float32Array.from([1, 0, 0, 1, 0.2, 0.9, 0.7, 0.1, 0.3, 0.4]),
  labels: Uint8Array.from([0, 1, 1, 0, 0]),
  count: 5,
  shape: [2, 1, 1],
};

function brighter() {
  const model = sequential([input({ shape: [2, 1, 1] }), flatten(), dense({ units: 2 })]);
  model.setWeights([{ data: [1, 0, 0, 1] }, { data: [0, 0] }]);
  return compress(model);
}

test('answers and accuracy', async () => {
  const answers = await classify(brighter(), split, signal);
  expect([...answers]).toEqual([0, 1, 1, 0, 1]);
  expect(accuracy(answers, split)).toBe(4 / 5);
});

describe('times', () => {
  test('the smallest and the middle', () => {
    expect(timingOf([5, 1, 3])).toEqual({ min: 1, median: 3 });
    expect(timingOf([4, 10, 1, 2])).toEqual({ min: 1, median: 3 });
  });

  test('a round for each sample, a timing for each model, batches larger than the data', async () => {
    const rounds: number[] = [];
    const timings = await timePredictions([brighter(), brighter()], split, 64, 3, signal, (round) =>
      rounds.push(round),
    );
    expect(rounds).toEqual([1, 2, 3]);
    expect(timings.length).toBe(2);
    for (const { min, median } of timings) {
      expect(min).toBeGreaterThan(0);
      expect(median).toBeGreaterThanOrEqual(min);
    }
  });

  test('stops when it is told to', async () => {
    const controller = new AbortController();
    const timing = timePredictions([brighter()], split, 1, 100, controller.signal, () => controller.abort('enough'));
    await expect(timing).rejects.toBe('enough');
  });
});

test('the built-in digits: the same test images for demo and evaluate, none of them in two parts', async () => {
  const { train, validation, test } = await loadDigits(undefined);
  expect([train.count, validation.count, test.count]).toEqual([10_000, 3_000, 10_000]);
  const again = (await loadTestDigits(undefined)).test;
  expect(Buffer.from(again.images.buffer).equals(Buffer.from(test.images.buffer))).toBe(true);
  expect(Buffer.from(again.labels).equals(Buffer.from(test.labels))).toBe(true);
  const seen = new Set<string>();
  for (const { images, count } of [train, validation, test]) {
    for (let i = 0; i < count; i++)
      seen.add(Buffer.from(images.slice(i * 784, (i + 1) * 784).buffer).toString('latin1'));
  }
  expect(seen.size).toBe(23_000);
});

describe('the recipe', () => {
  test('one seed, one start', () => {
    const start = (seed: number) =>
      Buffer.concat(
        network(seed)
          .getWeights()
          .map(({ data }) => Buffer.from(data.slice().buffer)),
      );
    expect(start(5).equals(start(5))).toBe(true);
    expect(start(5).equals(start(6))).toBe(false);
  });

  test('half of the epochs before the branch, and something after it', () => {
    expect([1, 2, 3, 6, 7].map(branchEpoch)).toEqual([0, 1, 1, 3, 3]);
  });

  test('λ falls with the updates once they are many', () => {
    expect(lambda(1)).toBe(lambda(100));
    expect(lambda(40_000) / lambda(10_000)).toBeCloseTo(0.5);
  });

  test.each([0.5, 0.8, 0.9, 0.98])(
    'pruned to %d: so many zeros in all, and no fewer in the second convolution',
    (target) => {
      const model = copyOf(network(1), 1);
      pruneTo(model, target);
      expect(1 - sparsity(model).density).toBeCloseTo(target, 4);
      const [kernel] = model.getLayer('conv2d_1').getWeights();
      const zeros = kernel.data.reduce((count, weight) => count + (weight === 0 ? 1 : 0), 0);
      expect(zeros / kernel.data.length).toBeGreaterThanOrEqual(target - 1e-4);
    },
  );
});

test('a table lines its columns up', () => {
  expect(
    textTable(
      ['name', 'n'],
      [
        ['a', '1'],
        ['bcdef', '100'],
      ],
    ),
  ).toBe('name     n\n─────  ───\na        1\nbcdef  100\n');
});
