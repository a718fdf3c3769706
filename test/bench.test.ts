// The bench: its arithmetic on an entry whose time is known, one short run of every operation, its tables and page.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { breakEvens, showBreakEven } from '../bench/break-even.ts';
import { benchPage } from '../bench/charts.ts';
import { header } from '../bench/header.ts';
import { measure } from '../bench/measure.ts';
import { layerFlops, network } from '../bench/networks.ts';
import { optionsOf } from '../bench/options.ts';
import { type Entry, ops, type Row } from '../bench/row.ts';
import { run } from '../bench/run.ts';
import { matches, percent, table } from '../bench/table.ts';
import { elementwiseShare } from '../bench/train.ts';
import { heap, kernels } from '../src/engine/index.ts';
import { conv2dTranspose, sequential } from '../src/index.ts';
import { smallMatrix } from './bench-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'espalier-bench-'));
afterAll(() => rmSync(folder, { recursive: true }));
const matrixFile = smallMatrix(folder);

/** More columns than SELL-4 can name. */
const wideFile = join(folder, 'wide.mtx');
writeFileSync(wideFile, '%%MatrixMarket matrix coordinate real general\n3 16385 2\n1 1 1\n3 16385 2\n');

/** More numbers than a dense product is worth. */
const largeFile = join(folder, 'large.mtx');
writeFileSync(largeFile, '%%MatrixMarket matrix coordinate real general\n8193 8193 2\n1 1 1\n8193 8193 2\n');

/** Takes `milliseconds` of processor time. */
function entry(milliseconds: number, sparsity: number): Entry {
  return {
    name: 'spin',
    op: 'spmm',
    shape: { m: 1, k: 2, n: 3 },
    sparsity,
    structure: sparsity > 0 ? 'unstructured' : 'dense',
    variant: 'plain',
    flops: 1e6,
    denseFlops: 4e6,
    prepare: () => () => {
      const end = performance.now() + milliseconds;
      while (performance.now() < end);
    },
  };
}

const fields = [
  'denseEquivalentGflops',
  'gflops',
  'name',
  'op',
  'seconds',
  'shape',
  'sparsity',
  'speedup',
  'structure',
  'variant',
];

test('rows carry best and median seconds, rates and the speed-up over the first', () => {
  const [slow, fast] = measure([entry(1, 0), { ...entry(0.5, 0.75), bytes: 1e6 }]);
  for (const row of [slow, fast]) {
    expect(row.seconds.median).toBeGreaterThanOrEqual(row.seconds.min);
    expect(row.gflops).toBeCloseTo(1e-3 / row.seconds.min, 10);
    expect(row.denseEquivalentGflops).toBeCloseTo(4e-3 / row.seconds.min, 10);
  }
  expect(slow.seconds.min).toBeGreaterThanOrEqual(0.0009);
  expect(slow.speedup).toBe(1);
  expect(fast.speedup).toBeCloseTo(slow.seconds.min / fast.seconds.min, 10);
  expect(fast.speedup).toBeGreaterThan(1.5);
  expect(Object.keys(slow).sort()).toEqual(fields);
  expect(Object.keys(fast).sort()).toEqual([...fields, 'gigabytesPerSecond'].sort());
  expect(fast.gigabytesPerSecond).toBeCloseTo(1e-3 / fast.seconds.min, 10);
});

test('the header says what ran', () => {
  expect(header()).toMatchObject({ node: process.version, v8: process.versions.v8 });
});

const shortest = { rounds: 1, samples: 1 };
const about = ({ op, name, shape, structure, sparsity, variant }: Row) =>
  JSON.stringify([op, name, shape, structure, sparsity, variant]);

test('one short run has rows of every operation, with rates that fit their seconds and sizes', {
  timeout: 240_000,
}, () => {
  const titles: string[] = [];
  const rows = run({ filter: 'plain', quick: true }, ({ title }) => titles.push(title), shortest);
  expect(new Set(titles).size).toBe(titles.length);
  // Sparsities are chosen by the user.
  for (const title of titles) expect(title).not.toMatch(/\d%/);
  expect(new Set(rows.map(({ op }) => op))).toEqual(new Set(ops.filter((op) => op !== 'bandwidth')));
  for (const row of rows) {
    const { op, shape, sparsity, structure, seconds, gflops, denseEquivalentGflops } = row;
    expect(seconds.min, about(row)).toBeGreaterThan(0);
    expect(seconds.median).toBeGreaterThanOrEqual(seconds.min);
    expect(structure === 'dense', about(row)).toBe(sparsity === 0);
    const { m, k, n } = shape as { m: number; k: number; n: number };
    const isProduct = ['gemm', 'gemv', 'spmm', 'spmv', 'sddmm', 'spmmTransposed'].includes(op);
    if (!isProduct) continue;
    expect(denseEquivalentGflops * seconds.min, about(row)).toBeCloseTo((2 * m * k * n) / 1e9, 10);
    expect(gflops / denseEquivalentGflops, about(row)).toBeCloseTo(1 - sparsity, 3);
  }
  const dense = rows.find(({ op, sparsity }) => op === 'model' && sparsity === 0);
  expect((dense?.gflops ?? 0) * (dense?.seconds.min ?? 0)).toBeCloseTo((2 * 266_200) / 1e9, 12);
  const shares = rows.flatMap(({ share }) => (share === undefined ? [] : [share]));
  expect(shares).toHaveLength(7);
  for (const share of shares) expect(share).toBeGreaterThan(0);
  const names = new Set(rows.map(({ name }) => name));
  for (const name of ['spmm_f32_csr', 'im2col_f32', 'topk_threshold_f32']) expect(names).toContain(name);
  expect(table('all', rows).split('\n').length).toBeGreaterThan(rows.length);
});

