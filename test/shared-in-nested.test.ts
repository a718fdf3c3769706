// A layer that stands in a model and in a model within it is one layer in files and copies too; and models within are models there.

import { expect, test } from 'vitest';
import { compress, load } from '../src/inference/index.ts';
import { add, batchNormalization, dense, input, lstm, timeDistributed } from '../src/layers/index.ts';
import { prune, pruneLayers, shrink, synflow } from '../src/pruning/index.ts';
import { cloneModel, loadModel, Model, model, sequential } from '../src/training/index.ts';
import { drawer } from './golden-fixture.ts';
import { scoresOf } from './pruning-fixture.ts';

const x = { data: Float32Array.from(drawer(3)(80)), shape: [20, 4] };
const y = { data: Float32Array.from(drawer(4)(40)), shape: [20, 2] };

/** sh, then sh again within nest, then a dense layer. */
function nested(): Model {
  const shared = dense({ units: 4, name: 'sh', useBias: false });
  const inside = input({ shape: [4] });
  const nest = model({ inputs: inside, outputs: shared.apply(inside), name: 'nest' });
  const outside = input({ shape: [4] });
  const last = dense({ units: 2, useBias: false });
  return model({ inputs: outside, outputs: last.apply(nest.apply(shared.apply(outside))), seed: 1 });
}

const innerOf = (made: Model) => made.getLayer('nest') as Model;

test('copies, files and shrunk models share it, compute the same, and train the same', async () => {
  const made = nested();
  made.compile({ optimizer: 'adam', loss: 'mse' });
  await made.fit(x, y, { epochs: 1 });
  const clone = cloneModel(made);
  clone.compile({ optimizer: 'adam', loss: 'mse' });
  const [loaded, shrunk] = [await loadModel(made.toBytes()), shrink(made)];
  for (const again of [clone, loaded, shrunk]) {
    expect(again.parameters).toHaveLength(2);
    expect(innerOf(again).getLayer('sh')).toBe(again.getLayer('sh'));
    expect(again.predict(x)).toEqual(made.predict(x));
    expect(again.describe().graph).toEqual(made.describe().graph);
  }
  for (const each of [made, loaded, shrunk]) await each.fit(x, y, { epochs: 2 });
  for (const each of [loaded, shrunk]) expect(each.getWeights()).toEqual(made.getWeights());
});

test('shrinking slices it once, with what the optimizer and the pruning remember', async () => {
  const made = nested();
  made.compile({ optimizer: 'adam', loss: 'mse' });
  await made.fit(x, y, { epochs: 1 });
  const kernel = made.getLayer('sh').parameters[0];
  const dead = (i: number) => Math.floor(i / 4) === 2 || i % 4 === 2;
  prune(made, {
    layers: ['sh'],
    criterion: ({ values }) => values.map((_, i) => (dead(i) ? 0 : 1)),
    amount: { count: 7 },
  });
  const last = made.getLayer('dense').parameters[0];
  last.write({ data: last.read().data.map((w, i) => (Math.floor(i / 2) === 2 ? 0 : w)) });
  expect(kernel.mask?.view.reduce((sum, bit) => sum + bit)).toBe(9);
  const smaller = shrink(made);
  expect(smaller.parameters).toHaveLength(2);
  const before = made.predict(x).data;
  for (const [i, value] of smaller.predict(x).data.entries()) expect(value).toBeCloseTo(before[i], 5);
  await smaller.fit(x, y, { epochs: 1 });
});

test('files hold it once; compressed models too', () => {
  const made = nested();
  const alone = dense({ units: 4, name: 'own', useBias: false });
  const inside = input({ shape: [4] });
  const nest = model({ inputs: inside, outputs: alone.apply(inside), name: 'nest' });
  const outside = input({ shape: [4] });
  const first = dense({ units: 4, name: 'sh', useBias: false });
  const last = dense({ units: 2, useBias: false });
  const apart = model({ inputs: outside, outputs: last.apply(nest.apply(first.apply(outside))), seed: 1 });
  expect(made.toBytes().length).toBeLessThanOrEqual(apart.toBytes().length - 64);
  const expected = made.predict(x);
  const small = compress(made);
  const bytes = small.toBytes();
  expect(bytes.length).toBeLessThanOrEqual(compress(apart).toBytes().length - 64);
  for (const each of [small, load(bytes), compress(small), load(made.toBytes())]) {
    const { data } = each.predict(x);
    for (const [i, value] of data.entries()) expect(value).toBeCloseTo(expected.data[i], 5);
    expect(each.toBytes()).toEqual(bytes);
  }
});

