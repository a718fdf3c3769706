// The examples that read and write texts, on tiny settings: they run, what they say adds up, and bad input is told in one line.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { readCorpus } from '../examples/char-lm/characters.ts';
import { drawNext, generate } from '../examples/char-lm/generate.ts';
import { lstmWeights, unitsOf } from '../examples/char-lm/train.ts';
import { readReviews } from '../examples/imdb/reviews.ts';
import { trainRival } from '../examples/imdb/rival.ts';
import { compress, dense, embedding, input, load, lstm, Random, sequential, timeDistributed } from '../src/index.ts';
import { root } from './cli-fixture.ts';
import { command, complaint, run } from './example-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'espalier-text-'));
afterAll(() => rmSync(folder, { recursive: true }));

const silent = { phase() {}, update() {}, done() {}, stop() {} };
const { signal } = new AbortController();

interface Variant {
  name: string;
  testAccuracy: number;
  weights: number;
  weightsKept: number;
  bytes: number;
  msBatch1: number;
}

describe('imdb-lstm', () => {
  const out = join(folder, 'imdb');
  const options = ['--reviews', '200', '--epochs', '2', '--units', '8', '--length', '24', '--activation', 'relu'];
  const text = run('imdb-lstm', ...options, '--out', out, '--json');
  const found = JSON.parse(text) as { example: string; variants: Variant[] };

  test('its table as JSON and nothing else: as many weights kept as were asked for', () => {
    expect(found.example).toBe('imdb-lstm');
    const lstmKernels = 4 * 8 * (16 + 8);
    const kept = Object.fromEntries(found.variants.map((each) => [each.name, each.weightsKept / each.weights]));
    expect(Object.keys(kept)).toEqual(['dense', 'l1', 'pruned', 'sparsified+pruned', 'pruned 95%', 'bigrams, L1']);
    for (const { weights } of found.variants.slice(0, 5)) expect(weights).toBe(lstmKernels);
    expect(kept.dense).toBe(1);
    expect(kept.pruned).toBeCloseTo(0.1, 2);
    expect(kept['sparsified+pruned']).toBeLessThanOrEqual(0.1 + 1 / lstmKernels);
    expect(kept['pruned 95%']).toBeCloseTo(0.05, 2);
    for (const { testAccuracy } of found.variants) expect(testAccuracy).toBeGreaterThan(0.3);
  });

  test('writes a page and the files of the models, which run', () => {
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('Film reviews read by a sparse LSTM');
    const bytes = new Uint8Array(readFileSync(join(out, 'pruned.espalier')));
    expect(bytes.length).toBe(found.variants[2].bytes);
    const { data } = load(bytes).predict(new Float32Array(24));
    expect(data[0] + data[1]).toBeCloseTo(1, 5);
  });

  test('interrupted, it keeps what it has trained, and comes to the same from there', async () => {
    const half = join(folder, 'imdb-half');
    const child = spawn(process.execPath, command('imdb-lstm', ...options, '--out', half), { cwd: root });
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const exit = once(child, 'exit');
    while (!existsSync(join(half, 'l1.trained.espalier')) && child.exitCode === null) await setTimeout(5);
    child.kill('SIGINT');
    expect(await exit).toEqual([130, null]);
    expect(stderr).toMatch(
      /interrupted\. What was trained is kept, \d networks: --networks .*imdb-half goes on from there\.\n$/,
    );
    expect(existsSync(join(half, 'report.html'))).toBe(false);
    rmSync(join(half, 'pruned-95.trained.espalier'), { force: true }); // small networks may all be ready by then
    const results = ({ variants }: typeof found) => variants.map(({ msBatch1, ...rest }) => rest);
    const again = JSON.parse(run('imdb-lstm', ...options, '--out', out, '--networks', half, '--json'));
    expect(results(again)).toEqual(results(found));
  });

  test('the vocabulary is that of the training part; sequences end with words; the parts share no review', async () => {
    const {
      train,
      validation,
      test: heldOut,
      length,
      words,
    } = await readReviews({ words: 50, length: 30 }, silent, signal);
    expect([train.count, validation.count, heldOut.count, length, words]).toEqual([3600, 400, 1000, 30, 50]);
    for (const { ids, labels } of [train, validation, heldOut]) {
      const last = Array.from(labels, (_, i) => ids.data[i * length + length - 1]);
      expect(Math.min(...last)).toBeGreaterThan(0);
      expect(ids.data.reduce((most, id) => Math.max(most, id), 0)).toBeLessThan(50);
    }
    const seen = new Set([...train.texts, ...validation.texts]);
    expect(seen.size).toBeGreaterThan(3990);
    expect(heldOut.texts.some((each) => seen.has(each))).toBe(false);
  });

  test('the rival runs on the words and bigrams that are left, with the answers of all', async () => {
    const reviews = await readReviews({ words: 50, length: 30, reviews: 600 }, silent, signal);
    const { bag, model, kept, weights, validationAccuracy, path } = await trainRival(reviews, 1, silent, signal);
    expect(bag.vocabulary.size).toBe(kept);
    expect(path.at(-1)?.kept).toBeLessThan(weights);
    expect(path.map((step) => step.kept)).toEqual(path.map((step) => step.kept).sort((a, b) => b - a));
    const { validation } = reviews;
    model.compile({ optimizer: 'sgd', loss: 'binaryCrossentropy', metrics: ['accuracy'] });
    expect(model.evaluate(bag.transform(validation.texts), validation.labels).accuracy).toBeCloseTo(
      validationAccuracy,
      6,
    );
    expect(validationAccuracy).toBeGreaterThan(0.65);
  });

  test('data that is none is told in one line, and leaves no folder', () => {
    const nowhere = complaint('imdb-lstm', '--data', join(folder, 'nowhere'), '--out', join(folder, 'none'));
    expect(nowhere).toMatchObject({ status: 1, stdout: '' });
    expect(nowhere.stderr).toMatch(/^imdb-lstm: The data folder .*nowhere cannot be read: it does not exist\.\n$/);
    expect(existsSync(join(folder, 'none'))).toBe(false);
    expect(complaint('imdb-lstm', '--activation', 'gelu').stderr).toContain(
      'Allowed choices are tanh, relu, linear, sigmoid',
    );
  });
});

