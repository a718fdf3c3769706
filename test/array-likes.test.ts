// What looks like an array and is none: lengths from JSON, typed arrays that went through it, objects of another copy of the package.

import { afterAll, expect, test, vi } from 'vitest';
import {
  CsrMatrix,
  compress,
  dense,
  gemv,
  input,
  loadModel,
  oneHot,
  padSequences,
  prune,
  sequential,
  spmv,
  Tokenizer,
} from '../src/index.ts';
import { load } from '../src/inference/index.ts';

const model = sequential([input({ shape: [4] }), dense({ units: 2 })]);
const net = compress(model);
const matrix = CsrMatrix.fromDense([1, 0, 0, 2], { rows: 2, columns: 2 });
const tokenizer = new Tokenizer();
tokenizer.fitOnTexts(['a b']);

afterAll(() => {
  net.dispose();
  model.dispose();
});

const takers: Record<string, (x: never) => unknown> = {
  'model.predict': (x) => model.predict(x),
  'of numbers with a shape': (data) => model.predict({ data, shape: [1, 4] }),
  'net.predict': (x) => net.predict(x),
  'net.predict, of numbers with a shape': (data) => net.predict({ data, shape: [1, 4] }),
  spmv: (x) => spmv(matrix, x),
  gemv: (x) => gemv(x, [1, 2]),
  'CsrMatrix.fromDense': (x) => CsrMatrix.fromDense(x, { rows: 2, columns: 2 }),
  oneHot: (x) => oneHot(x),
  padSequences: (x) => padSequences([x]),
  sequencesToTexts: (x) => tokenizer.sequencesToTexts([x]),
  sequencesToMatrix: (x) => tokenizer.sequencesToMatrix([x]),
};

const typed = JSON.parse(JSON.stringify(Float32Array.of(1, 2, 3, 4)));

for (const [name, take] of Object.entries(takers)) {
  test.each<[x: object, shown: string]>([
    [{ length: -4 }, 'got an object of length -4.'],
    [{ length: 1.5, 0: 1, 1: 2 }, 'got an object of length 1.5.'],
    [{ length: '4' }, 'got an object of length "4".'],
    [{ length: Infinity }, 'got an object of length Infinity.'],
    [typed, 'got an object with numbers for keys, as JSON has for a typed array (send Array.from(x)).'],
    [{ values: [1, 2] }, 'got an object.'],
  ])(`${name}: %j`, (x, shown) => {
    expect(() => take(x as never)).toThrow(TypeError);
    expect(() => take(x as never)).toThrow(shown);
  });
}

test('a sparse matrix where none is read has toDense()', () => {
  expect(() => model.predict([matrix] as never)).toThrow('got a CsrMatrix at position 0');
  expect(() => gemv(matrix as never, [1, 2])).toThrow('got a CsrMatrix.');
  expect(() => net.predict({ data: matrix, shape: [2, 2] } as never)).toThrow('got a CsrMatrix: use toDense().');
});

test('objects of another copy are called so', async () => {
  vi.resetModules();
  const other = await import('../src/index.ts');
  const theirs = other.CsrMatrix.fromDense([1, 0, 0, 2], { rows: 2, columns: 2 });
  const theirModel = other.sequential([other.dense({ units: 2, inputShape: [4] })]);
  const name = theirModel.layers[0].constructor.name;
  expect(() => spmv(theirs, [1, 2])).toThrow('got a CsrMatrix of another copy of espalier.');
  expect(() => model.predict(theirs)).toThrow('got a CsrMatrix of another copy of espalier.');
  expect(() => sequential([input({ shape: [4] }), other.dense({ units: 2 })] as never)).toThrow(
    `got a ${name} of another copy of espalier at position 1.`,
  );
  expect(() => prune(theirModel as never, { amount: 0.5 })).toThrow('got a Model of another copy of espalier;');
  expect(() => prune(net as never, { amount: 0.5 })).toThrow('got an InferenceModel;');
  theirModel.dispose();
});

test.each<[x: unknown, shown: string]>([
  [undefined, 'got undefined; paths and URLs are for loadFile() and loadModel().'],
  ['model.espalier', 'got "model.espalier"; paths and URLs are for loadFile() and loadModel().'],
  [Promise.resolve(new Uint8Array(8)), 'got a Promise;'],
  [new Uint16Array(8), 'got a Uint16Array;'],
])('load(%o) and loadModel() are told what to pass', async (x, shown) => {
  const message = `Expected the bytes of a model file, a Uint8Array or ArrayBuffer, ${shown}`;
  expect(() => load(x as never)).toThrow(TypeError);
  expect(() => load(x as never)).toThrow(message);
  if (typeof x !== 'string') await expect(loadModel(x as never)).rejects.toThrow(message);
});
