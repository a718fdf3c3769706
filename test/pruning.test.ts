import { describe, expect, test } from 'vitest';
import { activation, conv2d, dense, flatten, input, type Layer } from '../src/layers/index.ts';
import { Network } from '../src/model/index.ts';
import {
  amountRule,
  block,
  constantSparsity,
  global,
  layerwise,
  nonzeroRule,
  oneShot,
  polynomialDecay,
  prune,
  pruning,
  random,
  randomRule,
  sparsity,
  thresholdRule,
  uniform,
} from '../src/pruning/index.ts';
import { Random } from '../src/tensor/random.ts';

function network(...layers: Layer[]): Network {
  const x = input({ shape: layers[0].inputShape ?? [20] });
  const y = layers.reduce((tensor, layer) => layer.apply(tensor), x);
  return new Network({ inputs: x, outputs: y, seed: 5 });
}

const mlp = () =>
  network(
    dense({ units: 30, name: 'first' }),
    dense({ units: 17, name: 'second' }),
    dense({ units: 10, name: 'output' }),
    activation({ activation: 'softmax' }),
  );

const parameter = (model: Network, layer: string, name = 'kernel') => {
  const found = model.getLayer(layer).parameters.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no ${layer}/${name}`);
  return found;
};
const maskOf = (model: Network, layer: string) => [...(parameter(model, layer).mask?.view ?? [])];
const zeros = (values: ArrayLike<number>) => Array.from(values).filter((value) => value === 0).length;

describe('amount', () => {
  for (const amount of [0, 0.1, 1 / 3, 0.5, 0.9, 0.987]) {
    test(`${amount}: exactly so many weights go, and they are the smallest`, () => {
      const model = mlp();
      const before = [...parameter(model, 'first').values.view];
      const report = prune(model, { amount });
      for (const name of ['first', 'second', 'output']) {
        const { length, values } = parameter(model, name);
        expect(zeros(values.view)).toBe(Math.round(amount * length));
        expect(report.layers.find(({ layer }) => layer === name)?.kept).toBe(length - Math.round(amount * length));
      }
      const after = parameter(model, 'first').values.view;
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
      const model = network(dense({ units: 25, name: 'd' }));
      const kernel = parameter(model, 'd');
      kernel.values.view.fill(0.5);
      prune(model, { amount });
      const kept = kernel.length - Math.round(amount * kernel.length);
      const inKerasOrder = [...kernel.toKeras(maskOf(model, 'd'))];
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
    expect(parameter(model, 'first', 'bias').mask).toBeUndefined();
    prune(model, { amount: 0.5, layers: ['first'], parameters: ({ name }) => name === 'bias' });
    expect(zeros(parameter(model, 'first', 'bias').values.view)).toBe(15);
  });

  test('pruned stays pruned: prunings compose, and a smaller amount changes nothing', () => {
    const model = mlp();
    prune(model, { criterion: random, amount: 0.4, seed: 1 });
    const first = maskOf(model, 'first');
    prune(model, { amount: 0.7 });
    const second = maskOf(model, 'first');
    expect(zeros(second)).toBe(420);
    expect(second.every((keep, i) => keep <= first[i])).toBe(true);
    prune(model, { amount: 0.2 });
    expect(maskOf(model, 'first')).toEqual(second);
  });

  test('convolutions: the mask is in storage order, the values agree with it', () => {
    const model = network(conv2d({ filters: 8, kernelSize: 3, name: 'c', inputShape: [6, 6, 3] }), flatten());
    const before = parameter(model, 'c').values.view.slice();
    prune(model, { amount: 0.75 });
    const kept = [...before.keys()].sort((a, b) => Math.abs(before[b]) - Math.abs(before[a])).slice(0, 54);
    expect(maskOf(model, 'c').flatMap((keep, i) => (keep ? [i] : []))).toEqual(kept.sort((a, b) => a - b));
  });
});

describe('scopes', () => {
  test('global ranks all weights together; uniform leaves the output layer, layerwise does not', () => {
    const model = mlp();
    parameter(model, 'second').values.view.forEach((_, i, values) => {
      values[i] *= 100;
    });
    prune(model, { amount: 0.5, scope: global });
    expect(zeros(parameter(model, 'second').values.view)).toBe(0);
    expect(sparsity(model).kept).toBe(640);

    const other = mlp();
    const report = prune(other, { amount: 0.9, scope: uniform });
    expect(report.layers.map(({ layer }) => layer)).toEqual(['first', 'second']);
    expect(parameter(other, 'output').mask).toBeUndefined();
    prune(other, { amount: 0.9, scope: layerwise });
    expect(zeros(parameter(other, 'output').values.view)).toBe(153);
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
});

describe('structures', () => {
  for (const [rows, columns] of [
    [16, 1],
    [8, 1],
    [4, 1],
    [1, 4],
    [2, 3],
  ]) {
    test(`block(${rows}, ${columns}): whole blocks go, those of the smallest mean`, () => {
      const model = network(dense({ units: 32, name: 'd' }));
      const before = parameter(model, 'd').values.view.map(Math.abs);
      prune(model, { amount: 0.75, structure: block(rows, columns) });
      const mask = maskOf(model, 'd');
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
});

describe('rules', () => {
  test("the article's threshold: |w| < rate·max|w| of the tensor goes", () => {
    const model = network(dense({ units: 2, name: 'a', inputShape: [4] }), dense({ units: 2, name: 'b' }));
    parameter(model, 'a').write({ data: [0.1, -0.2, 0.5, 1, -1, 0.49, 0.51, 0] });
    parameter(model, 'b').write({ data: [0.01, -0.1, 0.02, 0.05] });
    prune(model, { rule: thresholdRule(0.5) });
    expect([...parameter(model, 'a').read().data].map(Math.fround)).toEqual(
      [0, 0, 0.5, 1, -1, 0, 0.51, 0].map(Math.fround),
    );
    expect([...parameter(model, 'b').read().data].map(Math.fround)).toEqual([0, -0.1, 0, 0.05].map(Math.fround));
  });

  test('random: about p stay (five standard deviations), the seed decides which', () => {
    const model = () => network(dense({ units: 300, name: 'd' }));
    for (const keep of [0, 0.05, 0.3, 0.9, 1]) {
      const one = model();
      const { kept, weights } = prune(one, { rule: randomRule(keep), seed: 4, allowEmpty: true });
      expect(Math.abs(kept - keep * weights)).toBeLessThanOrEqual(5 * Math.sqrt(weights * keep * (1 - keep)));
      const [same, other] = [model(), model()];
      prune(same, { rule: randomRule(keep), seed: 4, allowEmpty: true });
      prune(other, { rule: randomRule(keep), seed: 5, allowEmpty: true });
      expect(maskOf(same, 'd')).toEqual(maskOf(one, 'd'));
      if (keep > 0 && keep < 1) expect(maskOf(other, 'd')).not.toEqual(maskOf(one, 'd'));
    }
  });

  test('zeros that sparsification left become a mask', () => {
    const model = network(dense({ units: 3, name: 'd', inputShape: [2] }));
    parameter(model, 'd').write({ data: [0, 1, -2, 0, 0, 3] });
    prune(model, { rule: nonzeroRule });
    expect(parameter(model, 'd').toKeras(maskOf(model, 'd'))).toEqual(Float32Array.of(0, 1, 1, 0, 0, 1));
  });
});

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
      counts.push(zeros(parameter(model, 'first').values.view));
    }
    const at7 = Math.round(600 * (0.8 - 0.6 * 0.5 ** 3));
    expect(counts).toEqual([0, 0, ...Array(5).fill(120), ...Array(5).fill(at7)]);
    callback.onTrainEnd();
    expect(callback.report?.layers[0].kept).toBe(120);
    expect(callback.step).toBe(12);
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
    expect(() => block(0, 1)).toThrow('positive whole numbers');
    expect(() => oneShot({ sparsity: 1 })).toThrow(RangeError);
    const decay = { initialSparsity: 0, finalSparsity: 0.5, beginStep: 10, endStep: 5 };
    expect(() => polynomialDecay(decay)).toThrow('in order');
    expect(() => polynomialDecay({ ...decay, endStep: 10 })).toThrow('after beginStep');
    expect(() => constantSparsity({ targetSparsity: 0.5, beginStep: 0, frequency: 0 })).toThrow('frequency');
  });
});