describe('char-lm', () => {
  const path = join(folder, 'play.txt.gz');
  writeFileSync(path, gzipSync('To be, or not to be: that is the question.\n'.repeat(60)));
  const options = ['--data', path, '--epochs', '2', '--units', '16', '--length', '20', '--sparsities', '0.8'];

  test('its table as JSON: at equal weights kept; what it writes begins as asked; the same seed gives the same', () => {
    const once = run(
      'char-lm',
      ...options,
      '--start',
      'To',
      '--characters',
      '30',
      '--out',
      join(folder, 'play'),
      '--json',
    );
    const { variants, samples } = JSON.parse(once) as {
      variants: (Variant & { bitsPerCharacter: number; charactersPerSecond: number })[];
      samples: Record<string, string>;
    };
    const [wide, sparse, narrow] = variants;
    expect(variants.map(({ name }) => name)).toEqual([
      '16 units, dense',
      '16 units, 80% sparse',
      `${unitsOf(614)} units, dense`,
    ]);
    expect([wide.weights, wide.weightsKept]).toEqual([3072, 3072]);
    expect(Math.abs(sparse.weightsKept - 614)).toBeLessThanOrEqual(1);
    expect(Math.abs(narrow.weightsKept / sparse.weightsKept - 1)).toBeLessThan(0.15);
    for (const { bitsPerCharacter, msBatch1, charactersPerSecond } of variants) {
      expect(bitsPerCharacter).toBeLessThan(Math.log2(20));
      expect(msBatch1 * charactersPerSecond).toBeCloseTo(1000, 6);
    }
    for (const sample of Object.values(samples)) {
      expect(sample.startsWith('To')).toBe(true);
      expect(sample).toHaveLength(32);
    }
    expect(readFileSync(join(folder, 'play', 'report.html'), 'utf8')).toContain('Text written by sparse LSTMs');
  });

  test('units of equal weights', () => {
    for (const units of [1, 7, 64, 128]) expect(unitsOf(lstmWeights(units))).toBe(units);
  });

  test('windows go on where the text goes on, and y is x one character later', async () => {
    const { train, tokenizer, characters } = await readCorpus(path, 20);
    expect(characters).toBe(43 * 60);
    expect(train.y.data.subarray(0, -1)).toEqual(train.x.data.subarray(1));
    expect(tokenizer.sequencesToTexts([train.x.data.subarray(0, 20)], '')).toEqual(['To be, or not to be:']);
    expect(train.x.shape).toEqual([Math.floor((Math.floor(0.9 * characters) - 1) / 20), 20]);
  });

  test('drawing: the likeliest at temperature 0, the k likeliest only, shares as p^(1/temperature)', () => {
    const probabilities = Float32Array.of(0.9, 0.02, 0.05, 0.03); // 0 is no character
    const drawn = (options: { temperature: number; topK: number }) => {
      const random = new Random(3);
      const counts = [0, 0, 0, 0];
      for (let i = 0; i < 20_000; i++) counts[drawNext(probabilities, options, random)]++;
      return counts.map((times) => times / 20_000);
    };
    expect(drawn({ temperature: 0, topK: 0 })).toEqual([0, 0, 1, 0]);
    const two = drawn({ temperature: 1, topK: 2 });
    expect(two.slice(0, 2)).toEqual([0, 0]);
    expect(two[2]).toBeCloseTo(5 / 8, 1);
    const sharp = drawn({ temperature: 0.5, topK: 0 });
    for (const [i, share] of [0, 4 / 38, 25 / 38, 9 / 38].entries())
      expect(Math.abs(sharp[i] - share)).toBeLessThan(0.015);
  });

  test('what a session writes is what the whole text so far gives', async () => {
    const { tokenizer } = await readCorpus(path, 20);
    const time = 12;
    const model = sequential(
      [
        input({ shape: [time] }),
        embedding({ inputDim: tokenizer.size, outputDim: 4 }),
        lstm({ units: 6, returnSequences: true }),
        timeDistributed({ layer: dense({ units: tokenizer.size, activation: 'softmax' }) }),
      ],
      { seed: 5 },
    );
    const options = { start: 'to b', characters: 8, temperature: 0, topK: 0, seed: 1 };
    const written = generate(compress(model), tokenizer, options);
    expect(generate(compress(model), tokenizer, { ...options, start: 'to漢 b字' })).toBe(written);
    const [ids] = tokenizer.textsToSequences([written]);
    const { data } = model.predict(Float32Array.from(ids));
    for (let t = 3; t < time - 1; t++) {
      const next = Array.from(data.subarray(t * tokenizer.size + 1, (t + 1) * tokenizer.size));
      expect(ids[t + 1]).toBe(next.indexOf(Math.max(...next)) + 1);
    }
  });

  test('refuses a text that is too short, an unknown start, fractions that are none, in one line', () => {
    const short = join(folder, 'short.txt');
    writeFileSync(short, 'To be.');
    expect(complaint('char-lm', '--data', short, '--out', join(folder, 'x'))).toMatchObject({
      status: 2,
      stderr:
        'char-lm: The text is too short: a part of 5 characters holds no window of 64; choose a smaller --length.\n',
    });
    for (const start of ['漢字', '']) {
      expect(complaint('char-lm', '--start', start, '--out', join(folder, 'x'))).toEqual({
        status: 2,
        stdout: '',
        stderr: `char-lm: --start: expected some characters of the text, got ${JSON.stringify(start)}.\n`,
      });
    }
    expect(complaint('char-lm', '--sparsities', '0.5,1').stderr).toContain('Expected fractions between 0 and 1');
    expect(complaint('char-lm', '--data', join(folder, 'no.txt')).stderr).toMatch(
      /^char-lm: --data: there is no .*no\.txt\.\n$/,
    );
  });
});

