// Structures, scopes, schedules, rules: each against its definition, by loops that know nothing of the engine's.

import { describe, expect, test } from 'vitest';
import { conv2d, dense, flatten } from '../src/layers/index.ts';
import {
  absoluteRule,
  block,
  block4x1,
  block8x1,
  block16x1,
  bounded,
  channels,
  constantSparsity,
  cosineSparsity,
  cubicSparsity,
  cyclicSparsity,
  erdosRenyi,
  erdosRenyiKernel,
  exponentialSparsity,
  filters,
  global,
  kernelSlices,
  layerwise,
  linearSparsity,
  magnitude,
  matrixColumns,
  matrixRows,
  neurons,
  nOfM,
  perLayer,
  perOutput,
  polynomialDecay,
  prune,
  pruning,
  random,
  type Schedule,
  slices,
  sparsity,
  topRule,
  uniform,
} from '../src/pruning/index.ts';
import type { Shape } from '../src/tensor/index.ts';
import { Random } from '../src/tensor/random.ts';
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

describe('scopes', () => {
  const lenet = () =>
    networkOf(
      conv2d({ filters: 6, kernelSize: 5, inputShape: [12, 12, 1], name: 'c1' }),
      conv2d({ filters: 16, kernelSize: 5, name: 'c2' }),
      flatten(),
      dense({ units: 30, name: 'd1' }),
      dense({ units: 10, name: 'd2' }),
    );
  const shapes: Record<string, number[]> = { c1: [5, 5, 1, 6], c2: [5, 5, 6, 16], d1: [256, 30], d2: [30, 10] };
  const size = (name: string) => shapes[name].reduce((a, b) => a * b, 1);
  const total = Object.keys(shapes).reduce((sum, name) => sum + size(name), 0);

  for (const [name, scope, sides] of [
    ['erdosRenyi', erdosRenyi, (shape: number[]) => shape.slice(-2)],
    ['erdosRenyiKernel', erdosRenyiKernel, (shape: number[]) => shape],
  ] as const) {
    for (const amount of [0.5, 0.8, 0.95]) {
      test(`${name} at ${amount}: densities in proportion, none above 1, the amount exactly`, () => {
        const model = lenet();
        const report = prune(model, { amount, scope, criterion: random });
        expect(report.weights - report.kept).toBe(Math.round(amount * total));
        const ratios = report.layers
          .filter(({ density }) => density < 1)
          .map(({ layer, density, weights }) => {
            const lengths = sides(shapes[layer]);
            const factor = lengths.reduce((a, b) => a + b, 0) / lengths.reduce((a, b) => a * b, 1);
            return { ratio: density / factor, slack: 1 / weights / factor };
          });
        const middle = ratios.reduce((sum, { ratio }) => sum + ratio, 0) / ratios.length;
        for (const { ratio, slack } of ratios) expect(Math.abs(ratio - middle)).toBeLessThanOrEqual(3 * slack);
        for (const { layer, density } of report.layers) {
          if (density < 1) continue;
          const lengths = sides(shapes[layer]);
          expect(middle * lengths.reduce((a, b) => a + b, 0)).toBeGreaterThanOrEqual(
            lengths.reduce((a, b) => a * b, 1) * 0.99,
          );
        }
      });
    }
  }

  test('a map of amounts, or perLayer: others stay as they are', () => {
    for (const options of [
      { amount: { c2: 0.5, d1: { count: 7000 } } },
      { scope: perLayer({ c2: 0.5, d1: { count: 7000 } }), amount: 0.1 },
    ]) {
      const model = lenet();
      const { layers } = prune(model, options);
      expect(layers.map(({ layer, weights, kept }) => [layer, weights - kept])).toEqual([
        ['c2', 1200],
        ['d1', 7000],
      ]);
      expect(parameterOf(model, 'c1').mask).toBeUndefined();
    }
    expect(() => prune(lenet(), { amount: { c3: 0.5 } })).toThrow("no layer 'c3'");
    expect(() => prune(lenet(), { amount: { c2: 1.5 } })).toThrow('[0, 1)');
    expect(() => prune(lenet(), { amount: { c2: 0.5 }, scope: global })).toThrow('a scope or amounts by layer');
  });

  test('floors and ceilings: a global ranking meets its amount elsewhere', () => {
    const model = lenet();
    for (const name of ['c1', 'd2'])
      parameterOf(model, name).values.view.forEach((_, i, values) => {
        values[i] *= 1e-3;
      });
    parameterOf(model, 'c2').values.view.forEach((_, i, values) => {
      values[i] *= 1e3;
    });
    const bounds = { c1: { ceiling: 0.4 }, d2: { ceiling: 0.5 }, c2: { floor: 0.3 } };
    const { layers, weights, kept } = prune(model, { amount: 0.6, scope: bounded(global, bounds) });
    expect(weights - kept).toBe(Math.round(0.6 * total));
    const gone = Object.fromEntries(layers.map((layer) => [layer.layer, layer.weights - layer.kept]));
    expect(gone).toMatchObject({ c1: 60, d2: 150, c2: 720 });
    expect(gone.d1).toBe(Math.round(0.6 * total) - 930);
    const mask = maskOf(parameterOf(model, 'c2'));
    const values = parameterOf(model, 'c2').read().data;
    expect(mask.every((bit, i) => (bit === 0) === (values[i] === 0))).toBe(true);
  });

  test('bounds of single layers are the nearest amounts; impossible ones are an error', () => {
    const report = prune(lenet(), {
      amount: 0.5,
      scope: bounded(layerwise, { c1: { ceiling: 0.2 }, d1: { floor: 0.9 } }),
    });
    expect(report.layers.map(({ weights, kept }) => (weights - kept) / weights)).toEqual([0.2, 0.5, 0.9, 0.5]);
    expect(() => prune(lenet(), { amount: 0.5, scope: bounded(global, { ceiling: 0.4 }) })).toThrow(
      'bounds of the layers allow',
    );
    expect(() => bounded(global, { floor: 0.5, ceiling: 0.4 })).toThrow(RangeError);
    expect(() => bounded(global, { c1: { floor: -1 } })).toThrow(RangeError);
    expect(() => prune(lenet(), { amount: 0.5, scope: bounded(global, { c7: { floor: 0.1 } }) })).toThrow(
      "there is no layer 'c7' to prune, expected one of c1,",
    );
  });

  test('uniform skips the output layer, global and Erdős–Rényi count it', () => {
    const names = (scope: typeof global) => prune(lenet(), { amount: 0.5, scope }).layers.map(({ layer }) => layer);
    expect(names(uniform)).toEqual(['c1', 'c2', 'd1']);
    for (const scope of [global, erdosRenyi, erdosRenyiKernel]) expect(names(scope)).toEqual(['c1', 'c2', 'd1', 'd2']);
  });

  test('a count of weights', () => {
    const { weights, kept } = prune(lenet(), { amount: { count: 1234 }, scope: global });
    expect(weights - kept).toBe(1234);
    for (const count of [-1, 1.5, total + 1]) {
      expect(() => prune(lenet(), { amount: { count }, scope: global })).toThrow('expected a count');
    }
  });
});

