// Scopes: how many weights go where, against each scope's definition.

import { describe, expect, test } from 'vitest';
import { conv2d, dense, flatten, input } from '../src/layers/index.ts';
import { Network } from '../src/model/index.ts';
import {
  bounded,
  erdosRenyi,
  erdosRenyiKernel,
  global,
  layerwise,
  perLayer,
  prune,
  random,
  sparsity,
  uniform,
} from '../src/pruning/index.ts';
import { maskOf, mlp, networkOf, parameterOf, zeros } from './pruning-fixture.ts';

describe('scopes', () => {
  test('global ranks all weights together; uniform leaves the output layer, layerwise does not', () => {
    const model = mlp();
    parameterOf(model, 'second').values.view.forEach((_, i, values) => {
      values[i] *= 100;
    });
    prune(model, { amount: 0.5, scope: global });
    expect(zeros(parameterOf(model, 'second').values.view)).toBe(0);
    expect(sparsity(model).kept).toBe(640);

    const other = mlp();
    const report = prune(other, { amount: 0.9, scope: uniform });
    expect(report.layers.map(({ layer }) => layer)).toEqual(['first', 'second']);
    expect(parameterOf(other, 'output').mask).toBeUndefined();
    expect(() => prune(other, { amount: 0.9, scope: uniform, layers: ['output'] })).toThrow('got output alone');
    prune(other, { amount: 0.9, scope: layerwise });
    expect(zeros(parameterOf(other, 'output').values.view)).toBe(153);
  });

  test('layers, skip, nested models', () => {
    const inner = mlp();
    const x = input({ shape: [20] });
    const model = new Network({ inputs: x, outputs: dense({ units: 4, name: 'head' }).apply(inner.apply(x)) });
    const names = (options: object) => prune(model, { amount: 0.1, ...options }).layers.map(({ layer }) => layer);
    expect(names({})).toEqual(['model/first', 'model/second', 'model/output', 'head']);
    expect(names({ skip: ['head', 'model/second'] })).toEqual(['model/first', 'model/output']);
    expect(names({ layers: ['head'] })).toEqual(['head']);
    expect(names({ scope: uniform })).toEqual(['model/first', 'model/second', 'model/output']);
    const wrapped = new Network({ inputs: x, outputs: mlp().apply(x) });
    expect(prune(wrapped, { amount: 0.1, scope: uniform }).layers.map(({ layer }) => layer)).toEqual([
      'model/first',
      'model/second',
    ]);
  });

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

  test('Erdős–Rényi counts what was pruned before, unless it may come back', () => {
    for (const scope of [erdosRenyi, erdosRenyiKernel]) {
      const model = lenet();
      prune(model, { amount: { c2: 0.9, d2: 0.99 } });
      const { layers, weights, kept } = prune(model, { amount: 0.5, scope });
      expect(weights - kept).toBe(Math.round(0.5 * total));
      expect(layers.flatMap(({ layer, kept }) => (['c2', 'd2'].includes(layer) ? [kept] : []))).toEqual([240, 3]);
      const fresh = prune(lenet(), { amount: 0.5, scope });
      expect(prune(model, { amount: 0.5, scope, regrow: true }).layers).toEqual(fresh.layers);
      const sparse = lenet();
      prune(sparse, { amount: 0.9 });
      expect(prune(sparse, { amount: 0.5, scope }).layers).toEqual(prune(sparse, { amount: 0.9 }).layers);
    }
  });

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
      expect(() => prune(lenet(), { amount: { count }, scope: global })).toThrow(
        'expected count to be a whole number from 0 to',
      );
    }
  });
});
