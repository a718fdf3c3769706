// The examples of rules of one's own do what they say; the ten-line criterion beats plain magnitude.

import { describe, expect, test } from 'vitest';
import { accuracies, withGain } from '../examples/prune-custom-criterion.ts';
import { stairs } from '../examples/prune-custom-schedule.ts';
import { gentleOutput } from '../examples/prune-custom-scope.ts';
import { tiles } from '../examples/prune-custom-structure.ts';
import { shrunk } from '../examples/shrink.ts';
import { dense, flatten } from '../src/layers/index.ts';
import { magnitude, prune } from '../src/pruning/index.ts';
import type { Model } from '../src/training/index.ts';
import { maskOf, networkOf, parameterOf } from './pruning-fixture.ts';

test('criterion: the example beats plain magnitude, seed by seed in the mean by two points', async () => {
  const gains: number[] = [];
  for (const seed of [1, 2, 3]) {
    const [, plain] = await accuracies(magnitude, 0.9, seed);
    const [before, own] = await accuracies(withGain, 0.9, seed);
    expect(before).toBeGreaterThan(0.8);
    gains.push(own - plain);
  }
  expect(gains.reduce((sum, gain) => sum + gain, 0) / 3).toBeGreaterThan(0.02);
});

test('structure: a neuron sees a tile of pixels whole or not at all', () => {
  const model = networkOf(flatten({ inputShape: [5, 6, 1] }), dense({ units: 3, name: 'd' }));
  prune(model, { structure: tiles(2, 6), amount: 0.5 });
  const mask = maskOf(parameterOf(model, 'd'));
  for (let unit = 0; unit < 3; unit++) {
    for (let pixel = 0; pixel < 30; pixel++) {
      const [row, column] = [Math.floor(pixel / 6), pixel % 6];
      const corner = (row - (row % 2)) * 6 + column - (column % 2);
      expect(mask[pixel * 3 + unit]).toBe(mask[corner * 3 + unit]);
    }
  }
  expect(mask.filter((bit) => bit === 0).length).toBeGreaterThan(40);
});

test('scope: the output layer keeps more', () => {
  const model = networkOf(dense({ units: 10, name: 'd' }), dense({ units: 5, name: 'e' }));
  const { layers } = prune(model, { scope: gentleOutput(4), amount: 0.9 });
  expect(layers.map(({ density }) => density)).toEqual([0.1, 0.4]);
});

describe('schedule', () => {
  test('density halves at each stair, down to the end', () => {
    const schedule = stairs(0.9, 10);
    const due = [...Array(50).keys()].flatMap((step) => schedule(step) ?? []);
    expect(due).toEqual([0.5, 0.75, 0.875, 0.9, 0.9]);
    expect(schedule(11)).toBeUndefined();
  });
});

test('the example: as good as the masked model, a third of its size, and it learns on', async () => {
  const { model, small, before, after, tuned } = await shrunk();
  expect(before).toBeGreaterThan(0.7);
  expect(after).toBe(before);
  expect(tuned).toBeGreaterThan(after);
  const length = (each: Model) => each.parameters.reduce((sum, parameter) => sum + parameter.length, 0);
  expect(length(small)).toBeLessThan(length(model) / 3);
});
