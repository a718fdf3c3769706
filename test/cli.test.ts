// The command as a user meets it: a child process, its exit code, its two streams, and what it leaves on disk.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compress, dense, flatten, generateDigits, input, prune, sequential, shrink } from '../src/index.ts';
import { espalier, root, writeSmallMnist } from './cli-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'espalier-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One line that begins as all errors do, and no stack. */
function expectOneLine(error: string): void {
  expect(error).toMatch(/^espalier: \S.*\S\n$/);
  expect(error).not.toMatch(/\n {4}at /);
}

describe('help', () => {
  test.each([[[]], [['demo']], [['evaluate']], [['inspect']], [['sparsity']], [['sweep']]])(
    '%j --help',
    async (command) => {
      const { code, out, error } = await espalier([...command, '--help']);
      expect([code, error]).toEqual([0, '']);
      expect(out).toContain(`Usage: espalier${command.map((name) => ` ${name}`).join('')}`);
      expect(out).toContain('Example:\n  espalier ');
    },
  );

  test('--version is that of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(await espalier(['--version'])).toEqual({ code: 0, out: `${version}\n`, error: '' });
  });

  test('no command: the help, on standard error, and 2', async () => {
    const { code, out, error } = await espalier([]);
    expect([code, out]).toEqual([2, '']);
    expect(error).toContain('Usage: espalier');
  });
});

describe('a wrong command line is an error of one line and ends with 2', () => {
  test.each([
    [['grow'], /unknown command 'grow'/],
    [['demo', '--sparsty', '0.9'], /unknown option '--sparsty'.*--sparsity/],
    [['demo', '--sparsity', '1'], /--sparsity.*'1' is invalid.*fraction/],
    [['demo', '--sparsity', '-0.1'], /--sparsity/],
    [['demo', '--sparsity', 'most'], /--sparsity.*'most'/],
    [['demo', '--epochs', '1.5'], /--epochs.*'1\.5' is invalid.*whole number/],
    [['demo', '--epochs', '0'], /--epochs/],
    [['demo', '--seed', '-1'], /--seed/],
    [['demo', '--out'], /--out.*missing/],
    [['demo', 'extra'], /too many arguments/],
    [['demo', '--out', ''], /'--out <folder>' argument '' is invalid\. Expected a path, got nothing/],
    [['demo', '--data', ''], /'--data <folder>' argument '' is invalid/],
    [['evaluate', ''], /'' is invalid for argument 'file'\. Expected a path, got nothing/],
    [['sparsity', 'none', '--out', ''], /'--out <file>' argument '' is invalid/],
    [['sweep', '--jobs', ''], /'--jobs <file>' argument '' is invalid/],
    [['inspect'], /missing required argument 'file'/],
    [['sparsity', 'none', '--data', 'mnist'], /--data is what --sensitivity measures on: give both, or neither/],
  ] as [string[], RegExp][])('%j', async (args, message) => {
    const { code, out, error } = await espalier(args);
    expect([code, out]).toEqual([2, '']);
    expectOneLine(error);
    expect(error).toMatch(message);
  });
});

describe('what cannot be done is an error of one line and ends with 1', () => {
  const none = join(folder, 'none');
  const file = join(folder, 'file');
  beforeAll(() => writeFileSync(file, 'no model, no folder'));

  test.each([
    ['a missing data folder', ['demo', '--data', none, '--out', join(folder, 'out')], none],
    ['a folder without MNIST', ['demo', '--data', join(root, 'src'), '--out', join(folder, 'out')], 'train-images'],
    ['an output folder that is a file', ['demo', '--out', file], file],
    ['an output folder below a file', ['demo', '--out', join(file, 'below')], 'is a file'],
    ['a page that is a folder', ['sparsity', none, '--out', tmpdir()], `'${tmpdir()}': expected a file, got a folder`],
    [
      'a page that is a device',
      ['sparsity', none, '--out', '/dev/null'],
      "'/dev/null': expected a file, got a link, device or pipe",
    ],
    ['a missing model', ['inspect', none], none],
    ['a file that is no model', ['inspect', file], `${file}: This is not an espalier model file`],
    ['a file that is no model to evaluate', ['evaluate', file], `${file}: This is not an espalier model file`],
    ['a missing model to evaluate', ['evaluate', none, '--json'], none],
  ])('%s', async (_, args, part) => {
    const { code, out, error } = await espalier(args);
    expect([code, out]).toEqual([1, '']);
    expectOneLine(error);
    expect(error).toContain(part);
    expect(readdirSync(folder)).toEqual(['file']);
    expect(readFileSync(file, 'utf8')).toBe('no model, no folder');
  });

  test('--verbose shows where it came from', async () => {
    const { code, error } = await espalier(['inspect', none, '--verbose']);
    expect(code).toBe(1);
    expect(error).toMatch(/^espalier: .*\n {4}at /);
  });
});

