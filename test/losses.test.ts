// Losses against PyTorch (test/golden/training.py) and against differences, over slabs, padding, and predictions with pixels.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { arena } from '../src/engine/index.ts';
import { activation, input } from '../src/layers/index.ts';
import { customLoss, huber, type Loss, type LossConfig, type LossName, lossOf } from '../src/losses/index.ts';
import { Network } from '../src/model/index.ts';
import { Batch, Tape, Tensor } from '../src/tensor/index.ts';
import { drawer } from './golden-fixture.ts';
import { difference, evaluate, largest, operands } from './loss-fixture.ts';

interface Golden {
  value: number;
  gradient: number[];
}
const golden: { losses: Record<string, Golden> } = JSON.parse(
  readFileSync(new URL('golden/training.json', import.meta.url), 'utf8'),
);

describe.each(Object.entries(golden.losses))('%s', (key, expected) => {
  const [name, ...rest] = key.split(' ');
  const fromLogits = rest[0] === 'logits';
  const samples = Number(rest.at(-2));
  const shape = (rest.at(-1) as string).split('x').map(Number);
  const loss = lossOf({ name, ...(fromLogits && { fromLogits }) });
  const { prediction, target } = operands(name as LossName, fromLogits, samples, shape);
  const got = evaluate(loss, target, prediction, samples, shape);

  test('value and gradient as PyTorch has them', () => {
    expect(Math.abs(got.value - expected.value)).toBeLessThan(1e-6 * Math.abs(expected.value));
    expect(got.valueAlone).toBe(got.value);
    expect(difference(got.gradient, expected.gradient)).toBeLessThan(2e-6 * largest(expected.gradient));
  });

  test('padded columns are zero', () => {
    const count = (values: ArrayLike<number>) => Array.from(values).filter((v) => v !== 0).length;
    expect(count(got.stored)).toBe(count(got.gradient));
  });
});

/** ⟨gradient, d⟩ for a random direction d, and what differences of the value say. */
function slopes(loss: Loss, target: Float32Array, prediction: Float32Array, samples: number, shape: number[]) {
  const direction = drawer(3)(prediction.length);
  const h = 2 ** -10;
  const moved = (step: number) => prediction.map((v, i) => v + step * direction[i]);
  const value = (step: number) => evaluate(loss, target, moved(step), samples, shape).value;
  const { gradient } = evaluate(loss, target, prediction, samples, shape);
  return {
    analytic: gradient.reduce((sum, g, i) => sum + g * direction[i], 0),
    numeric: (value(h) - value(-h)) / (2 * h),
  };
}
const agrees = ({ analytic, numeric }: { analytic: number; numeric: number }) =>
  Math.abs(analytic - numeric) <= 1e-3 * Math.max(1, Math.abs(numeric));

test.each([
  ['categoricalCrossentropy', true],
  ['categoricalCrossentropy', false],
  ['sparseCategoricalCrossentropy', true],
  ['sparseCategoricalCrossentropy', false],
  ['binaryCrossentropy', true],
  ['binaryCrossentropy', false],
  ['meanSquaredError', false],
  ['meanAbsoluteError', false],
  ['huber', false],
] as [LossName, boolean][])('the gradient of %s (logits: %s) is what differences give', (name, fromLogits) => {
  const { prediction, target } = operands(name, fromLogits, 6, [2, 3]);
  expect(slopes(lossOf({ name, ...(fromLogits && { fromLogits }) }), target, prediction, 6, [2, 3])).toSatisfy(agrees);
});

test('huber is half the squared error within delta and delta times the absolute one, less a constant, beyond', () => {
  const y = Float32Array.of(0.25, -0.5, 3, -4);
  const at = (delta: number) => evaluate(huber({ delta }), new Float32Array(4), y, 1, [4]).value;
  expect(at(10)).toBeCloseTo((0.25 ** 2 + 0.5 ** 2 + 9 + 16) / 8, 6);
  expect(at(0.125)).toBeCloseTo((0.125 * (7.75 - 4 * 0.0625)) / 4, 6);
  expect(at(1)).toBeCloseTo((0.25 ** 2 / 2 + 0.5 ** 2 / 2 + 2.5 + 3.5) / 4, 6);
  expect(lossOf(huber({ delta: 2 }).config?.() as LossConfig).config?.()).toEqual({ name: 'huber', delta: 2 });
  for (const delta of [0, -1, Number.NaN, Infinity])
    expect(() => huber({ delta })).toThrow('delta to be a finite number above 0');
});