describe('streaming', () => {
  interface Found {
    data: string;
    variants: Variant[];
    walk: { steps: { wrong: boolean; probability: number }[]; difference: number };
  }
  const told = (...options: string[]): Found =>
    JSON.parse(run('streaming', '--json', '--out', join(folder, 'streaming'), ...options));

  test('finds the break, and a session gives what the whole sequence gives', () => {
    const { variants, walk } = told();
    for (const { testAccuracy, weights } of variants) {
      expect(testAccuracy).toBeGreaterThan(0.9);
      expect(weights).toBe(4 * 32 * (32 + 2));
    }
    expect(variants.map(({ weightsKept }) => weightsKept)).toEqual([4352, 436]);
    expect(variants[1].bytes).toBeLessThan(variants[0].bytes / 3);
    const mean = (is: boolean) => {
      const all = walk.steps.filter(({ wrong }) => wrong === is).map(({ probability }) => probability);
      return all.reduce((sum, p) => sum + p, 0) / all.length;
    };
    expect(walk.steps).toHaveLength(64);
    expect(mean(true)).toBeGreaterThan(mean(false) + 0.2);
    expect(walk.difference).toBeLessThan(1e-5);
    expect(readFileSync(join(folder, 'streaming', 'report.html'), 'utf8')).toContain('Is something wrong?');
  });

  test('reads readings of one’s own, and refuses what is none', () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, i) => `${(i * 7) % 5},${i % 3},1e-2,${i % 64 > 40 ? 1 : 0}`);
    const file = join(folder, 'readings.csv');
    writeFileSync(file, `${lines(40 * 6 + 3).join('\r\n')}\r\n\r\n`);
    const options = ['--data', file, '--length', '40', '--epochs', '1', '--units', '4', '--activation', 'relu'];
    const { data, variants } = told(...options, '--sparsity', '0.5');
    expect(data).toBe('readings.csv: 4 sequences of 40 readings to learn from, 2 to be judged by');
    expect(variants.map(({ weights, weightsKept }) => [weights, weightsKept])).toEqual([
      [4 * 4 * 7, 4 * 4 * 7],
      [4 * 4 * 7, 4 * 4 * 3.5],
    ]);
    for (const [wrong, message] of [
      [[...lines(300), '1,2,3,4'], "expected 3 numbers and 0 or 1 in each line, with commas between, got '1,2,3,4'"],
      [[...lines(300), '1,,3,1'], "got '1,,3,1'"],
      [['time'], "expected numbers and 0 or 1 in each line, with commas between, got 'time'"],
      [lines(199), 'expected at least 200 readings, five sequences of 40, got 199'],
    ] as const) {
      writeFileSync(file, wrong.join('\n'));
      const { status, stdout, stderr } = complaint('streaming', ...options);
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^streaming: --data: .*\n$/);
      expect(stderr).toContain(message);
    }
  });
});
