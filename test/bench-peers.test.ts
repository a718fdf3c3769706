// The comparison with peers, without any peer: its tables, its turns, its check of answers, its problems, its command line.

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { network } from '../bench/networks.ts';
import { espalier } from '../bench/peers/espalier.ts';
import { difference, interleave } from '../bench/peers/interleave.ts';
import { markdownOf, type PeersReport } from '../bench/peers/markdown.ts';
import { peersOptionsOf } from '../bench/peers/options.ts';
import { type Contender, type Result, timed } from '../bench/peers/task.ts';
import { layersOf, predictTask, transposed } from '../bench/peers/tasks.ts';

const header = { processor: 'A processor', cores: 2, caches: [], node: 'v20.0.0', v8: '11', commit: 'abc' };

const result = (
  library: string,
  form: string,
  task: Result['task'],
  [min, median]: readonly [number, number],
  native = false,
): Result => ({ library, form, task, native, seconds: { min, median }, difference: 0 });

const one = { kind: 'predict', model: 'a', batch: 1 } as const;
const many = { kind: 'predict', model: 'c', batch: 64 } as const;
const train = { kind: 'train', model: 'c', batch: 64 } as const;
const product = { kind: 'spmm', m: 8, k: 9, n: 4 } as const;

const report: PeersReport = {
  header,
  libraries: [
    { name: 'espalier', version: '0.1.0', native: false },
    { name: 'torch', version: '1.13', native: true },
  ],
  results: [
    result('espalier', 'dense', one, [8.5e-6, 9e-6]),
    result('espalier', '90% sparse', one, [2e-6, 2.5e-6]),
    result('torch', 'dense', one, [90e-6, 123.4e-6], true),
    result('espalier', 'dense', many, [5.8821e-3, 6e-3]),
    result('espalier', 'dense', train, [0.016, 0.032]),
    result('torch', 'CSR', product, [1e-3, 2e-3], true),
    result('torch', 'dense', product, [5e-4, 6e-4], true),
  ],
  skipped: [
    { library: 'tfjs-wasm', why: 'not installed' },
    { library: 'tfjs-wasm', why: 'not installed' },
  ],
};

test('the report is a table for each kind, with a dash where nobody ran, and who is missing below', () => {
  const text = markdownOf(report);
  expect(text).toContain('| µs per call, best / median | espalier dense | espalier 90% sparse | torch (native) |');
  expect(text).toContain('| (a) LeNet-300-100, batch 1 | 8.50 / 9.00 | 2.00 / 2.50 | 90.0 / 123 |');
  expect(text).toContain("| (c) the article's CNN, batch 64 | 5882 / 6000 | – | – |");
  expect(text).toContain('| samples per second, Adam, best / median | espalier |');
  expect(text).toContain("| (c) the article's CNN, batch 64 | 4000 / 2000 |");
  expect(text).toContain('| µs per product, best / median | torch CSR (native) | torch dense (native) |');
  expect(text).toContain('| 90% sparse W[8×9]·X[9×4] | 1000 / 2000 | 500 / 600 |');
  expect(text).toContain('A processor, Node v20.0.0');
  expect(text).toContain('Beside it: torch 1.13.');
  expect(text.match(/Not measured: tfjs-wasm \(not installed\)\./g)).toHaveLength(1);
  for (const block of text.split('\n\n').filter((part) => part.startsWith('|'))) {
    const widths = block
      .trim()
      .split('\n')
      .map((line) => line.split('|').length);
    expect(new Set(widths).size).toBe(1);
  }
});

test('the difference of answers is relative to the largest number, and NaN is never right', () => {
  expect(difference(Float32Array.of(1, 2), Float32Array.of(1, 4))).toBe(0.5);
  expect(difference(Float32Array.of(1, 2), Float32Array.of(1, 2))).toBe(0);
  expect(difference(Float32Array.of(Number.NaN, 2), Float32Array.of(1, 2)) <= 1).toBe(false);
  expect(difference(Float32Array.of(1), Float32Array.of(1, 2))).toBe(Number.POSITIVE_INFINITY);
});

