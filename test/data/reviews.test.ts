// The generated reviews: the same everywhere, balanced, learnable, and better understood with the order of words.

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  CountVectorizer,
  dense,
  generatedReviews,
  generateReviews,
  input,
  sequential,
  type TextDataset,
  takeTexts,
} from '../../src/index.ts';

const data = generatedReviews();

test('have the same bits everywhere', () => {
  const { texts, labels } = data.train;
  const digest = createHash('sha256').update(texts.join('\n')).update(labels).digest('hex');
  expect(digest).toBe('f35269981b5cb1986dd99b60b6f9b592d5d10a054edf0537e5fe7b002ae7714d');
});

test('a review depends on seed, stream and index alone', () => {
  const some = generateReviews({ count: 3, start: 5 });
  expect(some.texts).toEqual(data.train.texts.slice(5, 8));
  expect([...some.labels]).toEqual([...data.train.labels.subarray(5, 8)]);
  expect(generateReviews({ count: 8, seed: 2 }).texts).not.toEqual(data.train.texts.slice(0, 8));
  expect(generateReviews({ count: 0 })).toEqual({ texts: [], labels: new Uint8Array(), count: 0 });
});

test('are balanced, short, and not in both parts', () => {
  const { train, test: heldOut } = data;
  expect([train.count, heldOut.count]).toEqual([4000, 1000]);
  for (const { labels, count } of [train, heldOut]) {
    const share = labels.reduce((sum, label) => sum + label, 0) / count;
    expect(Math.abs(share - 0.5)).toBeLessThan(0.03);
  }
  const seen = new Set(train.texts);
  expect(heldOut.texts.filter((text) => seen.has(text))).toEqual([]);
  const lengths = train.texts.map((text) => text.split(' ').length);
  expect(Math.max(...lengths)).toBeLessThan(128);
  expect(train.texts.every((text) => /^[A-Z][a-z, .A-Z]+\.$/.test(text))).toBe(true);
});

/** The test accuracy of logistic regression on n-grams up to `longest`. */
async function accuracyOf({ train, test: heldOut }: TextDataset, longest: number): Promise<number> {
  const bag = new CountVectorizer({ ngramRange: [1, longest], binary: true });
  const x = bag.fitTransform(train.texts);
  const model = sequential([input({ shape: [x.columns] }), dense({ units: 2, activation: 'softmax' })], { seed: 1 });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  await model.fit(x, train.labels, { epochs: 12, batchSize: 64, verbose: 0 });
  const { accuracy } = model.evaluate(bag.transform(heldOut.texts), heldOut.labels);
  model.dispose();
  return accuracy;
}

test('single words go some of the way, bigrams further', async () => {
  const words = await accuracyOf(data, 1);
  const bigrams = await accuracyOf(data, 2);
  expect(words).toBeGreaterThan(0.7);
  expect(words).toBeLessThan(0.83);
  expect(bigrams).toBeGreaterThan(words + 0.05);
});

describe('refuses', () => {
  test.each([{ count: -1 }, { count: 1.5 }, { count: 1, start: -1 }, { count: 1, seed: -1 }])('%j', (options) => {
    expect(() => generateReviews(options)).toThrow(RangeError);
  });

  test('to take texts that are not there', () => {
    expect(() => takeTexts(data.test, 5, 1001)).toThrow(
      'takeTexts: expected end to be a whole number from 5 to 1000, got 1001.',
    );
    expect(takeTexts(data.test, 998)).toEqual({
      texts: data.test.texts.slice(998),
      labels: data.test.labels.slice(998),
      count: 2,
    });
  });
});