describe('rules', () => {
  test('absoluteRule and topRule', () => {
    const model = networkOf(dense({ units: 2, name: 'd', inputShape: [4] }));
    parameterOf(model, 'd').write({ data: [0.1, -0.2, 0.5, 1, -1, 0.49, 0.51, 0] });
    prune(model, { rule: absoluteRule(0.2) });
    expect(maskOf(parameterOf(model, 'd'))).toEqual([0, 0, 1, 1, 1, 1, 1, 0].map((bit, i) => (i === 1 ? 1 : bit)));
    prune(model, { rule: topRule(3) });
    expect(maskOf(parameterOf(model, 'd'))).toEqual([0, 0, 0, 1, 1, 0, 1, 0]);
    expect(() => topRule(-1)).toThrow(RangeError);
    expect(() => absoluteRule(Number.NaN)).toThrow(RangeError);
  });
});

describe('schedules', () => {
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
      expect(() => make({ ...ramp, endStep: 50 })).toThrow('in order, got 100 and 50');
      expect(() => make({ ...ramp, endStep: 100 })).toThrow('endStep after beginStep');
      expect(() => make({ ...ramp, finalSparsity: 1 })).toThrow('[0, 1)');
      expect(() => make({ ...ramp, frequency: 0 })).toThrow('frequency');
    }
    expect(() => polynomialDecay({ ...ramp, power: 0 })).toThrow('power');
    const cycle = { sparsity: 0.5, beginStep: 5, endStep: 4, compressed: 1 };
    expect(() => cyclicSparsity(cycle)).toThrow('in order');
    expect(() => cyclicSparsity({ ...cycle, endStep: 9, compressed: 0 })).toThrow('positive whole number');
  });
});

