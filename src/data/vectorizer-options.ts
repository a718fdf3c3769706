// What is an n-gram, and which of them count: the options of CountVectorizer, checked.

import { checkKnown, checkWhole, misfit } from '../tensor/index.ts';
import type { TextInput } from './text-input.ts';

/** The options of a `CountVectorizer`, named and defaulted as scikit-learn's. */
export interface VectorizerOptions {
  /** Lower case first; default true. */
  lowercase?: boolean;
  /** N-grams of words (default) or of characters. */
  analyzer?: 'word' | 'char';
  /** What is a word, with the flags g and u; default two or more letters, digits or underscores in a row. */
  tokenPattern?: RegExp;
  /** Words that are left out before n-grams are made. */
  stopWords?: readonly string[];
  /** The shortest and the longest n-grams; default [1, 1], [1, 2] is words and bigrams. */
  ngramRange?: readonly [number, number];
  /** N-grams in fewer texts are left out: a number of texts, or a share of them when it is below 1; default 1. */
  minDf?: number;
  /** N-grams in more texts are left out: a share of the texts up to 1 (default 1, all of them), or a number of texts from 2. */
  maxDf?: number;
  /** Only so many, the most frequent ones; equally frequent ones in their order. Default: all. */
  maxFeatures?: number;
  /** The n-grams in the order of their columns, instead of those that are found. */
  vocabulary?: readonly string[];
  /** 1 for every count; default false. */
  binary?: boolean;
}

/** The names of {@link VectorizerOptions}. */
export const vectorizerOptions = [
  'lowercase',
  'analyzer',
  'tokenPattern',
  'stopWords',
  'ngramRange',
  'minDf',
  'maxDf',
  'maxFeatures',
  'vocabulary',
  'binary',
];

const isWhole = (value: number, least: number): boolean => Number.isInteger(value) && value >= least;
const isShare = (value: number): boolean => typeof value === 'number' && value >= 0 && value <= 1;

/** The options with their defaults, and what they make of a text. @throws when one is unknown or out of range. */
export function checkedVectorizer(options: VectorizerOptions) {
  checkKnown('CountVectorizer', options, vectorizerOptions);
  const {
    lowercase = true,
    analyzer = 'word',
    tokenPattern = /[\p{L}\p{N}_]{2,}/gu,
    stopWords = [],
    binary = false,
  } = options;
  const { ngramRange = [1, 1], minDf = 1, maxDf = 1, maxFeatures, vocabulary } = options;
  const complain = (name: keyof VectorizerOptions, expected: string): never => {
    throw misfit('CountVectorizer', name, expected, options[name]);
  };
  const [shortest, longest]: readonly number[] = Array.isArray(ngramRange) ? ngramRange : [];
  if (!(isWhole(shortest, 1) && isWhole(longest, shortest)))
    complain('ngramRange', 'two whole numbers, 1 ≤ shortest ≤ longest');
  if (!(isShare(minDf) || isWhole(minDf, 1))) complain('minDf', 'a share from 0 to 1 or a whole number of texts');
  if (!(isShare(maxDf) || isWhole(maxDf, 2)))
    complain('maxDf', 'a share from 0 to 1 or a whole number of texts from 2');
  if (maxFeatures !== undefined) checkWhole('CountVectorizer', { maxFeatures }, 1);
  if (!['word', 'char'].includes(analyzer)) complain('analyzer', "'word' or 'char'");
  if (!(tokenPattern instanceof RegExp && tokenPattern.global))
    complain('tokenPattern', 'a regular expression with the flag g');
  if (vocabulary !== undefined && new Set(vocabulary).size !== vocabulary.length)
    complain('vocabulary', 'n-grams that differ');
  const stop = new Set(stopWords);

  /** The words or characters of a text. */
  function partsOf(text: TextInput): readonly string[] {
    if (typeof text !== 'string') return lowercase ? text.map((word) => word.toLowerCase()) : text;
    const cased = lowercase ? text.toLowerCase() : text;
    if (analyzer === 'char') return Array.from(cased.replace(/\s\s+/gu, ' '));
    const words: readonly string[] = cased.match(tokenPattern) ?? [];
    return stop.size === 0 ? words : words.filter((word) => !stop.has(word));
  }

  const joined = (parts: readonly string[]): string => parts.join(analyzer === 'char' ? '' : ' ');
  return { binary, analyzer, minDf, maxDf, maxFeatures, vocabulary, shortest, longest, partsOf, joined };
}