describe('inspect and evaluate', () => {
  const digits = join(folder, 'digits.espalier');
  const other = join(folder, 'other.espalier');
  const data = join(folder, 'mnist');

  beforeAll(async () => {
    writeSmallMnist(data, { train: 10, test: 500 });
    const model = sequential([input({ shape: [28, 28, 1] }), flatten(), dense({ units: 10, activation: 'softmax' })]);
    // Digit 3 whatever the image: weights 0, bias 1 for the class 3.
    const bias = Float32Array.from({ length: 10 }, (_, digit) => (digit === 3 ? 1 : 0));
    model.setWeights([{ data: new Float32Array(7840) }, { data: bias }]);
    await model.save(digits);
    await sequential([input({ shape: [5] }), dense({ units: 2 })]).save(other);
  });

  test('inspect: layers, weights and forms', async () => {
    const { code, out, error } = await espalier(['inspect', other, '--json']);
    expect([code, error]).toEqual([0, '']);
    const { weights, weightsKept, bytes, inputs, layers } = JSON.parse(out);
    expect([weights, weightsKept, bytes]).toEqual([10, 10, readFileSync(other).length]);
    expect(inputs).toMatchObject([{ shape: [5] }]);
    expect(layers).toMatchObject([{ type: 'input' }, { name: 'dense', weights: 10, kept: 10 }]);
    expect(layers[1].forms.map(({ batch }: { batch: number }) => batch)).toEqual([1, 64]);
    const readable = await espalier(['inspect', other]);
    expect(readable.code).toBe(0);
    expect(readable.out).toMatch(/dense +dense +10 +10 +100\.0%/);
  });

  test('inspect: the forms that are in the file, not others', async () => {
    const file = join(folder, 'asked.espalier');
    const model = sequential([dense({ units: 64, inputShape: [64] })]);
    prune(model, { amount: 0.97 });
    for (const [batch, forms] of [
      [1, ['block16', 'csr']],
      [64, ['sell4', 'block4']],
    ] as const) {
      const [one, many] = forms;
      await compress(model, { batch, forms: { dense: batch === 1 ? one : many } }).save(file);
      const { layers } = JSON.parse((await espalier(['inspect', file, '--json'])).out);
      expect(layers.at(-1).forms.map(({ form }: { form: string }) => form)).toEqual(forms);
    }
  });

  test('inspect: what shrinking removed', async () => {
    const file = join(folder, 'small.espalier');
    const large = sequential([dense({ units: 3, name: 'a', inputShape: [2] }), dense({ units: 1 })]);
    large.setWeights([{ data: [1, 0, 3, 4, 0, 6] }, { data: [1, 0, 2] }, { data: [1, 2, 3] }, { data: [0] }]);
    await shrink(large).save(file);
    const { shrunk } = JSON.parse((await espalier(['inspect', file, '--json'])).out);
    expect(shrunk.layers[0]).toMatchObject({ layer: 'a', outputs: { before: 3, after: 2, removed: [1] } });
    expect((await espalier(['inspect', file])).out).toMatch(
      /Removed by shrinking:(.|\n)*a \(dense\) +2 → 2 +3 → 2 +1\n/,
    );
  });

  test('evaluate: a model that always says 3 is right on the threes', async () => {
    const { code, out, error } = await espalier(['evaluate', digits, '--data', data, '--json']);
    expect([code, error]).toEqual([0, '']);
    const threes = generateDigits({ count: 500, stream: 'test' }).labels.filter((label) => label === 3).length;
    const result = JSON.parse(out);
    expect(result).toMatchObject({ dataset: 'MNIST', images: 500, right: threes, testAccuracy: threes / 500 });
    expect(result.classes.map(({ right }: { right: number }) => right)).toEqual([0, 0, 0, threes, 0, 0, 0, 0, 0, 0]);
  });

  test('evaluate: a model of other shapes is refused', async () => {
    const { code, out, error } = await espalier(['evaluate', other, '--data', data]);
    expect([code, out]).toEqual([1, '']);
    expectOneLine(error);
    expect(error).toContain('[5] to [2]');
  });
});

test('a reader that has read enough ends the command without a word', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/index.ts', '--help'], { cwd: root });
  child.stdout.destroy();
  let error = '';
  child.stderr.on('data', (chunk) => {
    error += chunk;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect([code, error]).toEqual([141, '']);
});

test('Ctrl-C in the middle: a clean stop, 130, and nothing left', async () => {
  const out = join(folder, 'deep', 'out');
  const data = join(folder, 'for-interrupt');
  writeSmallMnist(data, { train: 1200, test: 10 });
  let interrupted = false;
  const {
    code,
    out: text,
    error,
  } = await espalier(['demo', '--data', data, '--epochs', '100', '--out', out, '--json'], {
    onError(soFar, interrupt) {
      if (interrupted || !/epoch 1 of 100/.test(soFar)) return;
      interrupted = true;
      interrupt();
    },
  });
  expect([code, text]).toEqual([130, '']);
  expect(error.trimEnd().split('\n').at(-1)).toBe('espalier: interrupted, nothing was written');
  expect(existsSync(join(folder, 'deep'))).toBe(false);
});
