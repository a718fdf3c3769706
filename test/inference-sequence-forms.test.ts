// The forms that an LSTM's kernels take in compressed models: asked for, told of, chosen; zeros that its state feeds back.

import { expect, test } from 'vitest';
import { kernels } from '../src/engine/index.ts';
import { compress, type Form, load } from '../src/index.ts';
import { draw as drawPlan } from '../src/inference/draw.ts';
import { Plan } from '../src/inference/plan.ts';
import { Prepared } from '../src/inference/prepared.ts';
import { programOf } from '../src/inference/program.ts';
import { Stock } from '../src/inference/stock.ts';
import type { Supply } from '../src/inference/supply.ts';
import { agrees, Drawing, normals } from './inference-fixture.ts';

const forms: Form[] = ['dense', 'csr', 'sell4', 'block4', 'block8', 'block16', 'csc', 'column4', 'column8', 'column16'];

test.each(forms)('a recurrent kernel as %s', (form) => {
  const draw = new Drawing({ density: 0.3, block: 1 });
  const sequence = draw.lstm(draw.input(9, 5), 5, 16, { returnSequences: true });
  const description = draw.model(draw.lstm(sequence, 16, 18, { activation: 'relu' }));
  const names = draw.layers.filter(({ type }) => type === 'lstm').map(({ name }) => `${name}/recurrentKernel`);
  const forms = Object.fromEntries(names.map((name) => [name, form]));
  agrees(description, [1, 3], { forms });
  const model = compress({ describe: () => description }, { forms });
  const told = model.explain().filter(({ layer }) => forms[layer]);
  expect(told.map((one) => [one.form, one.type])).toEqual([
    [form, 'lstm'],
    [form, 'lstm'],
  ]); // prettier-ignore
  const again = load(model.toBytes());
  const x = normals(45);
  expect(again.predict(x)).toEqual(model.predict(x));
});

test.each(forms)('both kernels of an LSTM of one step as %s, the product that is told of', (form) => {
  const draw = new Drawing({ density: 0.3, block: 1 });
  const description = draw.model(draw.lstm(draw.input(1, 5), 5, 18));
  const [{ name }] = draw.layers.slice(1);
  const forms = { [`${name}/kernel`]: form, [`${name}/recurrentKernel`]: form };
  agrees(description, [1, 3], { forms });
  const taken: string[] = [];
  const watched = new Proxy(kernels(), {
    get(all, key) {
      taken.push(String(key));
      return Reflect.get(all, key);
    },
  });
  const stock = new Stock((weights) => new Prepared(weights, watched));
  const supply: Supply = { pick: () => ({ form }), prepare: (weights) => stock.of(weights) };
  const program = programOf(description, new Map());
  new Plan(drawPlan(program, watched, 1, supply), stock).dispose();
  const product = form === 'dense' ? 'gemv_f32_columns' : `spmv_f32_${form}`;
  expect(taken.filter((key) => /^(gemm|gemv|spmm|spmv)_/.test(key))).toEqual([product, product]);
});

test('explain() shows both kernels of an LSTM, pruned ones in sparse forms', () => {
  const draw = new Drawing({ density: 0.1, block: 16 });
  const description = draw.model(draw.lstm(draw.input(256, 16), 16, 128));
  const told = compress({ describe: () => description }).explain();
  const [{ name }] = draw.layers.slice(1);
  expect(told.map(({ layer, shape }) => [layer, shape.m, shape.k])).toEqual([
    [`${name}/kernel`, 512, 16],
    [`${name}/recurrentKernel`, 512, 128],
  ]);
  expect(told.every(({ form }) => form !== 'dense')).toBe(true);
  expect(told[1].form).toBe('block16');
});

test('zeros are counted in what an LSTM feeds back', () => {
  const draw = new Drawing({ density: 0.5, block: 1 });
  const description = draw.model(draw.lstm(draw.input(7, 3), 3, 8, { activation: 'relu' }));
  const x = normals(21);
  const told = compress({ describe: () => description }, { sampleInputs: [x] }).explain();
  const sequence = new Drawing();
  sequence.layers.push(
    ...draw.layers.map((layer) => ({ ...layer, config: { ...layer.config, returnSequences: true } })),
  );
  const outputs = compress({
    describe: () => ({ name: 'm', graph: { ...description.graph, layers: sequence.layers } }),
  }).predict(x).data;
  const seen = [...new Float32Array(8), ...outputs.slice(0, 48)];
  expect(told[1].zeroInputs).toBeCloseTo(seen.filter((value) => value === 0).length / 56, 3);
});
