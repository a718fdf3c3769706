// Denoising: the parts of examples/denoise.ts, and a short run of it.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { patch, patchSide, samples } from '../examples/denoise/patches.ts';
import { centred, denoised, denoiserFor, shuffled, sizesOf, unshuffled } from '../examples/denoise/residual-network.ts';
import { scenePictures } from '../examples/denoise/scene-pictures.ts';
import { denoise } from '../examples/denoise/sparse-coding.ts';
import { type Course, rateAt, trainNetworks } from '../examples/denoise/train.ts';
import { networksIn } from '../examples/networks.ts';
import { noisy, type Picture, psnr, toPng } from '../examples/pictures.ts';
import { dense, input, type Model, Random, sequential, sparsityReport } from '../src/index.ts';
import { complaint, run } from './example-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'espalier-denoise-'));
afterAll(() => rmSync(folder, { recursive: true }));

const clean = [...scenePictures(1, 1, 64).values()][0];
const sigma = 25 / 255;
const seen = noisy(clean, sigma, new Random(1, 'noise'));

test('noise has the standard deviation that was asked for: 20.2 dB at 25', () => {
  const sum = seen.pixels.reduce((total, value, i) => total + (value - clean.pixels[i]) ** 2, 0);
  expect(Math.sqrt(sum / clean.pixels.length)).toBeCloseTo(sigma, 2);
});

test('scenes: the same from the same seed, others from another, grey from 0 to 1', () => {
  expect([...scenePictures(1, 1, 64).values()][0].pixels).toEqual(clean.pixels);
  expect([...scenePictures(2, 1, 64).values()][0].pixels).not.toEqual(clean.pixels);
  for (const value of clean.pixels) expect(value >= 0 && value <= 1).toBe(true);
});

test('sparse coding takes noise off, with fewer atoms where it learned them from the picture', async () => {
  const learning = { seed: 1, patches: 4000 };
  const dct = await denoise(seen, sigma, { ...learning, iterations: 0 });
  const learned = await denoise(seen, sigma, { ...learning, iterations: 4 });
  for (const { picture } of [dct, learned]) expect(psnr(clean, picture)).toBeGreaterThan(psnr(clean, seen) + 6);
  expect(learned.nonzeros).toBeLessThan(dct.nonzeros);
});

test('2 × 2 pixels become four channels, row by row, and come back', () => {
  const pixels = Float32Array.from({ length: 24 }, (_, i) => i);
  const channels = unshuffled({ rows: 4, columns: 6, pixels });
  expect(Array.from(channels.subarray(0, 8))).toEqual([0, 1, 6, 7, 2, 3, 8, 9]);
  expect(shuffled(channels, 4, 6).pixels).toEqual(pixels);
});

test('the learning rate falls to a half, and anew from the first to nothing', () => {
  const rates = Array.from({ length: 101 }, (_, i) => rateAt(i / 100));
  expect([0, 50, 75, 100].map((i) => rates[i])).toEqual([1, 1, 0.5, 0]);
  expect(rateAt(0.5 - 1e-9)).toBeCloseTo(0.5, 8);
  for (let i = 1; i < rates.length; i++) if (i !== 50) expect(rates[i]).toBeLessThan(rates[i - 1]);
});

test('patches come from everywhere in the pool, in all eight positions of a square', () => {
  // A scene whose values name their places: a patch's corners say where it was cut and how it was turned.
  const side = 40;
  const scenes = [0, 1].map((n) => Float32Array.from({ length: side * side }, (_, i) => n * side * side + i));
  const random = new Random(1, 'patches');
  const [positions, places] = [new Set<string>(), new Set<string>()];
  for (let i = 0; i < 1000; i++) {
    const values = patch({ side, scenes }, random);
    const corner = (row: number, column: number) => values[row * patchSide + column] % (side * side);
    const [right, down] = [corner(0, 1) - corner(0, 0), corner(1, 0) - corner(0, 0)];
    positions.add(`${right} ${down}`);
    places.add(`${Math.floor(values[0] / side / side)} ${Math.min(...values.map((value) => value % (side * side)))}`);
    expect(corner(5, 7)).toBe(corner(0, 0) + 7 * right + 5 * down);
  }
  expect([...positions].sort()).toEqual(
    ['1 40', '1 -40', '-1 40', '-1 -40', '40 1', '40 -1', '-40 1', '-40 -1'].sort(),
  );
  expect(places.size).toBe(2 * 5 * 5);
});

test('samples: what the network sees less the noise it shall find is the patch', () => {
  const flat = { side: patchSide, scenes: [new Float32Array(patchSide ** 2).fill(0.25)] };
  const { x, y } = samples(flat, 3, sigma, new Random(1, 'samples'));
  expect(x.length).toBe(3 * patchSide ** 2);
  for (const [i, seen] of x.entries()) expect(seen - centred(0.25)).toBeCloseTo(4 * sigma * y[i], 5);
});

