// What fit, evaluate, predict and compile refuse: one clear error each, the model as it was, and the engine's memory given back.

import { expect, test } from 'vitest';
import {
  adam,
  bounded,
  compress,
  dense,
  EarlyStopping,
  type FitOptions,
  global,
  linearSparsity,
  load,
  type Model,
  ModelCheckpoint,
  magnitude,
  memoryUsage,
  padSequences,
  polynomialDecay,
  proximalGradient,
  proximalL1,
  prune,
  pruning,
  ReduceLROnPlateau,
  rigl,
  sequential,
  sgd,
  shrink,
  sparsify,
} from '../src/index.ts';

test('no layers, no options: what was expected, and not where it was missed', () => {
  expect(() => sequential(undefined as never)).toThrow('sequential: expected a list of layers, got undefined.');
  expect(() => sequential(dense({ units: 2 }) as never)).toThrow('sequential: expected a list of layers, got');
  expect(() => prune(classifier(), undefined as never)).toThrow(/^prune: expected an object of options/);
});

function classifier(): Model {
  const model = sequential([
    dense({ units: 4, activation: 'relu', inputShape: [2] }),
    dense({ units: 3, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

const x = Float32Array.from({ length: 20 }, (_, i) => i / 10);
const y = Uint8Array.from({ length: 10 }, (_, i) => i % 3);
const replaced = (at: number, value: number) => Float32Array.from(x, (v, i) => (i === at ? value : v));

const refused: [what: string, x: unknown, y: unknown, options: FitOptions, message: RegExp][] = [
  ['a ragged batch', x.subarray(1), y, {}, /x: expected the shape \[batch, 2\], got 19 numbers/],
  ['another shape', { data: x, shape: [5, 4] }, y, {}, /x: expected the shape \[batch, 2\], got \[5, 4\]/],
  ['a shape that is not the numbers', { data: x, shape: [11, 2] }, y, {}, /means 22 numbers, but 20 came/],
  ['nothing', new Float32Array(), new Uint8Array(), {}, /x: .*empty batch/],
  ['NaN', replaced(7, Number.NaN), y, {}, /x: expected finite numbers, got NaN at position 7/],
  ['infinity', replaced(3, Infinity), y, {}, /x: expected finite numbers, got Infinity at position 3/],
  ['a label too large', x, y.map((label, i) => (i === 4 ? 3 : label)), {}, /3.*4|4.*3/],
  ['a label that is no whole number', x, Float32Array.from(y, (label) => label + 0.5), {}, /0\.5/],
  ['another number of targets', x, y.subarray(1), {}, /10.*9|9.*10/],
  ['ragged rows', [[1, 2], [3]], [0, 1], {}, /rows of differing lengths/],
  ['ragged rows of the right total', [[1, 2], [3, 4, 5], [6]], [0, 1, 0], {}, /rows of differing lengths/],
  ['a row that is a number', [[1, 2], 3, 4], [0, 1, 0], {}, /rows of differing lengths/],
  ['a split that leaves nothing', x, y, { validationSplit: 0.95 }, /leaves no samples/],
  ['a split of 1', x, y, { validationSplit: 1 }, /validationSplit to be a number in \[0, 1\), got 1/],
  [
    'a split in text',
    x,
    y,
    { validationSplit: '0.2' as never },
    /validationSplit to be a number in \[0, 1\), got "0\.2"/,
  ],
  ['epochs of a half', x, y, { epochs: 0.5 }, /epochs to be a whole number/],
  ['batches of nothing', x, y, { batchSize: 0 }, /batchSize to be a whole number from 1, got 0/],
  [
    'a class for a callback',
    x,
    y,
    { callbacks: [EarlyStopping as never] },
    /a list of objects, got a function \(a class needs new/,
  ],
  ['nothing for a callback', x, y, { callbacks: [null as never] }, /a list of objects, got null/],
  ['a callback without a list', x, y, { callbacks: { name: 'a' } as never }, /a list of objects, got an object/],
  ['an unknown option', x, y, { epoch: 3 } as FitOptions, /epoch/],
  [
    'validation data without targets',
    x,
    y,
    { validationData: [x] as never },
    /validationData to be .*\[x, y\] or \[x, y, sampleWeight\], got 1/,
  ],
  ['validation data of nothing', x, y, { validationData: [x, undefined] as never }, /validationData\[1\]: .*undefined/],
  ['validation data of four', x, y, { validationData: [x, y, y, y] as never }, /sampleWeight\], got 4 of them/],
  ['unsound validation data', x, y, { validationData: [x, y.subarray(2)] }, /validationData/],
  ['weights of too few', x, y, { sampleWeight: y.subarray(1) }, /sampleWeight: .* each sample, \[10\], got 9 numbers/],
  ['weights of a shape', x, y, { sampleWeight: { data: x, shape: [2, 10] } as never }, /\[10\], got \[2, 10\]/],
  ['a negative weight', x, y, { sampleWeight: x.subarray(0, 10).map((v) => v - 1) }, /from 0, got -1 at position 0; 0/],
  ['a weight of NaN', x, y, { sampleWeight: replaced(7, Number.NaN).subarray(0, 10) }, /from 0, got NaN at position 7/],
  ['a weight beyond floats', x, y, { sampleWeight: new Array(10).fill(1e39) }, /finite weights from 0, got 1e\+39/],
  ['weights that are none', x, y, { sampleWeight: 2 as never }, /sampleWeight: expected an array of numbers, got 2/],
  ['validation weights of too many', x, y, { validationData: [x, y, x] }, /validationData\[2\]: .*\[10\], got 20/],
  ['both weights', x, y, { sampleWeight: y, classWeight: { 0: 2 } }, /got both: multiply them into one sampleWeight/],
  ['a class there is not', x, y, { classWeight: { 3: 2 } }, /classWeight: expected classes from 0 to 2, got '3'/],
  ['a class by name', x, y, { classWeight: { cat: 2 } as never }, /expected classes from 0 to 2, got 'cat'/],
  ['a negative class weight', x, y, { classWeight: { 1: -2 } }, /finite weights from 0, got -2 for class 1/],
  ['a class weight in words', x, y, { classWeight: { 1: '2' } as never }, /finite weights from 0, got "2" for class 1/],
  ['weights of some classes as a list', x, y, { classWeight: [1, 2] }, /a weight for each of 3 classes, got 2/],
  ['no class weights', x, y, { classWeight: {} }, /such as \{ 0: 1, 1: 5 \}, got an object without any/],
  ['class weights that are none', x, y, { classWeight: 5 as never }, /such as \{ 0: 1, 1: 5 \}, got 5/],
];

for (const [what, input, target, options, message] of refused) {
  test(`fit refuses ${what}; weights and memory are as they were`, async () => {
    const model = classifier();
    await model.fit(x, y);
    const weights = model.getWeights();
    const { live } = memoryUsage();
    await expect(model.fit(input as typeof x, target as typeof y, options)).rejects.toThrow(message);
    expect(model.getWeights()).toEqual(weights);
    expect(memoryUsage().live).toBe(live);
    await model.fit(x, y); // and it still trains
    model.dispose();
  });
}

test('evaluate and predict refuse the same', () => {
  const model = classifier();
  expect(() => model.evaluate(x.subarray(1), y)).toThrow('got 19 numbers');
  expect(() => model.evaluate(x, y.subarray(2))).toThrow(/10.*8|8.*10/);
  expect(() => model.predict(replaced(0, Number.NaN))).toThrow('got NaN at position 0');
  expect(() => model.predict([])).toThrow('empty batch');
  expect(() => model.predict(x, { batchSize: 1.5 })).toThrow('batchSize');
});

test('compile names what it does not know; what is not compiled says so', async () => {
  const model = sequential([dense({ units: 1, inputShape: [1] })]);
  await expect(model.fit([1], [1])).rejects.toThrow('not compiled: call compile(');
  expect(() => model.evaluate([1], [1])).toThrow('not compiled');
  expect(() => model.compile({ loss: 'hinge' as 'mse' })).toThrow("'hinge'");
  expect(() => model.compile({ loss: 'mse', optimizer: 'lion' as 'adam' })).toThrow("'lion'");
  expect(() => model.compile({ loss: 'mse', metrics: ['auc' as 'accuracy'] })).toThrow("'auc'");
});

test('an option that nobody reads is an error that names it, and those there are', () => {
  const model = classifier();
  const wrong = (options: object) => options as never;
  const steps = { beginStep: 0, endStep: 9 };
  const calls: [call: () => unknown, who: string, known: string][] = [
    [() => adam(wrong({ lr: 0.1 })), 'adam', 'beta1, beta2, epsilon, learningRate'],
    [() => sgd(wrong({ momentun: 0.9 })), 'sgd', 'momentum'],
    [() => model.compile(wrong({ loss: 'mse', optimiser: 'adam' })), 'compile()', 'optimizer, loss'],
    [() => model.predict(x, wrong({ batch: 4 })), 'predict()', 'batchSize, out'],
    [() => model.predictAll(x, wrong({ out: x })), 'predictAll()', 'batchSize'],
    [() => model.evaluate(x, y, wrong({ verbose: 1 })), 'evaluate()', 'batchSize'],
    [() => compress(model, wrong({ form: {} })), 'compress', 'batch, forms'],
    [() => load(new Uint8Array(), wrong({ batch: 1 })), 'load', 'relaxed'],
    [() => prune(model, wrong({ amount: 0.5, criterium: magnitude })), 'prune', 'criterion'],
    [() => sparsify(model, wrong({ amount: 0.5, layer: 'dense' })), 'sparsify', 'layers'],
    [() => pruning(wrong({ schedule: () => 0.5, amount: 0.5 })), 'pruning', 'scope'],
    [() => linearSparsity(wrong({ initialSparsity: 0, finalSparsity: 0.5, ...steps, power: 2 })), 'linearSparsity', ''],
    [
      () => polynomialDecay(wrong({ initialSparsity: 0, finalSparsity: 0.5, ...steps, pow: 2 })),
      'polynomialDecay',
      'power',
    ],
    [() => rigl(wrong({ ...steps, fraction: 0.3, share: 1, data: { x, y } })), 'rigl', 'seed'],
    [() => proximalGradient(wrong({ regularizer: proximalL1(1), accelarated: true })), 'proximalGradient', 'skip'],
    [() => bounded(global, wrong({ dense: { flor: 0.1 } })), 'bounded', 'floor, ceiling'],
    [() => shrink(model, wrong({ least: 4 })), 'shrink', 'multiple, minimum'],
    [() => new EarlyStopping(wrong({ patiance: 3 })), 'EarlyStopping', 'patience'],
    [() => new ReduceLROnPlateau(wrong({ patiance: 3 })), 'ReduceLROnPlateau', 'factor, patience'],
    [() => new ModelCheckpoint(wrong({ filepath: 'x', saveBest: true })), 'ModelCheckpoint', 'saveBestOnly'],
    [() => padSequences([[1]], wrong({ length: 4 })), 'padSequences', 'maxlen'],
  ]; // prettier-ignore
  const before = model.getWeights();
  for (const [call, who, known] of calls) {
    expect(call).toThrow(
      new RegExp(`^${who.replace('()', '\\(\\)')}: unknown option '\\w+': expected one of .*${known}`),
    );
  }
  expect(model.getWeights()).toEqual(before);
});

test('one fit at a time; a signal stops it after the step, and it goes on from there', async () => {
  const model = classifier();
  const stop = new AbortController();
  let batches = 0;
  const callbacks = [{ onTrainBatchEnd: () => void (++batches === 7 && stop.abort()) }];
  const running = model.fit(x, y, { epochs: 1000, batchSize: 2, callbacks, signal: stop.signal });
  await expect(model.fit(x, y)).rejects.toThrow('fit() is running already');
  expect(() => model.compile({ loss: 'mse' })).toThrow('while fit() is running');
  const { history } = await running;
  expect(batches).toBe(7);
  expect(history.loss).toHaveLength(1); // the epoch that was whole
  await model.fit(x, y);
});

test('an error in a callback ends training and leaves the model usable', async () => {
  const model = classifier();
  const callbacks = [
    {
      onTrainBatchEnd() {
        throw new Error('from a callback');
      },
    },
  ];
  await expect(model.fit(x, y, { callbacks })).rejects.toThrow('from a callback');
  await model.fit(x, y);
});

test('a disposed model says so', async () => {
  const model = classifier();
  model.dispose();
  expect(() => model.predict(x)).toThrow('disposed of');
  await expect(model.fit(x, y)).rejects.toThrow('disposed of');
});

test('a last axis of 1 may be missing, in nested arrays and in shapes, wherever samples are taken', () => {
  const grey = sequential([dense({ units: 2, inputShape: [2, 1], kernelInitializer: 'ones' })]);
  const whole = [[[1], [2]]];
  for (const each of [grey, compress(grey)]) {
    const expected = each.predict(whole).data;
    expect([...expected]).toEqual([1, 1, 2, 2]);
    expect(each.predict([[1, 2]]).data).toEqual(expected);
    expect(each.predict({ data: [1, 2], shape: [1, 2] }).data).toEqual(expected);
    expect(() => each.predict({ data: [1, 2], shape: [2, 1] })).toThrow('expected the shape [batch, 2, 1], got [2, 1]');
  }
  const steps = sequential([dense({ units: 3, activation: 'softmax', inputShape: [2, 1] })]);
  steps.compile({ loss: 'sparseCategoricalCrossentropy' });
  const labels = [[0], [2]];
  expect(steps.evaluate(whole, [[0, 2]])).toEqual(steps.evaluate(whole, [labels]));
});