test('the synaptic flow through it is that of both places', () => {
  const one = (share: boolean) => {
    const shared = dense({ units: 3, name: 'sh', useBias: false, activation: 'relu', kernelInitializer: 'ones' });
    const inside = input({ shape: [3] });
    const outside = input({ shape: [3] });
    if (!share) return model({ inputs: outside, outputs: shared.apply(shared.apply(outside)) });
    const nest = model({ inputs: inside, outputs: shared.apply(inside), name: 'nest' });
    return model({ inputs: outside, outputs: nest.apply(shared.apply(outside)) });
  };
  const scores = (made: Model) => {
    made.getLayer('sh').setWeights([{ data: Float32Array.from({ length: 9 }, (_, i) => 1 + (i % 4)) }]);
    return scoresOf(made, synflow).get('sh');
  };
  expect(scores(one(true))).toEqual(scores(one(false)));
});

test('a layer gone at one place stays at the other', async () => {
  const made = nested();
  const { model: rest, removed } = await pruneLayers(made, { evaluate: () => 1, count: 1, layers: ['sh'] });
  expect(removed[0].layers).toEqual(['sh']);
  expect(rest.layers.map(({ name }) => name)).toEqual(['nest', 'dense']);
  expect(innerOf(rest).getLayer('sh').getWeights()).toEqual(made.getLayer('sh').getWeights());
});

test('statistics and states are shared too, deeper within', async () => {
  const shared = [lstm({ units: 3, returnSequences: true, name: 'memory' }), batchNormalization({ name: 'norm' })];
  const through = (name: string, within: (tensor: ReturnType<typeof input>) => ReturnType<typeof input>) => {
    const inside = input({ shape: [5, 3] });
    return model({ inputs: inside, outputs: within(inside), name });
  };
  const line = (tensor: ReturnType<typeof input>) => shared[1].apply(shared[0].apply(tensor));
  const inner = through('inner', line);
  const middle = through('middle', (tensor) => inner.apply(line(tensor)));
  const outer = through('outer', (tensor) => add().apply([line(tensor), middle.apply(tensor)]));
  expect(outer.parameters).toHaveLength(7);
  outer.compile({ optimizer: 'sgd', loss: 'mse' });
  const samples = { data: Float32Array.from(drawer(5)(150)), shape: [10, 5, 3] };
  await outer.fit(samples, samples, { epochs: 1 });
  const again = await loadModel(outer.toBytes());
  expect(again.parameters).toHaveLength(7);
  for (const each of [outer, again]) await each.fit(samples, samples, { epochs: 2 });
  expect(again.getWeights()).toEqual(outer.getWeights());
});

test('models within copies are models', async () => {
  const encoder = sequential([input({ shape: [4] }), dense({ units: 3 })], { name: 'enc' });
  const full = sequential([encoder, dense({ units: 2 })]);
  const expected = encoder.predict(x);
  for (const again of [cloneModel(full), await loadModel(full.toBytes()), shrink(full)]) {
    const within = again.getLayer('enc');
    expect(within).toBeInstanceOf(Model);
    expect((within as Model).predict(x)).toEqual(expected);
    expect((await loadModel((within as Model).toBytes())).predict(x)).toEqual(expected);
  }
});

test('weights of two layers, one within timeDistributed, are refused where they would part', () => {
  const shared = dense({ units: 3, name: 'step' });
  const inputs = [input({ shape: [5, 3] }), input({ shape: [3] })];
  const outputs = [timeDistributed({ layer: shared, name: 'steps' }).apply(inputs[0]), shared.apply(inputs[1])];
  const made = model({ inputs, outputs });
  const message =
    "step: expected weights of its own, got those of the layer 'steps', which files and copies cannot keep";
  for (const act of [cloneModel, shrink, compress, (each: Model) => each.toBytes()]) {
    expect(() => act(made)).toThrow(message);
  }
});
