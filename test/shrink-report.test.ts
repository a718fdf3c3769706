// The report of a shrinking: a table of it, and how it stays with the model.

import { describe, expect, test } from 'vitest';
import { decodeModel } from '../src/format/index.ts';
import { compress } from '../src/inference/index.ts';
import { conv2d, dense, flatten } from '../src/layers/index.ts';
import { readMemos } from '../src/model/index.ts';
import { filters, neurons, prune, shrink, shrinkReport, shrinkTable } from '../src/pruning/index.ts';
import { cloneModel, loadModel, sequential } from '../src/training/index.ts';
import { parameterOf } from './pruning-fixture.ts';

test('the table names every layer and the indices it lost', () => {
  const large = sequential([
    conv2d({ filters: 8, kernelSize: 3, name: 'conv', inputShape: [5, 5, 1] }),
    flatten(),
    dense({ units: 2, name: 'out' }),
  ]);
  prune(large, { structure: filters, amount: { conv: 0.5 } });
  const gone = Array.from({ length: 8 }, (_, i) => i).filter((i) =>
    parameterOf(large, 'conv')
      .read()
      .data.every((value, at) => at % 8 !== i || value === 0),
  );
  expect(gone.length).toBe(4);
  const { layers } = shrinkReport(shrink(large));
  expect(layers[0].outputs).toEqual({ before: 8, after: 4, removed: gone });
  const table = shrinkTable(shrinkReport(shrink(large)));
  expect(table).toContain('conv (conv2d)');
  expect(table).toContain('Parameters: 226 → 114');
});

describe('the indices removed stay with the model', () => {
  const shrunkOnce = () => {
    const large = sequential([
      dense({ units: 12, activation: 'relu', name: 'a', inputShape: [6] }),
      dense({ units: 9, activation: 'relu', name: 'b' }),
      dense({ units: 2, name: 'out' }),
    ]);
    prune(large, { structure: neurons, amount: { a: 0.5 } });
    return shrink(large);
  };

  test('through files, copies, compression and a second shrinking', async () => {
    const once = shrunkOnce();
    const report = shrinkReport(once);
    expect(report.layers[0].outputs.removed.length).toBe(6);
    const loaded = await loadModel(once.toBytes());
    expect(shrinkReport(loaded)).toEqual(report);
    expect(shrinkReport(cloneModel(loaded))).toEqual(report);
    const memos = readMemos(decodeModel(compress(loaded).toBytes()));
    expect(shrinkReport({ name: 'compressed', memos })).toEqual(report);
    prune(loaded, { structure: neurons, amount: { b: { count: 18 } } });
    const twice = shrinkReport(await loadModel(shrink(loaded).toBytes()));
    expect(twice.previous).toEqual(report);
    expect(twice.layers[1].outputs.removed.length).toBe(3);
    expect(shrinkTable(twice).startsWith(`${shrinkTable(report)}\n\n`)).toBe(true);
  });

  test('what is no report is refused', () => {
    const report = shrinkReport(shrunkOnce());
    const read = (data: unknown) => shrinkReport({ name: 'm', memos: new Map([['shrink', () => ({ data })]]) });
    expect(read(report)).toEqual(report);
    const [first, ...rest] = report.layers;
    for (const data of [
      null,
      {},
      { ...report, removedLayers: 'b' },
      { ...report, previous: {} },
      { ...report, layers: [{ ...first, outputs: { before: 3, after: 2, removed: [0.5] } }, ...rest] },
    ]) {
      expect(() => read(data)).toThrow('damaged: what it says of a shrinking is no report');
    }
  });

  test('and the state of a pruning run is sliced as the weights are', () => {
    const large = sequential([
      dense({ units: 12, activation: 'relu', name: 'a', inputShape: [6] }),
      dense({ units: 2, name: 'out' }),
    ]);
    prune(large, { structure: neurons, amount: { a: 0.5 } });
    const kernel = parameterOf(large, 'a');
    large.memos.set('pruning', () => ({ data: { step: 7 }, weights: { 'a/kernel': kernel.values.view.slice() } }));
    const small = shrink(large);
    expect(small.memos.get('pruning')?.()).toEqual({
      data: { step: 7 },
      weights: { 'a/kernel': parameterOf(small, 'a').values.view.slice() },
    });
  });
});

test('no report of a model that shrink did not make', () => {
  expect(() => shrinkReport(sequential([dense({ units: 2, inputShape: [3] })]))).toThrow(
    'expected a model that shrink() made',
  );
});
