// Names given by default are numbered anew where a network holds two layers of one name; names that were chosen stay.

import { expect, test, vi } from 'vitest';
import { add, dense, input, type Layer } from '../src/layers/index.ts';
import { prune } from '../src/pruning/index.ts';
import { cloneModel, loadModel, type Model, model, sequential } from '../src/training/index.ts';

const one = (name?: string) => sequential([input({ shape: [4] }), dense({ units: 3 })], { name });

function ensemble(...members: readonly Model[]): Model {
  const x = input({ shape: [4] });
  return model({ inputs: x, outputs: add().apply(members.map((member) => member.apply(x))) });
}

const namesOf = ({ layers }: { layers: readonly Layer[] }) => layers.map(({ name }) => name);
const sample = { data: Float32Array.of(1, -2, 3, 0.5), shape: [1, 4] };

test('models of one default name are numbered, and keep their names through files and copies', async () => {
  const made = ensemble(one(), one(), one('chosen'), one());
  expect(namesOf(made)).toEqual(['sequential', 'sequential_1', 'chosen', 'sequential_2', 'add']);
  for (const again of [cloneModel(made), await loadModel(made.toBytes())]) {
    expect(namesOf(again)).toEqual(namesOf(made));
    expect(again.predict(sample)).toEqual(made.predict(sample));
  }
  const nested = () => {
    const x = input({ shape: [4] });
    return model({ inputs: x, outputs: dense({ units: 3 }).apply(x) });
  };
  expect(namesOf(ensemble(nested(), nested()))).toEqual(['model', 'model_1', 'add']);
});

test('two models from files make an ensemble, and so do ensembles', async () => {
  const bytes = one().toBytes();
  const made = ensemble(await loadModel(bytes), await loadModel(bytes));
  expect(namesOf(made)).toEqual(['sequential', 'sequential_1', 'add']);
  const saved = made.toBytes();
  expect(namesOf(ensemble(await loadModel(saved), made))).toEqual(['model', 'model_1', 'add']);
  expect(prune(made, { amount: 0.5 }).layers.map(({ layer }) => layer)).toEqual([
    'sequential/dense',
    'sequential_1/dense',
  ]);
});

test('layers from two models are numbered where they meet, and differ in all the models that hold them', () => {
  const deep = () => sequential([input({ shape: [4] }), dense({ units: 4 }), dense({ units: 4 })]);
  const [a, b] = [deep(), deep()];
  const x = input({ shape: [4] });
  const joined = model({ inputs: x, outputs: b.layers[0].apply(a.layers[0].apply(x)) });
  expect(namesOf(a)).toEqual(['dense', 'dense_1']);
  expect(namesOf(joined)).toEqual(['dense', 'dense_2']);
  expect(namesOf(b)).toEqual(['dense_2', 'dense_1']);
  expect(b.getLayer('dense_2')).toBe(b.layers[0]);
  const again = model({ inputs: x, outputs: add().apply([a.layers[1].apply(x), b.layers[1].apply(x)]) });
  expect(namesOf(again)).toEqual(['dense_1', 'dense', 'add']);
  expect(namesOf(b)).toEqual(['dense_2', 'dense']);
});

test('layers without a name go round the names that were chosen, as ever', () => {
  const chosen = dense({ units: 3, name: 'dense' });
  const made = sequential([input({ shape: [4] }), dense({ units: 4 }), chosen, dense({ units: 2 })]);
  expect(namesOf(made)).toEqual(['dense_1', 'dense', 'dense_2']);
});

test('two chosen names that are one are refused, and one of them may be set', () => {
  const members = [one('left'), one('left')];
  expect(() => ensemble(...members)).toThrow(
    "model: expected layers whose names differ, got two named 'left': give one another `name`, or set its `layer.name`.",
  );
  members[1].name = 'right';
  expect(namesOf(ensemble(...members))).toEqual(['left', 'right', 'add']);
  const twice = [dense({ units: 4, name: 'dense_one' }), dense({ units: 4, name: 'dense_one' })];
  expect(() => sequential([input({ shape: [4] }), ...twice], { name: 'mine' })).toThrow('mine: expected layers whose');
});

test('hosts without weak references number names too', () => {
  vi.stubGlobal('WeakRef', undefined);
  try {
    const members = [one(), one()];
    expect(namesOf(ensemble(...members))).toEqual(['sequential', 'sequential_1', 'add']);
    expect(namesOf(ensemble(...members))).toEqual(['sequential', 'sequential_1', 'add']);
  } finally {
    vi.unstubAllGlobals();
  }
});
