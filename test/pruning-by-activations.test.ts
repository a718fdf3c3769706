// Criteria of what flows through a layer: its inputs, its outputs, the scale or the gate that follows it.

import { describe, expect, test } from 'vitest';
import {
  activation,
  add,
  batchNormalization,
  conv2d,
  dense,
  flatten,
  input,
  type Layer,
  maxPooling2d,
  type SymbolicTensor,
  squeezeExcitation,
} from '../src/layers/index.ts';
import {
  apoz,
  attention,
  batchNormScale,
  criterion,
  filters,
  meanActivation,
  neurons,
  perOutput,
  prune,
  sparsity,
  wanda,
} from '../src/pruning/index.ts';
import type { NdArray } from '../src/tensor/index.ts';
import { type Model, model, sequential } from '../src/training/index.ts';
import { drawer } from './golden-fixture.ts';
import { agrees, checkGradients } from './gradient-check.ts';
import { expectClose, maskOf, networkOf, parameterOf, scoresOf } from './pruning-fixture.ts';

/** The outputs of a network. */
function run(model: ReturnType<typeof networkOf>, x: Float32Array): Float32Array {
  let out: Float32Array = new Float32Array();
  const look = criterion({
    needs: ['outputs'],
    score({ values, outputs }) {
      out = outputs.data;
      return values;
    },
  });
  prune(model, { criterion: look, rule: () => () => true, data: { x } });
  return out;
}

