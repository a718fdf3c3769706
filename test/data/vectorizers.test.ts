// Counts and weights of n-grams agree with scikit-learn.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  CountVectorizer,
  type CsrMatrix,
  generatedReviews,
  type TfidfOptions,
  TfidfVectorizer,
  type VectorizerOptions,
} from '../../src/index.ts';

interface Rows {
  rowptr: number[];
  colidx: number[];
  values: number[];
}

interface Case {
  class: 'CountVectorizer' | 'TfidfVectorizer';
  options: TfidfOptions;
  features: string[];
  fitted: Rows;
  unseen: Rows;
  idf?: number[];
}

const golden = JSON.parse(readFileSync(new URL('../golden/text.json', import.meta.url), 'utf8')) as {
  texts: string[];
  unseen: string[];
  cases: Case[];
};

const classes = { CountVectorizer, TfidfVectorizer };

function expectRows(matrix: CsrMatrix, expected: Rows): void {
  expect([...matrix.rowptr]).toEqual(expected.rowptr);
  expect([...matrix.colidx]).toEqual(expected.colidx);
  for (const [p, value] of expected.values.entries()) expect(matrix.values[p]).toBeCloseTo(value, 6);
}

describe.each(golden.cases)('$class $options', ({ class: name, options, features, fitted, unseen, idf }) => {
  test('has the same features, counts and weights as scikit-learn, fitted at once or before', () => {
    const vectorizer = new classes[name](options);
    expectRows(vectorizer.fitTransform(golden.texts), fitted);
    expect(vectorizer.featureNames).toEqual(features);
    expect(features.every((feature, column) => vectorizer.vocabulary.get(feature) === column)).toBe(true);
    expectRows(vectorizer.transform(golden.unseen), unseen);
    expectRows(new classes[name](options).fit(golden.texts).transform(golden.texts), fitted);
    if (vectorizer instanceof TfidfVectorizer && idf) {
      for (const [column, weight] of idf.entries()) expect(vectorizer.idf[column]).toBeCloseTo(weight, 12);
    }
  });
});

test('many texts: every count is what a naive search finds', () => {
  const { texts } = generatedReviews({ train: 40, test: 0 }).train;
  const vectorizer = new CountVectorizer({ ngramRange: [1, 2], minDf: 3 });
  const counts = vectorizer.fitTransform(texts).toDense();
  const words = texts.map((text) => text.toLowerCase().match(/\w\w+/g) ?? []);
  for (const [column, ngram] of vectorizer.featureNames.entries()) {
    const length = ngram.split(' ').length;
    for (const [row, all] of words.entries()) {
      const found = all.filter((_, i) => i + length <= all.length && all.slice(i, i + length).join(' ') === ngram);
      expect(counts[row * vectorizer.vocabulary.size + column]).toBe(found.length);
    }
  }
  expect(vectorizer.vocabulary.size).toBeGreaterThan(150);
});

test('texts may come split into words', () => {
  const matrix = new CountVectorizer({ ngramRange: [1, 2] }).fitTransform([
    ['A', 'b'],
    ['b', 'c d'],
  ]);
  expect([...matrix.toDense()]).toEqual([1, 1, 1, 0, 0, 0, 0, 1, 1, 1]);
});

test('of equally frequent n-grams the first by name is kept', () => {
  expect(new CountVectorizer({ maxFeatures: 2 }).fit(['dd cc bb aa', 'cc']).featureNames).toEqual(['aa', 'cc']);
});

describe('refuses', () => {
  test.each<[VectorizerOptions, RegExp]>([
    [{ ngramRange: [2, 1] }, /expected ngramRange to be two whole numbers, 1 ≤ shortest ≤ longest, got \[2, 1\]/],
    [{ minDf: -1 }, /expected minDf to be a share from 0 to 1 or a whole number of texts, got -1/],
    [{ minDf: 1.5 }, /minDf/],
    [{ maxDf: Number.NaN }, /maxDf/],
    [{ maxFeatures: 0 }, /expected maxFeatures to be a whole number from 1, got 0/],
    [{ analyzer: 'line' as 'word' }, /expected analyzer to be 'word' or 'char', got "line"/],
    [{ tokenPattern: /\w+/ }, /expected tokenPattern to be a regular expression with the flag g/],
    [{ vocabulary: ['a', 'a'] }, /expected vocabulary to be n-grams that differ/],
    [{ ngrams: 2 } as VectorizerOptions, /unknown option 'ngrams': expected one of lowercase, /],
  ])('%j', (options, message) => expect(() => new CountVectorizer(options)).toThrow(message));

  test('a norm it does not know', () => {
    expect(() => new TfidfVectorizer({ norm: 'max' as 'l1' })).toThrow(
      "expected norm to be 'l1', 'l2' or null, got 'max'",
    );
  });

  test('texts that are none, and texts without anything to count', () => {
    expect(() => new CountVectorizer().fit('one text' as never)).toThrow(
      'fit: expected an array of texts, got one string.',
    );
    expect(() => new CountVectorizer().fit(['a text', 7 as never])).toThrow(
      'expected text 1 to be a string, got number',
    );
    expect(() => new CountVectorizer().fit([['a', 7 as never]])).toThrow('expected word 1 of text 0 to be a string');
    expect(() => new CountVectorizer().fit(['a b', ''])).toThrow('no n-grams to count: the texts have no words');
    expect(() => new CountVectorizer({ minDf: 2 }).fit(['one', 'two'])).toThrow('minDf and maxDf leave none');
    expect(() => new CountVectorizer({ minDf: 5, maxDf: 0.5 }).fit(['one', 'two'])).toThrow(
      'maxDf means 1 texts, fewer than minDf, 5',
    );
  });

  test('to transform before it is fitted', () => {
    expect(() => new CountVectorizer().transform(['a'])).toThrow('it knows no n-grams yet; call fit()');
    expect(() => new TfidfVectorizer({ vocabulary: ['a'] }).transform(['a'])).toThrow('it was fitted on no texts yet');
  });
});
