// Structures where time passes: whole units of LSTMs, blocks over their gates, rows of tables.

import { describe, expect, test } from 'vitest';
import { compress } from '../src/inference/index.ts';
import { conv2d, dense, embedding, flatten, globalAveragePooling1d, squeezeExcitation } from '../src/layers/index.ts';
import {
  block16x1,
  embeddingRows,
  global,
  lstmUnits,
  polynomialDecay,
  prune,
  shrink,
  uniform,
} from '../src/pruning/index.ts';
import { loadModel, sequential } from '../src/training/index.ts';
import { expectClose, maskOf, parameterOf, zeros } from './pruning-fixture.ts';
import { reader, x, y } from './pruning-sequence-fixture.ts';

describe('lstmUnits', () => {
  const columnsOf = (mask: number[], units: number, unit: number) => mask.filter((_, at) => at % units === unit);

  test('the unit with the lowest mean |w| goes: four columns of both kernels, biases, rows here and in the reader', () => {
    const model = reader();
    const [kernel, recurrent] = ['kernel', 'recurrentKernel'].map((name) => parameterOf(model, 'first', name));
    const dead = [3, 11];
    for (const parameter of [kernel, recurrent]) {
      parameter.write({ data: parameter.read().data.map((w, at) => (dead.includes(at % 16) ? w / 100 : w)) });
    }
    const { layers, skipped } = prune(model, { structure: lstmUnits, amount: 2 / 16, layers: ['first'] });
    expect(skipped).toEqual([]);
    for (let unit = 0; unit < 16; unit++) {
      const kept = dead.includes(unit) ? 0 : 1;
      expect(columnsOf(maskOf(kernel), 16, unit)).toEqual(new Array(24).fill(kept));
      const rowMask = maskOf(recurrent).slice(64 * unit, 64 * unit + 64);
      expect(rowMask.every((bit, at) => bit === (kept && !dead.includes(at % 16) ? 1 : 0))).toBe(true);
      expect(maskOf(parameterOf(model, 'second')).slice(32 * unit, 32 * unit + 32)).toEqual(new Array(32).fill(kept));
    }
    const bias = parameterOf(model, 'first', 'bias');
    expect(maskOf(bias).map((bit, at) => bit === (dead.includes(at % 16) ? 0 : 1))).not.toContain(false);
    expect(layers).toMatchObject([{ kept: 84 * 4 }, { kept: 14 * 14 * 4 }]);
  });

  test('an amount is a share of units, the same at once and step by step; other layers are listed', async () => {
    const counts: number[] = [];
    for (const isGradual of [false, true]) {
      const model = reader();
      const options = { structure: lstmUnits, scope: global, skip: ['out'] };
      if (isGradual) {
        const steps = { initialSparsity: 0.2, finalSparsity: 0.5, beginStep: 0, endStep: 12, frequency: 3 };
        const callback = prune(model, { ...options, schedule: polynomialDecay(steps) });
        await model.fit(x, y, { epochs: 2, callbacks: [callback] });
      } else {
        const { skipped } = prune(model, { ...options, amount: 0.5 });
        expect(skipped).toEqual([{ layer: 'table', reason: "the structure is for layers of type 'lstm'" }]);
        expect(() => prune(model, { structure: lstmUnits, amount: 0.7, strict: true })).toThrow('strict: table');
      }
      const gone = (layer: string, units: number, size: number) =>
        size *
        Array.from({ length: units }, (_, unit) => columnsOf(maskOf(parameterOf(model, layer)), units, unit)).filter(
          (bits) => !bits.includes(1),
        ).length;
      counts.push(gone('first', 16, 4 * 22) + gone('second', 8, 4 * 24));
      expect(zeros(maskOf(parameterOf(model, 'out')))).toBe(0);
    }
    const half = (16 * 4 * 22 + 8 * 4 * 24) / 2;
    for (const count of counts) expect(Math.abs(count - half)).toBeLessThanOrEqual(48);
  });

  test('a pruned unit stays silent through training, files and shrinking', async () => {
    const model = reader();
    await model.fit(x, y, { epochs: 8 });
    prune(model, { structure: lstmUnits, scope: uniform, amount: 0.5 });
    await model.fit(x, y, { epochs: 10 });
    expect(model.evaluate(x, y).accuracy).toBeGreaterThan(0.9);
    const small = shrink(await loadModel(model.toBytes()));
    expect(['first', 'second'].map((name) => small.getLayer(name).config().units)).toEqual([8, 4]);
    expectClose(small.predict(x).data, model.predict(x).data);
    const { accuracy } = small.evaluate(x, y);
    expect(accuracy).toBe(model.evaluate(x, y).accuracy);
    await small.fit(x, y, { epochs: 1 });
  });

  test('with random scores on a model without LSTM: an error that says so', () => {
    const model = sequential([
      squeezeExcitation({ name: 'gate', inputShape: [2, 2, 4] }),
      conv2d({ filters: 2, kernelSize: 2, name: 'c' }),
      flatten(),
      dense({ units: 2, name: 'd' }),
    ]);
    expect(() => prune(model, { structure: lstmUnits, amount: 0.5 })).toThrow(
      "Pruning: the structure is for layers of type 'lstm', got c (conv2d), d (dense).",
    );
  });
});

describe('structures', () => {
  test('blocks lie over the 4·units rows of an LSTM’s kernels', () => {
    const model = reader();
    prune(model, { structure: block16x1, amount: 0.5, layers: ['first', 'second'] });
    for (const [layer, units] of [
      ['first', 16],
      ['second', 8],
    ] as const) {
      for (const name of ['kernel', 'recurrentKernel']) {
        const parameter = parameterOf(model, layer, name);
        const stored = parameter.mask?.view as Float32Array;
        const inputs = parameter.shape[0];
        for (let row = 0; row < 4 * units; row++) {
          const first = row - (row % 16);
          for (let i = 0; i < inputs; i++) expect(stored[row * inputs + i]).toBe(stored[first * inputs + i]);
        }
        expect(zeros(stored)).toBe(parameter.length / 2);
      }
    }
  });

  test('rows of an embedding go whole; other layers are skipped', () => {
    const model = reader();
    const { skipped } = prune(model, { structure: embeddingRows, amount: 0.3 });
    const mask = maskOf(parameterOf(model, 'table', 'embeddings'));
    const rows = Array.from({ length: 20 }, (_, token) => mask.slice(6 * token, 6 * token + 6));
    expect(rows.every((row) => new Set(row).size === 1)).toBe(true);
    expect(rows.filter(([bit]) => bit === 0).length).toBe(6);
    expect(skipped.map(({ layer }) => layer)).toEqual(['first', 'second', 'out']);
  });
});

test('shrink lets pruned rows of a table stand, as tokens number them; a file leaves them out', () => {
  const model = sequential([
    embedding({ inputDim: 1000, outputDim: 16, name: 'table', inputShape: [8] }),
    globalAveragePooling1d(),
    dense({ units: 2, name: 'out' }),
  ]);
  const tokens = Float32Array.from({ length: 8 * 16 }, (_, i) => (i * 389) % 1000);
  const before = model.toBytes().length;
  prune(model, { structure: embeddingRows, amount: 0.9 });
  const small = shrink(model);
  expect(parameterOf(small, 'table', 'embeddings').shape).toEqual([1000, 16]);
  expect(small.predict(tokens)).toEqual(model.predict(tokens));
  const report = 1000;
  for (const { length } of [small.toBytes(), compress(small).toBytes()]) {
    expect(length).toBeLessThan(before - 4 * 900 * 16 + 16_000 / 8 + report);
  }
});
