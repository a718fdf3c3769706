// Structures, each against its definition: whole filters, channels, slices and blocks; N of M.

import { describe, expect, test } from 'vitest';
import { conv2d, dense, flatten } from '../src/layers/index.ts';
import {
  block,
  block4x1,
  block8x1,
  block16x1,
  channels,
  filters,
  kernelSlices,
  matrixColumns,
  matrixRows,
  neurons,
  nOfM,
  perOutput,
  prune,
  slices,
} from '../src/pruning/index.ts';
import type { Shape } from '../src/tensor/index.ts';
import { maskOf, networkOf, parameterOf, zeros } from './pruning-fixture.ts';

/** Each position of a row-major array with its indices. */
function indices(shape: Shape): number[][] {
  return shape.reduce<number[][]>(
    (all, size) => all.flatMap((prefix) => [...Array(size).keys()].map((i) => [...prefix, i])),
    [[]],
  );
}

const conv = () =>
  networkOf(
    conv2d({ filters: 8, kernelSize: [3, 2], inputShape: [7, 7, 5], name: 'c' }),
    flatten(),
    dense({ units: 6, name: 'd' }),
  );

describe('structures along axes', () => {
  const unitOf: Record<string, (index: number[]) => string> = {
    filters: ([, , , out]) => `${out}`,
    channels: ([, , channel]) => `${channel}`,
    kernelSlices: ([, , channel, out]) => `${channel} ${out}`,
    matrixRows: ([, , , out]) => `${out}`,
    matrixColumns: ([row, column, channel]) => `${row} ${column} ${channel}`,
    'slices(0)': ([row]) => `${row}`,
    'slices(1, 3)': ([, column, , out]) => `${column} ${out}`,
  };
  const structures = {
    filters,
    channels,
    kernelSlices,
    matrixRows,
    matrixColumns,
    'slices(0)': slices(0),
    'slices(1, 3)': slices(1, 3),
  };
  for (const [name, structure] of Object.entries(structures)) {
    test(`${name}: whole units go, those of least mean`, () => {
      const model = conv();
      const kernel = parameterOf(model, 'c');
      const values = kernel.read().data;
      prune(model, { amount: 0.5, structure, layers: ['c'] });
      const mask = maskOf(kernel);
      const units = new Map<string, { sum: number; size: number; kept: number }>();
      for (const [i, index] of indices(kernel.shape).entries()) {
        const key = unitOf[name](index);
        const unit = units.get(key) ?? { sum: 0, size: 0, kept: 0 };
        units.set(key, { sum: unit.sum + Math.abs(values[i]), size: unit.size + 1, kept: unit.kept + mask[i] });
      }
      const list = [...units.values()];
      expect(list.every(({ kept, size }) => kept === 0 || kept === size)).toBe(true);
      const gone = list.filter(({ kept }) => kept === 0);
      expect(gone).toHaveLength(Math.round(list.length / 2));
      expect(Math.max(...gone.map(({ sum }) => sum))).toBeLessThanOrEqual(
        Math.min(...list.filter(({ kept }) => kept > 0).map(({ sum }) => sum)),
      );
    });
  }

  test('of dense layers: neurons are columns of [in, out], channels rows', () => {
    const model = networkOf(dense({ units: 4, name: 'd', inputShape: [6] }));
    prune(model, { amount: 0.5, structure: neurons });
    prune(model, { amount: 0.75, structure: channels });
    const mask = maskOf(parameterOf(model, 'd'));
    const rows = [0, 1, 2, 3, 4, 5].map((i) => mask.slice(4 * i, 4 * i + 4).join(''));
    expect(rows.filter((row) => row === '0000')).toHaveLength(3);
    expect(new Set(rows.filter((row) => row !== '0000')).size).toBe(1);
  });

  test('biases go along only where asked, and only where nothing is left', () => {
    const make = () =>
      networkOf(
        dense({ units: 4, name: 'd', inputShape: [6], biasInitializer: 'ones' }),
        dense({ units: 3, name: 'e' }),
      );
    const model = make();
    prune(model, { amount: 0.5, structure: neurons });
    expect(parameterOf(model, 'd', 'bias').mask).toBeUndefined();
    const other = make();
    prune(other, { amount: 0.5, structure: neurons, biases: true });
    expect(maskOf(parameterOf(other, 'd', 'bias'))).toEqual(maskOf(parameterOf(other, 'd')).slice(0, 4));
    expect(zeros(parameterOf(other, 'd', 'bias').values.view)).toBe(2);
  });

  test('an axis that is not there', () => {
    expect(() => prune(conv(), { amount: 0.5, structure: slices(4), layers: ['c'] })).toThrow('kernel has 4 axes');
    expect(() => prune(conv(), { amount: 0.5, structure: slices(-3) })).toThrow('kernel has 2 axes');
  });

  test('units that are none', () => {
    const broken = () => ({ count: 2, of: new Uint32Array(240).fill(2) });
    expect(() => prune(conv(), { amount: 0.5, structure: broken, layers: ['c'] })).toThrow(
      'c/kernel: the structure should',
    );
  });
});

