// The examples of custom parts run, and what they print holds; what every example answers to --help, and to what it does not know.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { root } from './cli-fixture.ts';
import { complaint, run } from './example-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'espalier-examples-'));
afterAll(() => rmSync(folder, { recursive: true }));

const numbers = (text: string): number[] => Array.from(text.matchAll(/-?\d+(\.\d+)?/g), ([number]) => Number(number));

test('custom-layer learns the slope that fits', () => {
  const [first, last, slope] = numbers(run('custom-layer'));
  expect(last).toBeLessThan(0.01 * first);
  expect(slope).toBeCloseTo(-1.5, 1);
});

test('custom-loss is not bent by wild targets', () => {
  const [squareSlope, squareOffset, slope, offset] = numbers(run('custom-loss'));
  expect(squareOffset).toBeGreaterThan(1.6); // the mean of the targets' errors is 0.8
  expect(squareSlope).toBeLessThan(1.95);
  expect(Math.abs(slope - 2)).toBeLessThan(0.05);
  expect(Math.abs(offset - 1)).toBeLessThan(0.1);
});

test('custom-metric: a separable task ends at precision 1', () => {
  const [loss, positives, precision] = numbers(run('custom-metric'));
  expect(loss).toBeLessThan(0.2);
  expect(positives).toBeGreaterThan(0.2);
  expect(precision).toBeGreaterThan(0.97);
});

test('custom-callback stops at the first epoch below half', () => {
  const densities = numbers(run('custom-callback'));
  expect(densities.length).toBeLessThan(50);
  expect(densities.slice(0, -1).every((density) => density >= 50)).toBe(true);
  expect(densities.at(-1)).toBeLessThanOrEqual(50);
});

test('sparse-product: every form agrees with the dense product', () => {
  const text = run('sparse-product', '--size', '64', '--columns', '8', '--sparsity', '0.8');
  expect(text).toMatch(/^A: 64 × 64, \d+ stored, \d+\.\d% zeros/);
  for (const form of ['CsrMatrix', 'CscMatrix', 'BlockMatrix', 'Sell4Matrix']) expect(text).toContain(`\n${form} `);
  expect(text).not.toContain('DIFFERS');
});

test('sparse-product: what it cannot read or hold is one line, and columns that SELL-4 cannot name go without it', () => {
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const head = '%%MatrixMarket matrix coordinate real general\n';
  const refused: [options: string[], message: RegExp][] = [
    [['--matrix', join(folder, 'none.mtx')], /Cannot read .*none\.mtx: there is no such file/],
    [['--matrix', folder], /Cannot read .*: it is a folder/],
    [['--matrix', file('text.mtx', 'a,b\n')], /Matrix Market, line 1: expected/],
    [
      ['--matrix', file('wide.mtx', `${head}1 2000000000 1\n1 5 1\n`)],
      /expected A, X and Y of at most 67108864 numbers/,
    ],
    [['--size', '8192', '--columns', '16384'], /expected A, X and Y .*, got 8192 × 8192 times 8192 × 16384: give/],
  ];
  for (const [options, message] of refused) {
    const { status, stdout, stderr } = complaint('sparse-product', ...options);
    expect([status === 0, stdout]).toEqual([false, '']);
    expect(stderr).toMatch(/^sparse-product: .*\n$/);
    expect(stderr).toMatch(message);
  }
  const text = run(
    'sparse-product',
    '--matrix',
    file('17000.mtx', `${head}3 17000 2\n1 1 2\n3 17000 5\n`),
    '--columns',
    '4',
  );
  expect(text).toContain('\nBlockMatrix ');
  expect(text).not.toMatch(/Sell4Matrix|DIFFERS/);
});

test('mnist-l1: a folder that is not there is one line', () => {
  const { status, stdout, stderr } = complaint('mnist-l1', '--data', join(folder, 'none'));
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^mnist-l1: The data folder .*none cannot be read: it does not exist\.\n$/);
});

const listed = Array.from(
  readFileSync(`${root}/examples/README.md`, 'utf8').matchAll(/^\| `npx tsx examples\/(.*)\.ts` \|/gm),
  ([, name]) => name,
);
const options: Record<string, string> = {
  'imdb-lstm': 'data epochs seed units length activation json',
  'char-lm': 'data epochs seed units length activation json start temperature top-k',
  streaming: 'data epochs seed units length activation json sparsity',
  'mnist-l1': 'data epochs seed lambda',
  'sparse-product': 'matrix size sparsity columns seed',
};

test.each(listed.filter((name) => name !== 'quick-start'))(
  '%s --help says what it does, and names its options',
  (name) => {
    const help = run(name, '--help');
    expect(help.startsWith(`Usage: npx tsx examples/${name}.ts [options]\n\n`)).toBe(true);
    expect(help).toMatch(/\n\n.{40,}\n\nOptions:\n/s);
    for (const option of options[name]?.split(' ') ?? []) expect(help).toMatch(new RegExp(`^ +--${option}\\b`, 'm'));
  },
);

test.each(['custom-loss', 'mnist-l1', 'segment'])('%s: an option it does not know is one line', (name) => {
  const stderr = `${name}: unknown option '--none'\n`;
  expect(complaint(name, '--none')).toEqual({ status: 2, stdout: '', stderr });
});

test.each([
  ['streaming', '--out', '<folder>'],
  ['streaming', '--data', '<path>'],
  ['char-lm', '--networks', '<folder>'],
  ['mnist-l1', '--data', '<folder>'],
  ['sparse-product', '--matrix', '<file>'],
])('%s: %s without a name is refused', (name, option, kind) => {
  const stderr = `${name}: option '${option} ${kind}' argument '' is invalid. Expected a path, got nothing.\n`;
  expect(complaint(name, option, '')).toEqual({ status: 2, stdout: '', stderr });
});

test('mnist-l1: shrinkage makes zeros where the penalty makes none', () => {
  const lines = run('mnist-l1', '--epochs', '1').trim().split('\n').slice(-5);
  const zeros = lines.map((line) => numbers(line.replace(/^.{26}/, ''))[1]);
  expect(zeros[0]).toBe(0);
  expect(zeros[1]).toBeLessThan(0.01);
  expect(zeros[2]).toBeLessThan(zeros[3]);
  expect(zeros[3]).toBeLessThan(zeros[4]);
  expect(zeros[4]).toBeGreaterThan(15);
});
