// Averages of weights, against PyTorch's.

import { describe, expect, test } from 'vitest';
import { adam, customOptimizer, sgd, Updater } from '../src/optimizers/index.ts';
import { drawer } from './golden-fixture.ts';
import { golden, parameterOf, setGradient } from './optimizer-fixture.ts';

describe('useEma', () => {
  const ema = { useEma: true, emaMomentum: 0.9 };
  const trained = (options: object, steps: number, observe?: (updater: Updater, step: number) => void) => {
    const random = drawer(7);
    const [a, b] = [random(36), random(6)];
    const parameter = parameterOf(random(6));
    const updater = new Updater(sgd({ learningRate: 0.05, momentum: 0.9, ...options }), [parameter]);
    for (let step = 0; step < steps; step++) {
      setGradient(parameter, a, b);
      updater.update();
      observe?.(updater, step);
    }
    return { parameter, updater };
  };

  test("follows PyTorch's average, leaves the weights alone, and takes their place when finalized", () => {
    const trajectory: Float32Array[] = [];
    const { parameter, updater } = trained(ema, 25, (updater, step) => {
      if ([0, 1, 9, 24].includes(step)) trajectory.push(updater.state().slots[0].movingAverage);
    });
    for (const [i, expected] of golden.averages.entries()) {
      for (const [j, w] of expected.entries()) expect(trajectory[i][j]).toBeCloseTo(w, 5);
    }
    expect(parameter.values.view).toEqual(trained({}, 25).parameter.values.view);
    updater.finalize();
    expect(parameter.values.view).toEqual(trajectory[3]);
  });

  test('overwrites the weights after every so many updates', () => {
    trained({ ...ema, emaOverwriteFrequency: 4 }, 9, (updater, step) => {
      const isEqual = updater.parameters[0].values.view.every(
        (w, i) => w === updater.state().slots[0].movingAverage[i],
      );
      expect(isEqual).toBe(step === 0 || step % 4 === 3);
    });
  });

  test('a mask set after the last update holds in what is finalized', () => {
    const { parameter, updater } = trained(ema, 5);
    parameter.setMask([1, 0, 1, 0, 1, 1]);
    updater.finalize();
    expect([...parameter.values.view].map((w) => w !== 0)).toEqual([true, false, true, false, true, true]);
  });

  test('changes nothing before the first update, and refuses bad settings', () => {
    const parameter = parameterOf([1, 2]);
    new Updater(sgd(ema), [parameter]).finalize();
    expect([...parameter.values.view]).toEqual([1, 2]);
    expect(() => adam({ emaMomentum: 1.1 })).toThrow('adam: expected emaMomentum to be a number in [0, 1], got 1.1.');
    expect(() => sgd({ emaOverwriteFrequency: 0 })).toThrow(
      'expected emaOverwriteFrequency to be a whole number from 1',
    );
    const slots = ['movingAverage'];
    expect(() => customOptimizer({ name: 'mine', slots, update() {}, useEma: true })).toThrow(
      'mine: expected slots of',
    );
    const config = adam({ ...ema, emaOverwriteFrequency: 7 }).config?.();
    expect(config).toMatchObject({ ...ema, emaOverwriteFrequency: 7 });
  });
});
