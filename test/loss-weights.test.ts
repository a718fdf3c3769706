// Losses of weighted samples and steps against PyTorch (test/golden/weights.py), and by the laws of weights.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { customLoss, type LossName, lossOf } from '../src/losses/index.ts';
import { drawer } from './golden-fixture.ts';
import { difference, evaluate, largest, operands } from './loss-fixture.ts';

const golden: Record<string, { value: number; gradient: number[] }> = JSON.parse(
  readFileSync(new URL('golden/weights.json', import.meta.url), 'utf8'),
).losses;

/** What the generator draws: weights of samples, the first of them 0, of steps, and which steps are real. */
function sharesOf(samples: number, shape: number[]) {
  const draw = drawer(12);
  const positive = (length: number) => draw(length).map((v) => v + 1);
  const bySample = positive(samples).fill(0, 0, 1);
  const byStep = positive(samples * shape.slice(0, -1).reduce((a, b) => a * b, 1));
  const mask = Array.from({ length: samples }, (_, s) => Array.from({ length: shape[0] }, (_, t) => t <= s % shape[0]));
  return { bySample, byStep, mask: mask.flat().map(Number) };
}

describe.each(Object.entries(golden))('%s', (key, expected) => {
  const [operand, by] = key.split(' by ');
  const [name, ...rest] = operand.split(' ');
  const fromLogits = rest[0] === 'logits';
  const samples = Number(rest.at(-2));
  const shape = (rest.at(-1) as string).split('x').map(Number);
  const loss = lossOf({ name, ...(fromLogits && { fromLogits }) });
  const { prediction, target } = operands(name as LossName, fromLogits, samples, shape);
  const { bySample, byStep, mask } = sharesOf(samples, shape);
  const weights = by.startsWith('samples') ? bySample : byStep;
  const given = by.endsWith('masked') ? { mask } : {};

  test('value and gradient as PyTorch has them; padding stays zero', () => {
    const got = evaluate(loss, target, prediction, samples, shape, { ...given, weights });
    expect(Math.abs(got.value - expected.value)).toBeLessThan(1e-6 * Math.abs(expected.value));
    expect(got.valueAlone).toBe(got.value);
    expect(difference(got.gradient, expected.gradient)).toBeLessThan(2e-6 * largest(expected.gradient));
    const nonzero = (values: ArrayLike<number>) => Array.from(values).filter((v) => v !== 0).length;
    expect(nonzero(got.stored)).toBe(nonzero(got.gradient));
  });

  test('weights of 1 for the samples change no bit', () => {
    const ones = evaluate(loss, target, prediction, samples, shape, { ...given, weights: bySample.map(() => 1) });
    expect(ones).toEqual(evaluate(loss, target, prediction, samples, shape, given));
  });
});

const squared = customLoss({
  name: 'squared',
  value: (yTrue, yPred) => yPred.reduce((sum, y, i) => sum + (y - yTrue[i]) ** 2, 0) / yPred.length,
  gradient: (yTrue, yPred) => yPred.map((y, i) => (2 * (y - yTrue[i])) / yPred.length),
});

test('a custom loss is weighed sample by sample, as the built-in one is', () => {
  const { prediction, target } = operands('meanSquaredError', false, 19, [2, 3]);
  const weights = sharesOf(19, [2, 3]).bySample;
  const mine = evaluate(squared, target, prediction, 19, [2, 3], { weights });
  const built = evaluate(lossOf('mse'), target, prediction, 19, [2, 3], { weights });
  expect(Math.abs(mine.value - built.value)).toBeLessThan(1e-6);
  expect(difference(mine.stored, built.stored)).toBeLessThan(1e-6 * largest(built.stored));
  expect(mine.valueAlone).toBe(mine.value);
  const ones = evaluate(squared, target, prediction, 19, [2, 3], { weights: weights.map(() => 1) });
  expect(ones).toEqual(evaluate(squared, target, prediction, 19, [2, 3]));
});

test('a loss says how fine its weights may be', () => {
  expect(lossOf('mse').weightShape?.([4])).toEqual([1]);
  expect(lossOf('mse').weightShape?.([5, 6, 3])).toEqual([5, 6, 1]);
  expect(squared.weightShape?.([5, 6, 3])).toEqual([1]);
});
