// A whole run of the main job, as short as it gets: its JSON, its files, and that they agree.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DemoReport, renderReport } from '../src/report/index.ts';
import { espalier, writeSmallMnist } from './cli-fixture.ts';

const place = mkdtempSync(join(tmpdir(), 'espalier-demo-'));
const [data, folder] = [join(place, 'mnist'), join(place, 'out')];
afterAll(() => rmSync(place, { recursive: true, force: true }));

const names = ['dense', 'l1', 'pruned', 'sparsified+pruned'];

interface Variant {
  name: string;
  testAccuracy: number;
  weights: number;
  weightsKept: number;
  bytes: number;
  bytesGzip: number;
  msBatch1: number;
  msBatch64: number;
}
let result: { dataset: string; seed: number; seconds: number; variants: Variant[] };
let progress: string;
let report: DemoReport;

beforeAll(async () => {
  writeSmallMnist(data, { train: 1200, test: 600 });
  const options = ['--data', data, '--epochs', '4', '--sparsity', '0.8', '--seed', '3', '--out', folder, '--json'];
  const { code, out, error } = await espalier(['demo', ...options]);
  expect(code, error).toBe(0);
  result = JSON.parse(out);
  progress = error;
  report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));
});

test('the JSON document', () => {
  expect(result).toMatchObject({ dataset: 'MNIST', seed: 3 });
  expect(Object.keys(result)).toEqual(['dataset', 'seed', 'seconds', 'variants']);
  expect(result.variants.map(({ name }) => name)).toEqual(names);
  for (const variant of result.variants) {
    expect(variant.weights).toBe(3 * 3 * 32 + 3 * 3 * 32 * 64 + 1600 * 64 + 64 * 10);
    expect(variant.testAccuracy).toBeGreaterThan(0.3);
    expect(variant.testAccuracy).toBeLessThan(1);
    expect(variant.msBatch64).toBeGreaterThan(variant.msBatch1);
  }
  const [dense, l1, pruned, both] = result.variants;
  expect(dense.weightsKept).toBe(dense.weights);
  expect(l1.weightsKept).toBeLessThan(dense.weights);
  expect(pruned.weightsKept).toBe(Math.round(0.2 * dense.weights));
  expect(both.weightsKept).toBeLessThanOrEqual(pruned.weightsKept);
  expect(pruned.bytes).toBeLessThan(0.3 * dense.bytes);
});

test('progress is lines on standard error', () => {
  expect(progress).toMatch(/^Train dense: epoch 1 of 4, validation accuracy \d\d\.\d\d%$/m);
  expect(progress).toMatch(/^Train sparsified\+pruned: epoch 4 of 4/m);
  expect(progress).not.toContain('\x1b');
});

test('the files: sizes as told, nothing else', () => {
  const files = [...names.map((name) => `${name}.espalier`), 'report.html', 'report.json'];
  expect(readdirSync(folder).sort()).toEqual(files.sort());
  for (const { name, bytes, bytesGzip } of result.variants) {
    const content = readFileSync(join(folder, `${name}.espalier`));
    expect(content.length).toBe(bytes);
    const packed = gzipSync(content, { level: 9 });
    expect(packed.length).toBe(bytesGzip);
    expect(gunzipSync(packed).equals(content)).toBe(true);
  }
});

test('the page is that of the data, and the data are those of the document', () => {
  expect(readFileSync(join(folder, 'report.html'), 'utf8')).toBe(renderReport(report));
  expect(report.command).toBe(`espalier demo --data ${data} --epochs 4 --sparsity 0.8 --seed 3`);
  report.variants.forEach(({ msBatch1, msBatch64, layers, ...variant }, i) => {
    const { msBatch1: one, msBatch64: many, ...others } = result.variants[i];
    expect(variant).toMatchObject(others);
    expect([msBatch1.median, msBatch64.median]).toEqual([one, many]);
    expect(msBatch1.min).toBeLessThanOrEqual(one);
    expect(layers.reduce((sum, layer) => sum + layer.weightsKept, 0)).toBe(variant.weightsKept);
    const kept = report.kernels.flatMap((k) => (k.variant === variant.name ? k.values : [])).filter((w) => w !== 0);
    expect(kept.length).toBe(layers[0].weightsKept);
  });
});

test('evaluate and inspect say of the saved model what the demo said', async () => {
  const { name, testAccuracy, weightsKept, bytes } = result.variants[2];
  const evaluated = await espalier(['evaluate', join(folder, `${name}.espalier`), '--data', data, '--json']);
  expect(JSON.parse(evaluated.out)).toMatchObject({ dataset: 'MNIST', testAccuracy });
  const inspected = await espalier(['inspect', join(folder, `${name}.espalier`), '--json']);
  expect(JSON.parse(inspected.out)).toMatchObject({ weightsKept, bytes });
});