describe('blocks', () => {
  for (const [rows, columns] of [
    [16, 1],
    [8, 1],
    [4, 1],
    [1, 4],
    [2, 3],
  ]) {
    test(`block(${rows}, ${columns}): whole blocks go, those of the smallest mean`, () => {
      const model = networkOf(dense({ units: 32, name: 'd' }));
      const before = parameterOf(model, 'd').values.view.map(Math.abs);
      prune(model, { amount: 0.75, structure: block(rows, columns) });
      const mask = parameterOf(model, 'd').mask?.view ?? [];
      const sums: { mean: number; kept: boolean }[] = [];
      for (let i = 0; i < 32; i += rows) {
        for (let j = 0; j < 20; j += columns) {
          const cells = [];
          for (let r = i; r < Math.min(32, i + rows); r++) {
            for (let c = j; c < Math.min(20, j + columns); c++) cells.push(r * 20 + c);
          }
          const kept = cells.filter((cell) => mask[cell]).length;
          expect(kept === 0 || kept === cells.length).toBe(true);
          sums.push({ mean: cells.reduce((sum, cell) => sum + before[cell], 0) / cells.length, kept: kept > 0 });
        }
      }
      expect(Math.abs(zeros(mask) - 480)).toBeLessThanOrEqual((rows * columns) / 2);
      const largestGone = Math.max(...sums.filter(({ kept }) => !kept).map(({ mean }) => mean));
      const smallestKept = Math.min(...sums.filter(({ kept }) => kept).map(({ mean }) => mean));
      expect(largestGone).toBeLessThanOrEqual(smallestKept);
    });
  }

  test('block16x1, block8x1, block4x1 are blocks of outputs that share an input', () => {
    for (const [rows, structure] of [
      [16, block16x1],
      [8, block8x1],
      [4, block4x1],
    ] as const) {
      const [named, plain] = [0, 1].map(() => networkOf(dense({ units: 32, name: 'd' })));
      prune(named, { amount: 0.7, structure });
      prune(plain, { amount: 0.7, structure: block(rows, 1) });
      const mask = maskOf(parameterOf(named, 'd'));
      expect(mask).toEqual(maskOf(parameterOf(plain, 'd')));
      for (let i = 0; i < mask.length; i += rows) expect(new Set(mask.slice(i, i + rows)).size).toBe(1);
    }
  });
});

describe('N:M', () => {
  for (const [n, m] of [
    [2, 4],
    [1, 4],
    [4, 8],
    [1, 2],
    [3, 7],
  ]) {
    test(`${n}:${m} of consecutive inputs, the largest; the amount follows, and may go beyond`, () => {
      const model = conv();
      const kernel = parameterOf(model, 'c');
      const stored = kernel.values.view.map(Math.abs);
      prune(model, { structure: nOfM(n, m), layers: ['c'] });
      const check = (mask: ArrayLike<number>, exact: boolean) => {
        for (let row = 0; row < 8; row++) {
          for (let at = 0; at < 30; at += m) {
            const cell = Array.from({ length: Math.min(m, 30 - at) }, (_, i) => row * 30 + at + i);
            const kept = cell.filter((i) => mask[i] === 1);
            if (exact) expect(kept).toHaveLength(Math.min(n, cell.length));
            else expect(kept.length).toBeLessThanOrEqual(n);
            const gone = cell.filter((i) => mask[i] === 0);
            expect(Math.max(0, ...gone.map((i) => stored[i]))).toBeLessThanOrEqual(
              Math.min(...kept.map((i) => stored[i])),
            );
          }
        }
      };
      check(kernel.mask?.view ?? [], true);
      prune(model, { structure: nOfM(n, m), amount: 0.9, layers: ['c'] });
      check(kernel.mask?.view ?? [], false);
      expect(zeros(maskOf(kernel))).toBe(216);
    });
  }

  test('perOutput: the same number in each output', () => {
    const model = conv();
    prune(model, { structure: perOutput(0.8), layers: ['c'] });
    const mask = maskOf(parameterOf(model, 'c'));
    for (let o = 0; o < 8; o++) expect(mask.filter((bit, i) => i % 8 === o && bit === 1)).toHaveLength(6);
  });

  test('bad input', () => {
    for (const [n, m] of [
      [0, 4],
      [4, 4],
      [5, 4],
      [1.5, 4],
    ])
      expect(() => nOfM(n, m)).toThrow('nOfM');
    for (const amount of [-1, 1]) expect(() => perOutput(amount)).toThrow('[0, 1)');
  });
});