test('contenders take turns, calls fill a sample, and who answers wrongly is not timed', async () => {
  const turns: string[] = [];
  const contender = (library: string, seconds: number, answer: number, expected?: number): Contender => ({
    library,
    form: 'dense',
    answer: async () => Float32Array.of(answer),
    expected: expected === undefined ? undefined : () => Float32Array.of(expected),
    async sample(calls) {
      turns.push(`${library} ${calls}`);
      return seconds;
    },
    dispose() {},
  });
  const contenders = [
    contender('ours', 0.001, 1),
    contender('wrong', 0.001, 1.01),
    contender('near', 0.01, 1.00005),
    contender('other', 0.002, 7, 7),
  ];
  const { timings, skipped } = await interleave(contenders, {
    ...{ rounds: 3, totalSeconds: 0, seconds: 0.004, warmSeconds: 0.03 },
  });
  expect(timings.map(({ library, seconds }) => [library, seconds.min])).toEqual([
    ['ours', 0.001],
    ['near', 0.01],
    ['other', 0.002],
  ]);
  expect(skipped).toHaveLength(1);
  expect(skipped[0].library).toBe('wrong, dense');
  expect(turns.slice(-9)).toEqual([
    ...['ours 4', 'near 1', 'other 2'],
    ...['near 1', 'other 2', 'ours 4'],
    ...['other 2', 'ours 4', 'near 1'],
  ]);
});

test('a sample waits for calls that are asynchronous', async () => {
  let done = 0;
  const seconds = await timed(3, async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    done++;
  });
  expect(done).toBe(3);
  expect(seconds).toBeGreaterThan(0.003);
});

test('layers go out in Keras order', () => {
  const layers = layersOf(network('c'));
  expect(layers.map(({ type }) => type)).toEqual([
    'conv2d',
    'maxPooling2d',
    'conv2d',
    'maxPooling2d',
    'flatten',
    'dense',
    'dense',
  ]);
  expect(layers.flatMap((layer) => ('activation' in layer ? [[layer.activation, layer.shape]] : []))).toEqual([
    ['relu', [3, 3, 1, 32]],
    ['relu', [3, 3, 32, 64]],
    ['relu', [1600, 64]],
    ['softmax', [64, 10]],
  ]);
  expect(layers[4]).toEqual({ type: 'flatten', shape: [5, 5, 64] });
});

test('our own contenders answer as they should', async () => {
  const library = espalier('0', false);
  const contenders = await library.contenders(predictTask('a', 1));
  expect(contenders.map(({ form }) => form)).toEqual(['dense', '90% sparse', '90% sparse in blocks']);
  for (const contender of contenders) {
    const expected = contender.expected?.() ?? new Float32Array();
    expect(difference(await contender.answer(), expected)).toBeLessThan(1e-4);
    await contender.dispose();
  }
  const [m, k, n] = [8, 12, 3];
  const w = Float32Array.from({ length: m * k }, (_, i) => (i % 3 ? 0 : i));
  const x = Float32Array.from({ length: k * n }, (_, i) => i / 7);
  const products = await library.contenders({ kind: 'spmm', m, k, n, w, x });
  expect(products.map(({ form }) => form)).toEqual(['dense', 'CSR', 'blocks 4x1']);
  for (const contender of products) {
    expect(difference(await contender.answer(), contender.expected?.() ?? new Float32Array())).toBeLessThan(1e-4);
    await contender.dispose();
  }
});

test('a transpose is one', () => {
  expect([...transposed(Float32Array.of(1, 2, 3, 4, 5, 6), 2, 3)]).toEqual([1, 4, 2, 5, 3, 6]);
});

test('the command line is read, and refused in one line', () => {
  expect(peersOptionsOf(['--filter', 'predict a', '--relaxed'])).toMatchObject({ filter: 'predict a', relaxed: true });
  expect(peersOptionsOf(['--quick']).effort.rounds).toBeLessThan(peersOptionsOf([]).effort.rounds);
  expect(() => peersOptionsOf(['--nothing'])).toThrow(/^Unknown option '--nothing'; --help lists the options\.$/);
  expect(() => peersOptionsOf(['--json', join(tmpdir(), 'none-such', 'x.json')])).toThrow(/--json: there is no folder/);
});