test('a shape and sparsities of the user take the place of the bench’s own', { timeout: 60_000 }, () => {
  const panel = run({ filter: '', quick: false, shape: { m: 8, k: 6, n: 4 }, sparsities: [0.5] }, () => {}, shortest);
  expect(new Set(panel.map(({ op }) => op))).toEqual(new Set(['gemm', 'spmm', 'sddmm', 'spmmTransposed']));
  expect(new Set(panel.map(({ sparsity }) => sparsity))).toEqual(new Set([0, 0.5]));
  const vector = run({ filter: 'block8x1', quick: false, shape: { m: 8, k: 6, n: 1 } }, () => {}, shortest);
  expect(new Set(vector.map(({ structure }) => structure))).toEqual(new Set(['dense', 'block8x1']));
});

test('small patterns count what they keep, a block at least', { timeout: 60_000 }, () => {
  const ask = (m: number, k: number, sparsity: number) =>
    run({ filter: 'spmv plain', quick: false, shape: { m, k, n: 1 }, sparsities: [sparsity] }, () => {}, shortest);
  const rows = ask(4, 4, 0.9).filter(({ structure, shape }) => structure !== 'dense' && !('zeros' in shape));
  expect(rows.map(({ structure, sparsity }) => [structure, sparsity])).toEqual([
    ['unstructured', 0.875],
    ['unstructured', 0.875],
    ['block4x1', 0.75],
    ['block8x1', 0.75],
    ['block16x1', 0.75],
  ]);
  for (const { gflops, sparsity, seconds } of rows) {
    expect(gflops * seconds.min * 1e9).toBeCloseTo(2 * 16 * (1 - sparsity), 6);
  }
  const [, one] = ask(100, 100, 0.99999999);
  expect(one.sparsity).toBe(0.99999999);
  expect(one.gflops * one.seconds.min * 1e9).toBeCloseTo(2, 6);
});

test('a percentage below 100% does not read 100%', () => {
  expect([1, 0.9, 0.98765, 0.9996, 0.99999999, 0].map(percent)).toEqual([
    ...['100%', '90%', '98.8%', '99.96%', '99.999999%', '0%'],
  ]);
});

test('a matrix too large for a dense product is compared with nothing', { timeout: 60_000 }, () => {
  const { matrix } = optionsOf(['--matrix', largeFile, '--shape', '8193,8193,8']);
  const rows = run({ filter: 'plain', quick: true, matrix, shape: { m: 8193, k: 8193, n: 8 } }, () => {}, shortest);
  expect(rows.map(({ name }) => name)).toEqual([
    ...['spmm_f32_csr', 'spmm_f32_block4', 'spmm_f32_csr_transposed', 'sddmm_f32_csr'],
  ]);
  for (const row of rows) expect(row).not.toHaveProperty('speedup');
  expect(breakEvens(rows)).toEqual([]);
  expect(table('', rows)).not.toContain('×');
  const page = benchPage(header(), rows);
  expect(page).not.toContain('×');
  expect(page.match(/<svg class="chart wide"/g)).toHaveLength(3);
});

test('a matrix from a file is measured in every form, at its own sparsity', { timeout: 60_000 }, () => {
  const { matrix } = optionsOf(['--matrix', matrixFile]);
  const rows = run({ filter: 'plain', quick: true, matrix }, () => {}, shortest);
  const sparse = rows.filter(({ sparsity }) => sparsity > 0);
  expect(new Set(sparse.map(({ sparsity }) => sparsity))).toEqual(new Set([1 - 7 / 15]));
  expect(new Set(sparse.map(({ op }) => op))).toEqual(new Set(['spmv', 'spmm', 'sddmm', 'spmmTransposed']));
  expect(sparse.filter(({ op }) => op === 'spmv').map(({ name }) => name)).toEqual([
    'spmv_f32_csr',
    'spmv_f32_sell4',
    'spmv_f32_block4',
    'spmv_f32_block8',
    'spmv_f32_block16',
  ]);
  for (const { gflops, seconds, shape } of sparse) {
    expect(gflops * seconds.min * 1e9).toBeCloseTo(2 * 7 * Number(shape.n), 6);
  }
});

test('a matrix with more columns than SELL-4 names is measured in the other forms', { timeout: 60_000 }, () => {
  const { matrix } = optionsOf(['--matrix', wideFile]);
  const rows = run({ filter: 'plain spmv', quick: true, matrix }, () => {}, shortest);
  expect(rows.map(({ structure }) => structure)).toEqual([
    'dense',
    'unstructured',
    'block4x1',
    'block8x1',
    'block16x1',
  ]);
});