describe('all or nothing', () => {
  test('a layer pruned to nothing is an error unless asked for', () => {
    const make = () => {
      const model = networkOf(dense({ units: 4, name: 'a' }), dense({ units: 40, name: 'b' }));
      parameterOf(model, 'a').values.view.forEach((_, i, values) => {
        values[i] *= 1e-6;
      });
      return model;
    };
    const model = make();
    const before = model.getWeights().map(({ data }) => [...data]);
    expect(() => prune(model, { amount: 0.5, scope: global })).toThrow('a/kernel: nothing of 80 weights would be left');
    expect(model.getWeights().map(({ data }) => [...data])).toEqual(before);
    expect(prune(model, { amount: 0.5, scope: global, allowEmpty: true }).layers[0].kept).toBe(0);
    expect(sparsity(model).kept).toBe(120);
    expect(prune(model, { amount: 0.6, scope: global, allowEmpty: false }).kept).toBe(96);
  });

  test('in rounds: the density falls by equal factors, scores are made anew, an error in the third undoes all', () => {
    const model = networkOf(dense({ units: 40, name: 'a' }));
    const seen: number[] = [];
    const watching = ({ values, mask }: { values: Float32Array; mask: Float32Array | undefined }) => {
      seen.push(mask ? mask.reduce((sum, bit) => sum + bit, 0) : values.length);
      return magnitude({ values } as Parameters<typeof magnitude>[0]);
    };
    prune(model, { criterion: watching, amount: 0.875, iterations: 3 });
    expect(seen).toEqual([800, 400, 200]);
    expect(sparsity(model).kept).toBe(100);

    const other = networkOf(dense({ units: 40, name: 'a' }));
    const before = [...parameterOf(other, 'a').values.view];
    let round = 0;
    const failing: typeof magnitude = ({ values }) => values.map((w) => (round >= 2 ? Number.NaN : Math.abs(w)));
    const counted: typeof magnitude = (subject) => {
      const scores = failing(subject);
      round++;
      return scores;
    };
    expect(() => prune(other, { criterion: counted, amount: 0.875, iterations: 3 })).toThrow('NaN');
    expect([...parameterOf(other, 'a').values.view]).toEqual(before);
    expect(parameterOf(other, 'a').mask).toBeUndefined();
    for (const iterations of [0, 1.5]) expect(() => prune(other, { amount: 0.5, iterations })).toThrow('iterations');
  });

  test('regrow: masks are made anew, what comes back is 0', () => {
    const model = networkOf(dense({ units: 10, name: 'd' }));
    prune(model, { amount: 0.8, criterion: random });
    const { kept } = prune(model, { amount: 0.5, regrow: true });
    expect(kept).toBe(100);
    expect(zeros(parameterOf(model, 'd').values.view)).toBe(160);
  });
});
