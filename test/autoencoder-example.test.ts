// The example of sparse autoencoders, small: what its parts compute, and that it learns.

import { expect, test } from 'vitest';
import { autoencoder, codeSize, scaleUnits, variants } from '../examples/autoencoder/convolutional.ts';
import { featuresOf, sharpness, trainKSparse, usage } from '../examples/autoencoder/k-sparse.ts';
import { autoencoders } from '../examples/autoencoder.ts';
import type { Progress } from '../examples/scaffold.ts';
import { generateDigits, model } from '../src/index.ts';

const quiet: Progress = { phase() {}, update() {}, done() {}, stop() {} };
const context = () => ({ progress: quiet, signal: new AbortController().signal });

test('the article’s autoencoder ends where it begins, at 28 × 28, and its halves share their weights', () => {
  const { whole, encoder } = autoencoder(variants[1], 1);
  expect(whole.outputs.map(({ shape }) => shape)).toEqual([[28, 28, 1]]);
  expect(encoder.outputs.map(({ shape }) => shape)).toEqual([[codeSize]]);
  expect(encoder.parameters.every((parameter) => whole.parameters.includes(parameter))).toBe(true);
});

test('units come to a mean square of 1 on what is learned from, all codes by the same factors, and silent ones stay', () => {
  const fit = Float32Array.from({ length: 3 * codeSize }, (_, i) => (i % codeSize) * (1 + Math.floor(i / codeSize)));
  const judged = fit.map((value) => 5 * value);
  scaleUnits(fit, judged);
  for (let unit = 0; unit < codeSize; unit++) {
    const codes = [0, 1, 2].map((row) => fit[row * codeSize + unit]);
    const square = codes.reduce((sum, value) => sum + value * value, 0) / 3;
    expect(square).toBeCloseTo(unit === 0 ? 0 : 1, 5);
    expect(judged[2 * codeSize + unit]).toBeCloseTo(5 * codes[2], 5);
  }
});

test('features are the k largest units of the code', async () => {
  const { images } = generateDigits({ count: 120 });
  const trained = await trainKSparse(images, { units: 40, k: 5, epochs: 2, seed: 1 }, context());
  expect(trained.top.k).toBe(5);
  const encode = trained.whole.getLayer('encode');
  const x = trained.whole.inputs[0];
  const { data } = model({ inputs: x, outputs: encode.apply(x) }).predict(images);
  const features = featuresOf(trained, images, 8);
  expect([features.rows, features.columns]).toEqual([120, 40]);
  for (let row = 0; row < 120; row++) {
    const code = Array.from(data.subarray(40 * row, 40 * row + 40));
    const largest = [...code.keys()].sort((a, b) => code[b] - code[a]).slice(0, 8);
    const [from, to] = [features.rowptr[row], features.rowptr[row + 1]];
    expect([...features.colidx.subarray(from, to)]).toEqual(largest.sort((a, b) => a - b));
    expect([...features.values.subarray(from, to)]).toEqual(largest.map((unit) => code[unit]));
  }
  expect(usage(features).reduce((sum, share) => sum + share, 0)).toBeCloseTo(8, 10);
});

test('sharpness is 0 of equal weights, 1 of a single one, and does not see scale', () => {
  expect(sharpness(new Float32Array(49).fill(-0.3))).toBeCloseTo(0, 6);
  expect(sharpness(Float32Array.from({ length: 49 }, (_, i) => (i === 7 ? 5 : 0)))).toBeCloseTo(1, 6);
  const filter = Float32Array.from({ length: 49 }, (_, i) => i % 5);
  expect(sharpness(filter.map((w) => 3 * w))).toBeCloseTo(sharpness(filter), 6);
});

test('small, its page has a row for each autoencoder', async () => {
  const counts = { validation: 30, test: 30 };
  const options = { seed: 1, epochs: 1, sparseEpochs: 1, units: 30, k: 5, train: 100, counts };
  const { variants: rows, sections } = await autoencoders(options, context());
  expect(rows.map(({ name }) => name)).toEqual([...variants.map(({ name }) => name), 'k-sparse, 5 of 30']);
  expect(rows.map(({ units }) => units)).toEqual([codeSize, codeSize, codeSize, 30]);
  for (const { error } of rows) expect(30 * Number(error)).toBeCloseTo(Math.round(30 * Number(error)), 6);
  expect(sections[0].blocks).toHaveLength(5);
});

test('a few units draw digits, and a linear classifier reads them', async () => {
  const counts = { validation: 100, test: 200 };
  const options = { seed: 1, epochs: 0, sparseEpochs: 8, units: 80, k: 8, train: 600, counts };
  const { variants: rows, more } = await autoencoders(options, context());
  const [{ error, squaredError }] = rows;
  expect(error).toBeLessThan(0.5);
  expect(squaredError).toBeLessThan(60);
  const { alpha, validation } = more as { alpha: number; validation: { alpha: number; error: number }[] };
  const least = Math.min(...validation.map((each) => each.error));
  expect(validation.find((each) => each.alpha === alpha)?.error).toBe(least);
});

test('k beyond the units is refused before anything is learned', async () => {
  const options = { seed: 1, epochs: 0, sparseEpochs: 1, units: 10, k: 11 };
  await expect(autoencoders(options, context())).rejects.toThrow('expected --k to be at most --units, 10, got 11');
});
