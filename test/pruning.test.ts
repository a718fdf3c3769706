// prune: the amount exactly, in one round or several, all of it or nothing of it; what is refused.

import { describe, expect, test } from 'vitest';
import { conv2d, dense, flatten, type Layer } from '../src/layers/index.ts';
import {
  amountRule,
  block,
  constantSparsity,
  global,
  magnitude,
  nonzeroRule,
  oneShot,
  type PruneOptions,
  polynomialDecay,
  prune,
  random,
  randomRule,
  sparsity,
  synflow,
  thresholdRule,
} from '../src/pruning/index.ts';
import { Random } from '../src/tensor/random.ts';
import { maskOf, mlp, networkOf, parameterOf, zeros } from './pruning-fixture.ts';

describe('amount', () => {
  for (const amount of [0, 0.1, 1 / 3, 0.5, 0.9, 0.987]) {
    test(`${amount}: exactly so many weights go, and they are the smallest`, () => {
      const model = mlp();
      const before = [...parameterOf(model, 'first').values.view];
      const report = prune(model, { amount });
      for (const name of ['first', 'second', 'output']) {
        const { length, values } = parameterOf(model, name);
        expect(zeros(values.view)).toBe(Math.round(amount * length));
        expect(report.layers.find(({ layer }) => layer === name)?.kept).toBe(length - Math.round(amount * length));
      }
      const after = parameterOf(model, 'first').values.view;
      const gone = before.filter((_, i) => after[i] === 0).map(Math.abs);
      const stayed = before.filter((_, i) => after[i] !== 0).map(Math.abs);
      expect(Math.max(0, ...gone)).toBeLessThanOrEqual(Math.min(...stayed));
      expect([...after].filter((value) => value !== 0)).toEqual(before.filter((_, i) => after[i] !== 0));
      expect(report.weights).toBe(20 * 30 + 30 * 17 + 17 * 10);
      expect(sparsity(model)).toEqual({ weights: report.weights, kept: report.kept, density: report.density });
    });
  }

  test('among equal scores the first positions stay, whatever their number', () => {
    for (const amount of [0.05, 0.37, 0.5, 0.92]) {
      const model = networkOf(dense({ units: 25, name: 'd' }));
      const kernel = parameterOf(model, 'd');
      kernel.values.view.fill(0.5);
      prune(model, { amount });
      const kept = kernel.length - Math.round(amount * kernel.length);
      const inKerasOrder = maskOf(kernel);
      expect(inKerasOrder).toEqual(inKerasOrder.map((_, i) => (i < kept ? 1 : 0)));
    }
  });

  test('agrees with a stable sort on scores with many ties', () => {
    const draw = new Random(3);
    for (let round = 0; round < 200; round++) {
      const count = 1 + draw.integer(60);
      const scores = Float64Array.from({ length: count }, () => draw.integer(4));
      const amount = draw.uniform();
      const keep = amountRule(amount)({
        scores,
        sizes: new Uint32Array(count).fill(1),
        locked: new Uint8Array(count),
        weights: count,
        random: draw,
      });
      const gone = [...scores.keys()]
        .sort((a, b) => scores[a] - scores[b] || b - a)
        .slice(0, Math.round(amount * count));
      expect([...scores.keys()].filter((unit) => !keep(unit)).sort((a, b) => a - b)).toEqual(
        gone.sort((a, b) => a - b),
      );
    }
  });

  test('biases are left alone unless asked for', () => {
    const model = mlp();
    for (const { parameters } of model.layers) for (const { values } of parameters) values.view.fill(1);
    prune(model, { amount: 0.9 });
    expect(parameterOf(model, 'first', 'bias').mask).toBeUndefined();
    prune(model, { amount: 0.5, layers: ['first'], parameters: ({ name }) => name === 'bias' });
    expect(zeros(parameterOf(model, 'first', 'bias').values.view)).toBe(15);
  });

  test('pruned stays pruned: prunings compose, and a smaller amount changes nothing', () => {
    const model = mlp();
    prune(model, { criterion: random, amount: 0.4, seed: 1 });
    const first = maskOf(parameterOf(model, 'first'));
    prune(model, { amount: 0.7 });
    const second = maskOf(parameterOf(model, 'first'));
    expect(zeros(second)).toBe(420);
    expect(second.every((keep, i) => keep <= first[i])).toBe(true);
    prune(model, { amount: 0.2 });
    expect(maskOf(parameterOf(model, 'first'))).toEqual(second);
  });

  test('convolutions: the mask is in storage order, the values agree with it', () => {
    const model = networkOf(conv2d({ filters: 8, kernelSize: 3, name: 'c', inputShape: [6, 6, 3] }), flatten());
    const before = parameterOf(model, 'c').values.view.slice();
    prune(model, { amount: 0.75 });
    const kept = [...before.keys()].sort((a, b) => Math.abs(before[b]) - Math.abs(before[a])).slice(0, 54);
    expect([...(parameterOf(model, 'c').mask?.view ?? [])].flatMap((keep, i) => (keep ? [i] : []))).toEqual(
      kept.sort((a, b) => a - b),
    );
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
    const amounts: PruneOptions['amount'][] = [{ a: 0.5 }, { count: 9 }];
    for (const amount of amounts) {
      expect(() => prune(other, { amount, iterations: 3 })).toThrow('as one fraction where it is reached in 3');
      expect(() => prune(other, { amount, criterion: synflow })).toThrow('as one fraction where it is reached in 100');
    }
    expect(() => prune(other, { rule: randomRule(0.5), iterations: 3 })).toThrow('as one fraction');
    expect([...parameterOf(other, 'a').values.view]).toEqual(before);
  });

  test('regrow: masks are made anew, what comes back is 0', () => {
    const model = networkOf(dense({ units: 10, name: 'd' }));
    prune(model, { amount: 0.8, criterion: random });
    const { kept } = prune(model, { amount: 0.5, regrow: true });
    expect(kept).toBe(100);
    expect(zeros(parameterOf(model, 'd').values.view)).toBe(160);
  });
});