const logCosh = (slope: (d: number) => number) =>
  customLoss({
    name: 'logCosh',
    value: (yTrue, yPred) => yPred.reduce((sum, y, i) => sum + Math.log(Math.cosh(y - yTrue[i])), 0),
    gradient: (yTrue, yPred) => yPred.map((y, i) => slope(y - yTrue[i])),
  });

test('a custom loss is differentiated by its own gradient, and a wrong one is found out', () => {
  const { prediction, target } = operands('meanSquaredError', false, 35, [2, 2]);
  expect(slopes(logCosh(Math.tanh), target, prediction, 35, [2, 2])).toSatisfy(agrees);
  expect(
    slopes(
      logCosh((d) => 1.05 * Math.tanh(d)),
      target,
      prediction,
      35,
      [2, 2],
    ),
  ).not.toSatisfy(agrees);
});

test('a custom squared error is the built-in one', () => {
  const { prediction, target } = operands('meanSquaredError', false, 19, [2, 3]);
  const squared = customLoss({
    name: 'squared',
    value: (yTrue, yPred) => yPred.reduce((sum, y, i) => sum + (y - yTrue[i]) ** 2, 0) / yPred.length,
    gradient: (yTrue, yPred) => yPred.map((y, i) => (2 * (y - yTrue[i])) / yPred.length),
  });
  const mine = evaluate(squared, target, prediction, 19, [2, 3]);
  const built = evaluate(lossOf('mse'), target, prediction, 19, [2, 3]);
  expect(Math.abs(mine.value - built.value)).toBeLessThan(1e-6);
  expect(difference(mine.stored, built.stored)).toBeLessThan(1e-8);
});

test('after softmax the gradient of the logits is p − y, also where p is 1e-35', () => {
  const x = input({ shape: [4] });
  const network = new Network({ inputs: x, outputs: activation({ activation: 'softmax' }).apply(x) });
  arena.scope(() => {
    const batch = new Batch(2, 32, 16);
    const logits = Tensor.from([0, 60, -20, 5, 1, 2, 3, 4], [4], batch);
    const tape = new Tape({ training: true });
    const [p] = network.forward([new Tensor([4], batch, logits.buffer)], tape);
    const labels = [0, 3];
    const target = Tensor.from(labels, [1], batch);
    const { gradient } = lossOf('sparseCategoricalCrossentropy').evaluate(target, p);
    const [dx] = network.backward([gradient], tape);
    const probabilities = p.toArray();
    const expected = probabilities.map((v, i) => (v - (i % 4 === labels[Math.floor(i / 4)] ? 1 : 0)) / 2);
    expect(probabilities[0]).toBeLessThan(1e-25);
    expect(difference(dx?.toArray() ?? [], expected)).toBeLessThan(1e-7);
  });
});

test('labels and targets out of range are refused by position', () => {
  const sparse = lossOf('sparseCategoricalCrossentropy');
  const check = (loss: Loss, targets: number[]) => () => loss.checkTargets?.(targets, [3], 'y');
  expect(check(sparse, [0, 1, 2])).not.toThrow();
  expect(check(sparse, [0, 1, 3])).toThrow('y: expected whole-number labels from 0 to 2, got 3 at position 2.');
  expect(check(sparse, [0, -1])).toThrow('got -1 at position 1');
  expect(check(sparse, [0.5])).toThrow('got 0.5 at position 0');
  expect(check(lossOf('binaryCrossentropy'), [0, 2])).toThrow('y: expected targets from 0 to 1, got 2 at position 1.');
});

test('an unknown loss, and targets of another shape, are refused', () => {
  expect(() => lossOf('hinge' as LossName)).toThrow("Unknown loss 'hinge': expected one of categoricalCrossentropy,");
  arena.scope(() => {
    const batch = new Batch(2, 32);
    const make = (size: number) => Tensor.zeros([size], batch);
    expect(() => lossOf('mse').evaluate(make(2), make(3))).toThrow('expected targets of shape [3], got [2]');
  });
});

test('a custom gradient of another length is refused', () => {
  const loss = customLoss({ name: 'short', value: () => 0, gradient: () => [1] });
  expect(() => evaluate(loss, new Float32Array(6), new Float32Array(6), 2, [3])).toThrow(
    'short: expected gradient() to give 3 numbers, as many as yPred, got 1.',
  );
});