test('the networks have the sizes of their papers, and 90% leaves the last layer whole', () => {
  const sizes = (['a', 'b', 'c'] as const).map((name) => {
    const { parameters } = network(name);
    return parameters.reduce((sum, { length, prunable }) => sum + (prunable ? length : 0), 0);
  });
  expect(sizes).toEqual([266_200, 430_500, 121_760]);
  const flops = layerFlops(network('c', 0.9, 'block4x1'));
  expect(flops.map(({ all }) => all)).toEqual([2 * 288 * 676, 2 * 18_432 * 121, 2 * 102_400, 2 * 640]);
  expect(flops[3].kept).toBe(flops[3].all);
  for (const { kept, all } of flops.slice(0, 3)) expect(kept / all).toBeCloseTo(0.1, 1);
  const up = conv2dTranspose({ filters: 5, kernelSize: 3, strides: 2, inputShape: [4, 6, 2] });
  expect(layerFlops(sequential([up]))[0].all).toBe(2 * (3 * 3 * 5 * 2) * (4 * 6));
});

const row = (sparsity: number, speedup: number, op: Row['op'] = 'spmm'): Row => ({
  ...{ name: 'spmm_f32_csr', op, shape: { m: 1, k: 1, n: 8 }, sparsity, variant: 'plain' },
  ...{ structure: sparsity > 0 ? 'unstructured' : 'dense' },
  ...{ seconds: { min: 1e-3 / speedup, median: 1e-3 }, gflops: 1, denseEquivalentGflops: 1, speedup },
});

test('break-even lies where a straight line of time over density crosses the dense time', () => {
  // Time 0.2 + 2·density of the dense time: level at a density of 0.4.
  const at = (sparsity: number) => row(sparsity, 1 / (0.2 + 2 * (1 - sparsity)));
  const [found] = breakEvens([row(0, 1, 'gemm'), at(0.9), at(0.5), at(0.7)]);
  expect(found.sparsity).toBeCloseTo(0.6, 10);
  expect(showBreakEven(found)).toBe('60%');
  expect(showBreakEven(breakEvens([at(0.9), at(0.7)])[0])).toBe('below 70%');
  expect(showBreakEven(breakEvens([at(0.5), at(0.3)])[0])).toBe('not at these sparsities');
  expect(breakEvens([at(0.9)])).toEqual([]);
});

test('a filter that fits no row is answered before any model is made', () => {
  const before = heap.heapBytes();
  expect(run({ filter: 'no-such-row', quick: false }, () => {}, shortest)).toEqual([]);
  expect(heap.heapBytes()).toBe(before);
});

test('a filter is words that all stand in a row', () => {
  expect(matches(entry(1, 0.5), 'spmm 0.5')).toBe(true);
  expect(matches(entry(1, 0.5), 'spmm 0.9')).toBe(false);
});

test('the page of charts has a chart for each shape and all numbers, and fetches nothing', () => {
  const rows = [
    row(0, 1, 'gemm'),
    row(0.5, 1.2),
    row(0.9, 6),
    { ...row(0, 1, 'model'), shape: { model: 'a', batch: 1 } },
  ];
  const page = benchPage(header(), rows);
  expect(page).toContain('spmm m 1, k 1, n 8 (plain)');
  expect(page.match(/<svg class="chart wide"/g)).toHaveLength(2);
  expect(page).toContain('model a, batch 1');
  expect(page).toContain('6.00×');
  expect(page).toContain('gemm: 1 row<');
  expect(page).toMatch(/faster than dense from<(.|\n)*below 50%/i);
  expect(page).not.toContain('GB/s');
  const more = benchPage(header(), [{ ...row(0, 1, 'gemm'), gigabytesPerSecond: 12.34, share: 0.25 }]);
  expect(more).toMatch(/GB\/s(.|\n)*12\.3(.|\n)*25%/);
  expect(more).toMatch(/of the step/i);
  expect(page).not.toMatch(/<script|<link|src=/);
});

test('the share of element-wise kernels counts kernels by what they are, and what they call as theirs', () => {
  const number = (name: 'gemm_f32_panels' | 'relu_f32') => (kernels()[name] as { name: string }).name;
  const frame = (id: number, functionName: string, children: number[] = []) => ({
    ...{ id, children },
    callFrame: { functionName, url: functionName.startsWith('wasm') ? 'wasm://wasm/1' : 'file.ts' },
  });
  const nodes = [
    frame(1, '(root)', [2, 4, 6]),
    frame(2, `wasm-function[${number('gemm_f32_panels')}]`, [3]),
    frame(3, 'wasm-function[100000]'),
    frame(4, `wasm-function[${number('relu_f32')}]`, [5]),
    frame(5, 'wasm-function[100000]'),
    frame(6, 'train'),
  ];
  const share = elementwiseShare({ nodes, samples: [2, 3, 4, 5, 6], timeDeltas: [0, 40, 10, 20, 10, 20] });
  // A sample lasts until the next one.
  expect(share).toBeCloseTo((20 + 10) / 100, 10);
});
