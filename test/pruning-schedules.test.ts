// Schedules: which amount is due at which step, against the formulas; and as callbacks meet them.

import { describe, expect, test } from 'vitest';
import { dense } from '../src/layers/index.ts';
import {
  constantSparsity,
  cosineSparsity,
  cubicSparsity,
  cyclicSparsity,
  exponentialSparsity,
  linearSparsity,
  oneShot,
  polynomialDecay,
  pruning,
  type Schedule,
  uniform,
} from '../src/pruning/index.ts';
import { Random } from '../src/tensor/random.ts';
import { maskOf, mlp, networkOf, parameterOf, zeros } from './pruning-fixture.ts';

describe('schedules', () => {
  test('polynomialDecay is the formula of Zhu and Gupta, and ends where it should', () => {
    const schedule = polynomialDecay({
      initialSparsity: 0.5,
      finalSparsity: 0.9,
      beginStep: 10,
      endStep: 235,
      frequency: 50,
    });
    const expected = new Map([10, 60, 110, 160, 210, 235].map((t) => [t, 0.9 - 0.4 * (1 - (t - 10) / 225) ** 3]));
    for (let step = 0; step < 300; step++) {
      const value = schedule(step);
      if (expected.has(step)) expect(value).toBeCloseTo(expected.get(step) as number, 12);
      else expect(value).toBeUndefined();
    }
    expect(schedule(10)).toBe(0.5);
    expect(schedule(235)).toBe(0.9);
    const linear = polynomialDecay({ initialSparsity: 0, finalSparsity: 0.8, beginStep: 0, endStep: 100, power: 1 });
    expect(linear(100)).toBe(0.8);
    expect(polynomialDecay({ initialSparsity: 0, finalSparsity: 0.8, beginStep: 0, endStep: 200 })(100)).toBeCloseTo(
      0.7,
      12,
    );
  });

  test('constantSparsity and oneShot', () => {
    const constant = constantSparsity({ targetSparsity: 0.6, beginStep: 5, endStep: 25, frequency: 10 });
    expect([...Array(40).keys()].filter((step) => constant(step) === 0.6)).toEqual([5, 15, 25]);
    expect([...Array(9).keys()].map(oneShot({ sparsity: 0.3, step: 4 }))).toEqual([...Array(4), 0.3, ...Array(4)]);
    expect(() => oneShot({ sparsity: '0.3' as never })).toThrow('in [0, 1), got "0.3"');
  });

  test('as a callback: each amount is met at its step, and the last after training', () => {
    const model = mlp();
    const schedule = polynomialDecay({
      initialSparsity: 0.2,
      finalSparsity: 0.8,
      beginStep: 2,
      endStep: 12,
      frequency: 5,
    });
    const callback = pruning({ schedule, scope: uniform });
    callback.setModel(model);
    callback.onTrainBegin();
    const counts: number[] = [];
    for (let batch = 0; batch < 12; batch++) {
      callback.onTrainBatchBegin();
      callback.onTrainBatchEnd();
      counts.push(zeros(parameterOf(model, 'first').values.view));
    }
    const at7 = Math.round(600 * (0.8 - 0.6 * 0.5 ** 3));
    expect(counts).toEqual([0, 0, ...Array(5).fill(120), ...Array(5).fill(at7)]);
    callback.onTrainEnd();
    expect(callback.report?.layers[0].kept).toBe(120);
    expect(callback.step).toBe(12);
  });

  const ramp = { initialSparsity: 0.2, finalSparsity: 0.9, beginStep: 100, endStep: 1030, frequency: 60 };
  const curves: Record<string, [Schedule, (done: number) => number]> = {
    linear: [linearSparsity(ramp), (done) => 0.2 + 0.7 * done],
    cubic: [cubicSparsity(ramp), (done) => 0.9 - 0.7 * (1 - done) ** 3],
    exponential: [exponentialSparsity(ramp), (done) => 1 - 0.8 * (0.1 / 0.8) ** done],
    cosine: [cosineSparsity(ramp), (done) => 0.9 - (0.7 * (1 + Math.cos(Math.PI * done))) / 2],
  };
  test.each(Object.entries(curves))('%s', (_, [schedule, curve]) => {
    for (let step = 0; step < 1200; step++) {
      const isDue = step >= 100 && step <= 1030 && ((step - 100) % 60 === 0 || step === 1030);
      if (isDue) expect(schedule(step)).toBeCloseTo(curve((step - 100) / 930), 12);
      else expect(schedule(step)).toBeUndefined();
    }
    expect([schedule(100), schedule(1030)]).toEqual([0.2, 0.9]);
  });

  test('constantSparsity: −1 is never, as in TFMOT', () => {
    const schedule = constantSparsity({ targetSparsity: 0.5, beginStep: 3, endStep: -1, frequency: 7 });
    expect([...Array(30).keys()].filter((step) => schedule(step) === 0.5)).toEqual([3, 10, 17, 24]);
  });

  test('cyclicSparsity: AC/DC ends compressed; decompressed phases are dense, from zero', () => {
    const schedule = cyclicSparsity({ sparsity: 0.8, beginStep: 2, endStep: 12, compressed: 3, decompressed: 2 });
    const due = [...Array(15).keys()].flatMap((step) => (schedule(step) === undefined ? [] : [[step, schedule(step)]]));
    expect(due).toEqual([
      [2, 0.8],
      [5, 0],
      [7, 0.8],
      [10, 0],
      [12, 0.8],
    ]);
    const model = networkOf(dense({ units: 10, name: 'd' }));
    const kernel = parameterOf(model, 'd');
    const callback = pruning({ schedule });
    callback.setModel(model);
    callback.onTrainBegin();
    const counts: number[] = [];
    const draw = new Random(1);
    for (let step = 0; step < 12; step++) {
      callback.onTrainBatchBegin();
      counts.push(zeros(maskOf(kernel)));
      kernel.write({ data: kernel.read().data.map((w) => w + draw.uniform(-0.01, 0.01)) });
      callback.onTrainBatchEnd();
    }
    callback.onTrainEnd();
    expect(counts).toEqual([0, 0, 160, 160, 160, 0, 0, 160, 160, 160, 0, 0]);
    expect(zeros(kernel.values.view)).toBe(160);
  });

  test('bad input', () => {
    for (const make of [linearSparsity, cubicSparsity, exponentialSparsity, cosineSparsity, polynomialDecay]) {
      expect(() => make({ ...ramp, endStep: 50 })).toThrow('endStep to be a whole number from 101, got 50');
      expect(() => make({ ...ramp, endStep: 100 })).toThrow('endStep to be a whole number from 101, got 100');
      expect(() => make({ ...ramp, finalSparsity: 1 })).toThrow('[0, 1)');
      expect(() => make({ ...ramp, frequency: 0 })).toThrow('frequency');
    }
    expect(() => polynomialDecay({ ...ramp, power: 0 })).toThrow('power');
    const cycle = { sparsity: 0.5, beginStep: 5, endStep: 4, compressed: 1 };
    expect(() => cyclicSparsity(cycle)).toThrow('endStep to be a whole number from');
    expect(() => cyclicSparsity({ ...cycle, endStep: 9, compressed: 0 })).toThrow(
      'compressed to be a whole number from 1',
    );
  });
});
