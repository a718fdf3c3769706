// The tokenizer numbers as keras.preprocessing.text.Tokenizer does. The expectations follow from Keras' documentation and source, by
// hand: ids by frequency, equally frequent words as they first came, 0 never given out, the out-of-vocabulary word at 1.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Tokenizer, type TokenizerOptions } from '../../src/index.ts';

const root = mkdtempSync(join(tmpdir(), 'espalier-tokenizer-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const texts = ['The cat sat on the mat.', "The dog's log -- ON the mat!", ''];
const fitted = (options: TokenizerOptions = {}) => new Tokenizer(options).fitOnTexts(texts);

describe('ids', () => {
  test('go by frequency, then by first appearance', () => {
    const tokenizer = fitted();
    expect([...tokenizer.wordIndex]).toEqual([
      ['the', 1],
      ['on', 2],
      ['mat', 3],
      ['cat', 4],
      ['sat', 5],
      ["dog's", 6],
      ['log', 7],
    ]);
    expect([...tokenizer.wordCounts]).toEqual([
      ['the', 4],
      ['cat', 1],
      ['sat', 1],
      ['on', 2],
      ['mat', 2],
      ["dog's", 1],
      ['log', 1],
    ]);
    expect([tokenizer.documentCount, tokenizer.size, tokenizer.wordOf(0), tokenizer.wordOf(6)]).toEqual([
      3,
      8,
      undefined,
      "dog's",
    ]);
    expect(tokenizer.textsToSequences(texts)).toEqual([[1, 4, 5, 2, 1, 3], [1, 6, 7, 2, 1, 3], []]);
  });

  test('unknown words are left out, or become the oovToken, which is 1', () => {
    expect(fitted().textsToSequences(['the bird sat'])).toEqual([[1, 5]]);
    const tokenizer = fitted({ oovToken: '<OOV>' });
    expect([...tokenizer.wordIndex].slice(0, 3)).toEqual([
      ['<OOV>', 1],
      ['the', 2],
      ['on', 3],
    ]);
    expect(tokenizer.textsToSequences(['the bird sat'])).toEqual([[2, 1, 6]]);
  });

  test('numWords keeps the numWords − 1 most frequent, all words stay in wordIndex', () => {
    const tokenizer = fitted({ numWords: 3 });
    expect(tokenizer.wordIndex.size).toBe(7);
    expect(tokenizer.size).toBe(3);
    expect(tokenizer.textsToSequences(texts)).toEqual([[1, 2, 1], [1, 2, 1], []]);
    const withOov = fitted({ numWords: 3, oovToken: 'unknown' });
    expect(withOov.textsToSequences(texts)).toEqual([[2, 1, 1, 1, 2, 1], [2, 1, 1, 1, 2, 1], []]);
  });

  test('a word that is spelled as the oovToken is that one', () => {
    const tokenizer = new Tokenizer({ oovToken: 'unk' }).fitOnTexts(['unk unk a']);
    expect([...tokenizer.wordIndex]).toEqual([
      ['unk', 1],
      ['a', 2],
    ]);
    expect(tokenizer.textsToSequences(['unk a b'])).toEqual([[1, 2, 1]]);
  });

  test('fitting again adds to the counts', () => {
    const twice = new Tokenizer().fitOnTexts(texts.slice(0, 1)).fitOnTexts(texts.slice(1));
    expect([...twice.wordIndex]).toEqual([...fitted().wordIndex]);
    expect(twice.documentCount).toBe(3);
  });

  test('words of Object are words', () => {
    const tokenizer = new Tokenizer().fitOnTexts(['constructor __proto__ toString constructor']);
    expect(tokenizer.textsToSequences(['toString constructor proto'])).toEqual([[3, 1, 2]]);
  });
});

describe('splitting', () => {
  const split = (text: string, options: TokenizerOptions = {}) => [
    ...new Tokenizer(options).fitOnTexts([text]).wordIndex.keys(),
  ];

  test("Keras' filters leave the apostrophe and split at all else", () => {
    const filters = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n';
    expect(split(Array.from(filters, (character, i) => `w${i}${character}`).join(''))).toHaveLength(filters.length);
    expect(split("don't stop\rnow")).toEqual(["don't", 'stop\rnow']);
  });

  test('other filters, another separator, upper case kept', () => {
    expect(split('A^b]c-d\\e', { filters: '^]-\\', lower: false })).toEqual(['A', 'b', 'c', 'd', 'e']);
    expect(split('a, b', { filters: '' })).toEqual(['a,', 'b']);
    expect(split('one two,three;four', { filters: ';', split: ',' })).toEqual(['one two', 'three', 'four']);
  });

  test('characters are code points and are not filtered', () => {
    expect(split('aB, 🙂a', { charLevel: true })).toEqual(['a', 'b', ',', ' ', '🙂']);
    const tokenizer = new Tokenizer({ charLevel: true, lower: false }).fitOnTexts(['to be']);
    expect(tokenizer.textsToSequences(['Toe'])).toEqual([[2, 5]]);
    expect(tokenizer.sequencesToTexts([[2, 5]], '')).toEqual(['oe']);
  });

  test('texts may come split into words; filters do not touch them', () => {
    const tokenizer = new Tokenizer().fitOnTexts([['Ice-cream', 'is', 'is']]);
    expect([...tokenizer.wordIndex.keys()]).toEqual(['is', 'ice-cream']);
  });
});

test('sequencesToTexts: back to words; ids of none become the oovToken or nothing', () => {
  const tokenizer = fitted();
  expect(tokenizer.sequencesToTexts([[1, 4, 99, 0], [], [7]])).toEqual(['the cat', '', 'log']);
  expect(fitted({ oovToken: '?', numWords: 4 }).sequencesToTexts([[0, 2, 3, 4, 1]])).toEqual(['? the on ? ?']);
});

describe('textsToMatrix', () => {
  const tokenizer = new Tokenizer().fitOnTexts(['a a b', 'b c']);
  const dense = (mode?: 'binary' | 'count' | 'freq' | 'tfidf') => [
    ...tokenizer.textsToMatrix(['a a b', 'c', 'x'], mode).toDense(),
  ];

  test('binary, count, freq', () => {
    expect(dense()).toEqual([0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
    expect(dense('count')).toEqual([0, 2, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
    expect(dense('freq').map((share) => Math.round(3000 * share))).toEqual([
      0, 2000, 1000, 0, 0, 0, 0, 3000, 0, 0, 0, 0,
    ]);
  });

  test('tfidf: (1 + ln c)·ln(1 + n / (1 + df))', () => {
    const expected = [0, (1 + Math.log(2)) * Math.log(2), Math.log(1 + 2 / 3), 0, 0, 0, 0, Math.log(2), 0, 0, 0, 0];
    for (const [at, value] of dense('tfidf').entries()) expect(value).toBeCloseTo(expected[at], 6);
  });

  test('refuses other modes, ids that are none, and to weight what it never saw', () => {
    expect(() => tokenizer.textsToMatrix(['a'], 'toString' as 'count')).toThrow("no mode 'toString'; expected binary");
    expect(() => tokenizer.textsToMatrix(['a'], 'sum' as 'count')).toThrow(
      "no mode 'sum'; expected binary, count, freq, tfidf",
    );
    expect(() => tokenizer.sequencesToMatrix([[1], [2, -1]])).toThrow('sequence 1 has -1 at position 1');
    expect(() => new Tokenizer().textsToMatrix(['a'])).toThrow('call fitOnTexts() first');
    expect(tokenizer.sequencesToMatrix([[1, 77]]).nnz).toBe(1);
  });
});

describe('saved and loaded', () => {
  test('it gives the same ids and goes on counting the same', async () => {
    const options = { numWords: 5, oovToken: '<x>', filters: '.!-"' };
    const tokenizer = fitted(options);
    const path = join(root, 'tokenizer.json');
    await tokenizer.save(path);
    const loaded = await Tokenizer.load(path);
    const again = Tokenizer.fromJson(tokenizer.toJson());
    for (const one of [loaded, again]) {
      expect(one.options).toEqual(tokenizer.options);
      expect(one.textsToSequences([...texts, 'no "word" known'])).toEqual(
        tokenizer.textsToSequences([...texts, 'no "word" known']),
      );
      expect(one.toJson()).toBe(tokenizer.toJson());
    }
    const more = ['cat cat mat', 'new new'];
    expect([...loaded.fitOnTexts(more).wordIndex]).toEqual([...fitted(options).fitOnTexts(more).wordIndex]);
    expect(readdirSync(root)).toEqual(['tokenizer.json']);
  });

  const saved = () => JSON.parse(fitted().toJson());
  test.each<[string, (file: ReturnType<typeof saved>) => unknown, RegExp]>([
    ['another version', (file) => ({ ...file, version: 2 }), /file of version 2, and this espalier reads version 1/],
    ['no version', ({ version: _, ...file }) => file, /version unknown, and this espalier reads version 1/],
    [
      'another format',
      (file) => ({ ...file, format: 'keras' }),
      /expected "format": "espalier tokenizer", got "keras"/,
    ],
    ['null', () => null, /is no tokenizer file/],
    ['no words', (file) => ({ ...file, words: {} }), /is damaged: it has no list of words/],
    [
      'a count of half',
      (file) => ({ ...file, words: [['a', 0.5, 1]] }),
      /words\[0\] is \["a",0.5,1\], expected \[word, count/,
    ],
    ['more texts than there were', (file) => ({ ...file, words: [['a', 9, 4]] }), /words\[0\]/],
    ['a word twice', (file) => ({ ...file, words: [...file.words, file.words[0]] }), /has the word "the" twice/],
    ['no options', (file) => ({ ...file, options: null }), /is damaged: it has no options/],
    [
      'a wrong option',
      (file) => ({ ...file, options: { numWords: 'all' } }),
      /expected numWords to be a whole number from 1, got "all"/,
    ],
    [
      'a wrong number of texts',
      (file) => ({ ...file, documents: -1 }),
      /expected documents to be a whole number, got -1/,
    ],
  ])('refuses %s', async (_, change, message) => {
    const path = join(root, 'bad.json');
    writeFileSync(path, JSON.stringify(change(saved())));
    await expect(Tokenizer.load(path)).rejects.toThrow(message);
    rmSync(path);
  });

  test('refuses bytes that are not UTF-8', async () => {
    const path = join(root, 'latin.json');
    writeFileSync(path, Buffer.from(JSON.stringify(saved()).replace('"documents"', '"é":0,"documents"'), 'latin1'));
    await expect(Tokenizer.load(path)).rejects.toThrow(/latin\.json is damaged: it is not UTF-8\.$/);
  });

  test('refuses a file cut short, and names it', async () => {
    const path = join(root, 'cut.json');
    await fitted().save(path);
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 60));
    await expect(Tokenizer.load(path)).rejects.toThrow(/cut\.json is no tokenizer file: it is not JSON/);
  });
});

test.each<[TokenizerOptions, RegExp]>([
  [{ numWords: 0 }, /expected numWords to be a whole number from 1, got 0/],
  [{ numWords: 2.5 }, /numWords/],
  [{ split: '' }, /expected split to be a string that is not empty/],
  [{ filters: 5 as never }, /expected filters to be a string of characters, got 5/],
  [{ oovToken: 1 as never }, /expected oovToken to be a string, got 1/],
  [{ num_words: 9 } as TokenizerOptions, /unknown option 'num_words': expected one of numWords, /],
])('refuses %j', (options, message) => expect(() => new Tokenizer(options)).toThrow(message));

test('refuses what is no array of texts', () => {
  expect(() => new Tokenizer().fitOnTexts('text' as never)).toThrow(
    'fitOnTexts: expected an array of texts, got one string.',
  );
  expect(() => fitted().textsToSequences([null as never])).toThrow(
    'textsToSequences: expected text 0 to be a string, got null',
  );
});