describe('bad input: a named error, and the model as it was', () => {
  const untouched = (options: Parameters<typeof prune>[1], message: string | RegExp) => {
    const model = mlp();
    const before = model.getWeights().map(({ data }) => [...data]);
    expect(() => prune(model, options)).toThrow(message);
    expect(model.getWeights().map(({ data }) => [...data])).toEqual(before);
    expect(model.parameters.every(({ mask }) => mask === undefined)).toBe(true);
  };

  test('amounts, rules, names, scores', () => {
    for (const amount of [-0.1, 1, 1.5, Number.NaN]) untouched({ amount }, /in \[0, 1\), got/);
    for (const amount of ['0.5', null, true]) {
      untouched({ amount } as never, `an amount that is a number or { count }, got ${JSON.stringify(amount)}`);
    }
    untouched({}, 'either an amount');
    untouched({ amount: 0.5, rule: nonzeroRule }, 'either an amount');
    untouched({ amount: 0.5, layers: ['third'] }, "no layer 'third', expected one of first, second, output");
    untouched({ amount: 0.5, skip: ['x'] }, "no layer 'x'");
    untouched({ amount: 0.5, skip: ['first', 'second', 'output'] }, 'weights to prune');
    untouched({ amount: 0.5, criterion: () => [1, 2] }, 'first/kernel: the criterion should return 600 scores');
    untouched({ amount: 0.5, seed: -1 }, 'seed');
    const nan = {
      amount: 0.5,
      criterion: ({ layer, values }: { layer: Layer; values: Float32Array }) =>
        layer.name === 'output' ? values.map(() => Number.NaN) : values,
    };
    untouched(nan, 'output/kernel: the criterion returned NaN');
    expect(() => thresholdRule(2)).toThrow(RangeError);
    expect(() => randomRule(-1)).toThrow(RangeError);
    expect(() => block(0, 1)).toThrow('rows to be a whole number from 1');
    expect(() => oneShot({ sparsity: 1 })).toThrow(RangeError);
    const decay = { initialSparsity: 0, finalSparsity: 0.5, beginStep: 10, endStep: 5 };
    expect(() => polynomialDecay(decay)).toThrow('endStep to be a whole number from');
    expect(() => polynomialDecay({ ...decay, endStep: 10 })).toThrow('endStep to be a whole number from 11, got 10');
    expect(() => constantSparsity({ targetSparsity: 0.5, beginStep: 0, frequency: 0 })).toThrow('frequency');
  });
});