describe('by activations', () => {
  const layers = (last: Layer[]) => networkOf(dense({ units: 6, name: 'd', inputShape: [4] }), ...last);
  const x = drawer(9)(50 * 4);

  test('wanda is |w| times the norm of its input; perOutput ranks within each output', () => {
    const model = layers([]);
    const w = parameterOf(model, 'd').read().data;
    const norms = [0, 1, 2, 3].map((i) => Math.sqrt(x.reduce((sum, v, at) => (at % 4 === i ? sum + v * v : sum), 0)));
    const expected = Array.from(w, (value, i) => Math.abs(value) * norms[Math.floor(i / 6)]);
    expectClose(scoresOf(model, wanda, { data: { x } }).get('d') ?? [], expected);
    prune(model, { criterion: wanda, structure: perOutput(0.5), data: { x } });
    const mask = maskOf(parameterOf(model, 'd'));
    for (let o = 0; o < 6; o++) {
      const ranked = [0, 1, 2, 3].sort((a, b) => expected[b * 6 + o] - expected[a * 6 + o]);
      expect(ranked.map((i) => mask[i * 6 + o])).toEqual([1, 1, 0, 0]);
    }
  });

  test('apoz and meanActivation see what comes after the activation that follows', () => {
    for (const model of [
      layers([activation({ activation: 'relu' })]),
      layers([batchNormalization(), activation({ activation: 'relu' })]),
    ]) {
      const y = [...run(model, x)];
      const positive = Array.from({ length: 24 }, (_, i) => y.filter((v, at) => at % 6 === i % 6 && v > 0).length / 50);
      const mean = Array.from({ length: 24 }, (_, i) =>
        y.reduce((sum, v, at) => (at % 6 === i % 6 ? sum + v / 50 : sum), 0),
      );
      expectClose(scoresOf(model, apoz, { data: { x } }).get('d') ?? [], positive);
      expectClose(scoresOf(model, meanActivation, { data: { x } }).get('d') ?? [], mean);
    }
  });

  test('one activation after two layers: each has the rows that are its own, in models within too', () => {
    const relu = activation({ activation: 'relu' });
    const line = (of: SymbolicTensor) => {
      const first = relu.apply(conv2d({ filters: 4, kernelSize: 3, name: 'c1' }).apply(of));
      return relu.apply(conv2d({ filters: 4, kernelSize: 3, name: 'c2' }).apply(first));
    };
    const image = { shape: [6, 6, 2] };
    const head = (of: SymbolicTensor) => dense({ units: 2 }).apply(flatten().apply(of));
    const [flat, outer, inside] = [input(image), input(image), input(image)];
    const nest = model({ inputs: inside, outputs: line(inside), name: 'nest' });
    const both = [
      ['', model({ inputs: flat, outputs: head(line(flat)) })],
      ['nest/', model({ inputs: outer, outputs: head(nest.apply(outer)) })],
    ] as const;
    for (const [prefix, made] of both) {
      const biases = { c1: [-50, 50, 50, 50], c2: [5000, 5000, 5000, -5000] };
      const holder = prefix ? nest : made;
      for (const [name, data] of Object.entries(biases)) holder.getLayer(name).parameters[1].write({ data });
      const scores = scoresOf(made, apoz, { data: { x: drawer(9)(5 * 72) } });
      expect([...(scores.get(`${prefix}c1`) ?? [])].slice(0, 4)).toEqual([0, 1, 1, 1]);
      expect([...(scores.get(`${prefix}c2`) ?? [])].slice(0, 4)).toEqual([1, 1, 1, 0]);
    }
  });

  test('a layer used twice: the rows of both uses, each after what follows it there', () => {
    const shared = dense({ units: 6, name: 'd' });
    const relu = activation({ activation: 'relu' });
    const inside = input({ shape: [4] });
    const nest = model({ inputs: inside, outputs: relu.apply(shared.apply(inside)) });
    const [a, b] = [input({ shape: [4] }), input({ shape: [4] })];
    const apart = model({ inputs: [a, b], outputs: add().apply([relu.apply(shared.apply(a)), shared.apply(b)]) });
    const within = model({ inputs: [a, b], outputs: add().apply([shared.apply(a), nest.apply(b)]) });
    const data = { x: [x.slice(0, 40), x.slice(40, 80)] };
    const rowsOf = (made: Model) => {
      let found: NdArray | undefined;
      const look = criterion({
        needs: ['outputs'],
        score({ values, outputs }) {
          found = outputs;
          return values;
        },
      });
      prune(made, { criterion: look, rule: () => () => true, data });
      return found as NdArray;
    };
    const before = [40, 80].map((end) => sequential([a, shared]).predict(x.slice(end - 40, end)).data);
    const after = before.map((rows) => rows.map((v) => Math.max(v, 0)));
    expect(rowsOf(apart).shape).toEqual([20, 6]);
    expect([...rowsOf(apart).data]).toEqual([...after[0], ...before[1]]);
    expect([...rowsOf(within).data]).toEqual([...before[0], ...after[1]]);
  });

  test('batchNormScale: |γ| of the normalization that follows; without one the layer is skipped, or an error if strict', () => {
    const model = networkOf(
      dense({ units: 6, name: 'd', inputShape: [4] }),
      batchNormalization({ name: 'norm' }),
      dense({ units: 2, name: 'last' }),
    );
    parameterOf(model, 'norm', 'gamma').write({ data: [3, -0.1, 2, 0.2, -4, 1] });
    const options = { criterion: batchNormScale, structure: neurons, amount: 1 / 3 };
    expect(() => prune(model, { ...options, strict: true })).toThrow('strict: last: no batch normalization');
    expect(sparsity(model).density).toBe(1);
    const report = prune(model, options);
    expect(report.skipped).toEqual([{ layer: 'last', reason: 'no batch normalization with a scale follows it' }]);
    expect(maskOf(parameterOf(model, 'd'))).toEqual(
      Array.from({ length: 24 }, (_, i) => (i % 6 === 1 || i % 6 === 3 ? 0 : 1)),
    );
    expect(() => prune(model, { ...options, layers: ['last'] })).toThrow('last: no batch normalization');
  });
});

describe('attention', () => {
  test('the gradients of the gate agree with differences', () => {
    const shapes = [[4, 3, 6], [8]];
    for (const shape of shapes) {
      const operands = checkGradients([shape], ([x]) => squeezeExcitation({ ratio: 2 }).apply(x), 20);
      for (const operand of operands) expect(agrees(operand), JSON.stringify(operand)).toBe(true);
    }
  });

  test('a filter whose gate is learned shut goes first', () => {
    const model = sequential([
      conv2d({ filters: 4, kernelSize: 3, inputShape: [6, 6, 1], name: 'c', padding: 'same' }),
      squeezeExcitation({ ratio: 1, name: 'gate' }),
      maxPooling2d({ poolSize: 2 }),
      flatten(),
      dense({ units: 1, name: 'out' }),
    ]);
    parameterOf(model, 'gate', 'expandBias').write({ data: [2, 2, -6, 2] });
    const x = drawer(8)(10 * 36);
    const report = prune(model, { criterion: attention, structure: filters, amount: 0.25, data: { x } });
    expect(report.skipped.map(({ layer }) => layer)).toContain('out');
    expect(maskOf(parameterOf(model, 'c'))).toEqual(Array.from({ length: 36 }, (_, i) => (i % 4 === 2 ? 0 : 1)));
  });
});
