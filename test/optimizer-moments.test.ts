// An updater's moments: zero where a mask is, afresh where it was, the same after a file, and given back.

import { describe, expect, test } from 'vitest';
import { memoryUsage } from '../src/engine/index.ts';
import { snapshotOf } from '../src/model/index.ts';
import { adam, sgd, Updater } from '../src/optimizers/index.ts';
import { Parameter } from '../src/tensor/index.ts';
import { drawer } from './golden-fixture.ts';
import { all, parameterOf, setGradient } from './optimizer-fixture.ts';

describe.each(Object.entries(all))('a mask under %s', (_, make) => {
  const mask = [1, 0, 1, 0, 0, 1, 1];
  const random = drawer(5);

  test('keeps pruned weights and their moments zero', () => {
    const parameter = parameterOf(random(7));
    const updater = new Updater(make(), [parameter]);
    const step = () => {
      parameter.gradient.view.set(random(7));
      updater.update();
    };
    for (let i = 0; i < 5; i++) step();
    parameter.setMask(mask);
    for (let i = 0; i < 5; i++) step();
    for (const values of [parameter.values.view, ...Object.values(updater.state().slots[0])]) {
      for (const [i, keep] of mask.entries()) expect(values[i] !== 0).toBe(keep === 1);
    }
  });

  test('lets a weight that comes back start from zero moments', () => {
    const [start, gradients] = [random(7), Array.from({ length: 8 }, () => random(7))];
    const parameter = parameterOf(start);
    const updater = new Updater(make(), [parameter]);
    for (const [i, gradient] of gradients.entries()) {
      if (i === 4) parameter.setMask(mask);
      if (i === 7) parameter.setMask(undefined);
      if (i === 7) for (const slot of Object.values(updater.state().slots[0])) expect(slot[1]).toBe(0);
      parameter.gradient.view.set(gradient);
      updater.update();
    }
    expect(parameter.values.view[1]).not.toBe(0);
  });

  test.each([
    ['a wider mask', [1, 1, 1, 0, 1, 1, 1]],
    ['no mask', undefined],
  ])('does so with no update between: pruned, then %s', (_, then) => {
    const [start, next] = [random(7), random(7)];
    const regrown = mask.map((keep, i) => keep === 0 && then?.[i] !== 0);
    const afterwards = (prune: (parameter: Parameter, updater: Updater) => void) => {
      const parameter = parameterOf(start);
      const updater = new Updater(Object.assign(make(), { useEma: true }), [parameter]);
      parameter.gradient.view.set(next);
      for (let i = 0; i < 3; i++) updater.update();
      prune(parameter, updater);
      parameter.gradient.view.set(next);
      updater.update();
      return [parameter.values.view.slice(), ...Object.values(updater.state().slots[0])];
    };
    const got = afterwards((parameter) => {
      parameter.setMask(mask);
      parameter.setMask(then);
    });
    const want = afterwards((parameter, updater) => {
      parameter.setMask(then);
      const state = updater.state();
      for (const values of [parameter.values.view, ...Object.values(state.slots[0])]) {
        for (const [i, fresh] of regrown.entries()) if (fresh) values[i] = 0;
      }
      updater.restore(state);
    });
    expect(got).toEqual(want);
  });
});

test('moments read between regrowing and the next update are zero already, and those of a mask that a snapshot undoes stay', () => {
  const parameter = parameterOf([1, 2, 3]);
  const updater = new Updater(sgd({ momentum: 0.5, learningRate: 1 }), [parameter]);
  parameter.gradient.view.fill(1);
  updater.update();
  const saved = snapshotOf([parameter]);
  parameter.setMask([1, 0, 1]);
  saved.restore();
  const moments = () => [...Object.values(updater.state().slots[0])[0]].map((moment) => moment !== 0);
  expect(moments()).toEqual([true, true, true]);
  parameter.setMask([1, 0, 1]);
  parameter.setMask(undefined);
  expect(moments()).toEqual([true, false, true]);
});

test('a mask zeroes moments also in rows of a table that no step touches', () => {
  const table = new Parameter({ name: 'table', shape: [4, 2], sparseGradient: true });
  const updater = new Updater(adam(), [table]);
  const step = (rows: readonly number[]) => {
    updater.zeroGradients();
    table.gradient.view.fill(1);
    for (const row of rows) table.touchedRows?.add(row);
    updater.update();
  };
  step([0, 1, 2, 3]);
  table.setMask([1, 1, 1, 1, 0, 1, 1, 1]);
  step([0]);
  for (const slot of Object.values(updater.state().slots[0])) {
    expect([...slot].map((moment) => moment !== 0)).toEqual([true, true, true, true, false, true, true, true]);
  }
});

describe.each(Object.entries(all))('the state of %s', (_, make) => {
  test('exported and imported goes on bit for bit', () => {
    const random = drawer(9);
    const [a, b, start] = [random(36), random(6), random(6)];
    const whole = parameterOf(start);
    const first = new Updater(make(), [whole]);
    const step = (parameter: Parameter, updater: Updater) => {
      setGradient(parameter, a, b);
      updater.update();
    };
    for (let i = 0; i < 1030; i++) step(whole, first);
    const resumed = parameterOf(whole.values.view);
    const second = new Updater(make(), [resumed]);
    second.restore(structuredClone(first.state()));
    expect(second.step).toBe(1030);
    for (let i = 0; i < 10; i++) {
      step(whole, first);
      step(resumed, second);
    }
    expect(resumed.values.view).toEqual(whole.values.view);
  });
});

test('a state of another optimizer is refused and changes nothing', () => {
  const updater = new Updater(adam(), [parameterOf([1])]);
  const state = new Updater(sgd({ momentum: 0.5 }), [parameterOf([1])]);
  state.update();
  expect(() => updater.restore(state.state())).toThrow("expected 1 numbers in slot 'velocity' of w, got none");
  expect(updater.step).toBe(0);
});

test('moments are given back', () => {
  const parameter = parameterOf(new Float32Array(1000));
  parameter.gradient.view.fill(1);
  const before = memoryUsage().live;
  const updater = new Updater(adam(), [parameter]);
  updater.update();
  expect(memoryUsage().live).toBeGreaterThan(before);
  updater.dispose();
  expect(memoryUsage().live).toBe(before);
});
