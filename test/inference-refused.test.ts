// Inputs, options and models that inference refuses, each by its name.

import { describe, expect, test } from 'vitest';
import type { LayerDescription } from '../src/format/index.ts';
import { dense, input, type Layer, lstm, Network, sequential } from '../src/index.ts';
import { compress, type Form, type InferenceOptions } from '../src/inference/index.ts';
import { Drawing, kernel, vector } from './inference-fixture.ts';

describe('bad input', () => {
  const draw = new Drawing();
  const description = draw.model(draw.dense(draw.input(4), 4, 3));
  const model = compress({ describe: () => description });

  test('shapes, counts, NaN, infinities', () => {
    expect(() => model.predict(new Float32Array(5))).toThrow('expected the shape [batch, 4], got 5 numbers');
    expect(() => model.predict([])).toThrow('empty batch');
    expect(() => model.predict({ data: new Float32Array(8), shape: [2, 2, 2] })).toThrow(
      'expected the shape [batch, 4]',
    );
    expect(() => model.predict(new Float32Array(4), new Float32Array(2))).toThrow(
      'room for 3 numbers, a Float32Array, got 2',
    );
    expect(() => model.predict(new Float32Array(8), new Float32Array(2))).toThrow('room for 6 numbers');
    expect(() => model.predict([1, 2, Number.NaN, 4])).toThrow("input 'input0': expected finite numbers, got NaN");
    expect(() => model.predict(Float32Array.of(1, -Infinity, 0, 4), new Float32Array(3))).toThrow('got -Infinity');
    expect(() => model.predictAll([])).toThrow('m');
  });

  test('options', () => {
    const name = description.graph.layers[1].name;
    const make = (options: InferenceOptions) => () => compress({ describe: () => description }, options);
    expect(make({ batch: 0 })).toThrow('batch');
    expect(make({ forms: { nothing: 'csr' } })).toThrow(`no layer 'nothing' with weights, expected one of ${name}`);
    expect(make({ forms: { [name]: 'zip' as Form } })).toThrow(`${name}: expected its form to be one of dense, csr`);
    expect(make({ forms: { [name]: 'sell4' }, batch: 8 })).toThrow('expected its form to be one of dense, csr, block4');
  });

  test('layers that are unknown or do not fit are named', () => {
    const one = (change: (layer: LayerDescription) => LayerDescription) => () => {
      const fresh = new Drawing();
      const node = fresh.conv(fresh.input(6, 6, 2), [3, 3], 2, 4);
      fresh.layers[1] = change(fresh.layers[1]);
      compress({ describe: () => fresh.model(node) });
    };
    expect(one((layer) => ({ ...layer, type: 'gru', name: 'memory' }))).toThrow(
      "memory: inference models cannot run a layer of type 'gru'",
    );
    expect(one((layer) => ({ ...layer, type: 'toString' }))).toThrow('cannot run');
    expect(one((layer) => ({ ...layer, type: 'dense' }))).toThrow('conv2d1: expected the axes');
    expect(one((layer) => ({ ...layer, arrays: {} }))).toThrow("conv2d1: expected an array 'kernel', got none");
    const other = kernel([3, 3, 5, 4], [3, 2, 0, 1], { density: 1, block: 1 });
    expect(one((layer) => ({ ...layer, arrays: { kernel: other } }))).toThrow('expected an input of 5 channels');
    const bias = vector(9);
    expect(one((layer) => ({ ...layer, arrays: { ...layer.arrays, bias } }))).toThrow("'bias' to have 4 numbers");
    expect(one((layer) => ({ ...layer, config: { strides: 0 } }))).toThrow('strides to be a positive whole number');
    expect(one((layer) => ({ ...layer, config: { padding: 'full' } }))).toThrow('padding to be one of valid, same');
    expect(one((layer) => ({ ...layer, config: { activation: 'constructor' } }))).toThrow('activation to be one of');
    const large = kernel([7, 3, 2, 4], [3, 2, 0, 1], { density: 1, block: 1 });
    expect(one((layer) => ({ ...layer, arrays: { kernel: large } }))).toThrow('at least 7x3 pixels');
  });

  test('a layer whose name one of a nested model has, or the kernel of an LSTM', () => {
    const x = input({ shape: [2, 3] });
    const inner = new Network({ name: 'a', inputs: x, outputs: dense({ units: 3, name: 'd' }).apply(x) });
    const named = (name: string, within: Layer) =>
      compress(sequential([x, within, dense({ units: 3, name })])).explain();
    expect(() => named('a/d', inner)).toThrow(
      "sequential: two layers are named 'a/d', as 'd' in a model 'inner' and a layer 'inner/d' are: rename one of them.",
    );
    expect(() => named('a/kernel', lstm({ units: 4, name: 'a' }))).toThrow("two layers are named 'a/kernel'");
    expect(named('d', inner).map(({ layer }) => layer)).toEqual(['a/d', 'd']);
  });

  test('a model nested without end is refused, not unrolled', () => {
    let { graph } = description;
    for (let level = 0; level < 20; level++) {
      const outer = new Drawing();
      let node = outer.input(4);
      const layer = { type: 'model', name: `level${level}`, config: {}, arrays: {}, graph };
      node = outer.use(layer, node);
      for (let use = 0; use < 9; use++) node = outer.use(1, node);
      graph = outer.model(node).graph;
    }
    expect(() => compress({ describe: () => ({ name: 'm', graph }) })).toThrow(/at most|features|shape/);
  });
});