test('networks learn from generated scenes, from one start; pruned as far as asked; and denoise pictures of any size', async () => {
  const files: string[] = [];
  const course: Course = {
    ...{ sigma, seed: 1, passes: 8, sparsity: 0.5, depth: 3, filters: 8, patches: 64, scenes: 4 },
    networks: networksIn(undefined, (name) => files.push(name)),
    progress: { phase() {}, update() {}, done() {}, stop() {} },
    signal: new AbortController().signal,
  };
  const [dense, pruned, blocks] = await trainNetworks(course);
  expect(files).toEqual(['first-half', 'dense', 'pruned', 'blocks'].map((name) => `denoiser-${name}.trained.espalier`));
  for (const { curve } of [dense, pruned, blocks]) {
    expect(curve.map(([pass]) => pass)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(curve.slice(0, 4)).toEqual(dense.curve.slice(0, 4));
  }
  expect(dense.curve[7][1]).toBeGreaterThan(dense.curve[0][1] + 0.5);
  expect(sparsityReport(dense.model).total.density).toBe(1);
  for (const { model } of [pruned, blocks]) expect(sparsityReport(model).total.density).toBeCloseTo(0.5, 2);
  const isPruned = (model: Model) =>
    model
      .getLayer('conv_2')
      .getWeights()[0]
      .data.map((weight) => Number(weight === 0));
  const zeros = isPruned(blocks.model);
  for (let i = 0; i < zeros.length; i += 4) expect(new Set(zeros.slice(i, i + 4)).size).toBe(1);
  expect(isPruned(pruned.model).some((zero, i, all) => zero !== all[i - (i % 4)])).toBe(true);
  for (const [rows, columns] of [
    [64, 64],
    [31, 40],
  ]) {
    const picture: Picture = { rows, columns, pixels: seen.pixels.subarray(0, rows * columns) };
    const network = denoiserFor(dense.model, rows, columns);
    const result = denoised(network, picture, sigma);
    expect(result.pixels.length).toBe(rows * columns);
    expect(result.pixels).not.toEqual(picture.pixels);
    network.dispose();
  }
  expect(sizesOf(dense.model)).toEqual({ depth: 3, filters: 8 });
});

test('another network is refused', () => {
  const other = sequential([input({ shape: [4] }), dense({ units: 2 })]);
  expect(() => sizesOf(other)).toThrow('expected a network that this example trained');
});

describe('the command', { timeout: 120_000 }, () => {
  test('runs from pictures to a page, and again from its own networks with the same result', () => {
    const data = mkdtempSync(join(folder, 'data-'));
    writeFileSync(join(data, 'a.png'), toPng(clean));
    const out = join(folder, 'out');
    const sizes = [
      '--epochs',
      '1',
      '--scenes',
      '2',
      '--depth',
      '3',
      '--filters',
      '8',
      '--digits',
      '64',
      '--iterations',
      '1',
    ];
    const short = ['--data', data, ...sizes, '--json', '--out', out];
    const result = (...more: string[]) => JSON.parse(run('denoise', ...short, ...more));
    const first = result();
    const psnrOf = (found: typeof first, name: string) =>
      found.variants.find((row: { name: string }) => row.name === `pictures: ${name}`).psnr;
    expect(psnrOf(first, 'sparse coding, K-SVD')).toBeGreaterThan(psnrOf(first, 'noisy') + 2);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('PSNR of each picture');
    const second = result('--networks', out);
    for (const name of ['network, dense', 'network, 80% pruned', 'network, 80% pruned in blocks of 4 × 1'])
      expect(psnrOf(second, name)).toBe(psnrOf(first, name));
  });

  test.each([
    [['--sigma', '-1'], 'Expected a number above 0'],
    [['--data', '/nowhere'], '--data: there is no /nowhere'],
    [['--data', folder, '--networks', folder], '--data: expected grey pictures'],
    [['--epochs', '0'], 'Expected a whole number'],
  ])('%j is refused in one line', (options, message) => {
    const out = join(folder, 'nothing');
    const { status, stderr } = complaint('denoise', ...options, '--out', out);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n').length).toBe(1);
    expect(existsSync(out)).toBe(false);
  });

  test('a corrupt picture is named', () => {
    const data = mkdtempSync(join(folder, 'bad-'));
    writeFileSync(join(data, 'bad.png'), toPng(clean).subarray(0, 700));
    const { status, stderr } = complaint('denoise', '--data', data, '--out', join(folder, 'nothing'));
    expect(status).toBe(1);
    expect(stderr).toContain('bad.png: cannot be read as a PNG or JPEG picture');
  });
});
