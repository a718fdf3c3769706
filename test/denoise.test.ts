// Denoising: the parts of examples/denoise.ts, and a short run of it.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import {
  denoised,
  denoiserFor,
  residualNetwork,
  shuffled,
  sizesOf,
  unshuffled,
} from '../examples/denoise/residual-network.ts';
import { scenePictures } from '../examples/denoise/scene-pictures.ts';
import { denoise } from '../examples/denoise/sparse-coding.ts';
import { patchSide, rateAt, trainNetwork } from '../examples/denoise/train-network.ts';
import { noisy, type Picture, psnr, toPng } from '../examples/pictures.ts';
import { dense, input, Random, sequential, sparsityReport } from '../src/index.ts';

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

test('the learning rate falls to nothing, never rising', () => {
  const rates = Array.from({ length: 101 }, (_, pass) => rateAt(pass, 100));
  expect(rates[0]).toBeCloseTo(1, 10);
  expect(rates[100]).toBe(0);
  for (let i = 1; i < rates.length; i++) expect(rates[i]).toBeLessThan(rates[i - 1]);
});

test('a network learns from generated scenes, pruned as far as asked, and denoises pictures of any size', async () => {
  const model = residualNetwork({ depth: 3, filters: 8 }, patchSide, patchSide, 1);
  const losses: number[] = [];
  const plan = {
    sigma,
    seed: 1,
    rounds: 2,
    learningRate: 3e-3,
    patches: 64,
    onPass: (_: number, __: number, db: number) => losses.push(db),
  };
  await trainNetwork(model, plan);
  expect(losses.length).toBe(8);
  expect(losses[7]).toBeGreaterThan(losses[0] + 0.3);
  await trainNetwork(model, { ...plan, rounds: 1, sparsity: 0.5 });
  expect(sparsityReport(model).total.density).toBeCloseTo(0.5, 3);
  for (const [rows, columns] of [
    [64, 64],
    [31, 40],
  ]) {
    const picture: Picture = { rows, columns, pixels: seen.pixels.subarray(0, rows * columns) };
    const network = denoiserFor(model, rows, columns);
    const result = denoised(network, picture, sigma);
    expect(result.pixels.length).toBe(rows * columns);
    expect(result.pixels).not.toEqual(picture.pixels);
    network.dispose();
  }
  expect(sizesOf(model)).toEqual({ depth: 3, filters: 8 });
});

test('another network is refused', () => {
  const other = sequential([input({ shape: [4] }), dense({ units: 2 })]);
  expect(() => sizesOf(other)).toThrow('expected a network that this example trained');
});

describe('the command', { timeout: 120_000 }, () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const run = (...options: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'examples/denoise.ts', ...options], {
      cwd: root,
      encoding: 'utf8',
    });

  test('runs from pictures to a page, and again from its own networks with the same result', () => {
    const data = mkdtempSync(join(folder, 'data-'));
    writeFileSync(join(data, 'a.png'), toPng(clean));
    const out = join(folder, 'out');
    const sizes = ['--epochs', '1', '--depth', '2', '--filters', '4', '--digits', '64', '--iterations', '1'];
    const short = ['--data', data, ...sizes, '--json', '--out', out];
    const call = ['--import', 'tsx', 'examples/denoise.ts', ...short];
    const result = (more: string[]) =>
      JSON.parse(
        String(execFileSync(process.execPath, [...call, ...more], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })),
      );
    const first = result([]);
    const psnrOf = (found: typeof first, name: string) =>
      found.variants.find((row: { name: string }) => row.name === `pictures: ${name}`).psnr;
    expect(psnrOf(first, 'sparse coding, K-SVD')).toBeGreaterThan(psnrOf(first, 'noisy') + 2);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('PSNR of each picture');
    const second = result(['--networks', out]);
    for (const name of ['network, dense', 'network, 80% pruned'])
      expect(psnrOf(second, name)).toBe(psnrOf(first, name));
  });

  test.each([
    [['--sigma', '-1'], 'Expected a number above 0'],
    [['--data', '/nowhere'], '--data: there is no /nowhere'],
    [['--data', folder, '--networks', folder], '--data: expected grey pictures'],
    [['--epochs', '0'], 'Expected a whole number'],
  ])('%j is refused in one line', (options, message) => {
    const out = join(folder, 'nothing');
    const { status, stderr } = run(...options, '--out', out);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n').length).toBe(1);
    expect(existsSync(out)).toBe(false);
  });

  test('a corrupt picture is named', () => {
    const data = mkdtempSync(join(folder, 'bad-'));
    writeFileSync(join(data, 'bad.png'), toPng(clean).subarray(0, 700));
    const { status, stderr } = run('--data', data, '--out', join(folder, 'nothing'));
    expect(status).toBe(1);
    expect(stderr).toContain('bad.png: cannot be read as a PNG or JPEG picture');
  });
});
