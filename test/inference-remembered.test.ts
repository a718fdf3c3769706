// What the file of an inference model says of how it was made, what describe() hands out, and options that are none.

import { describe, expect, test } from 'vitest';
import { decodeModel, encodeModel, FormatError } from '../src/format/index.ts';
import { compress, dense, input, load, lstm, prune, sequential } from '../src/index.ts';

const trained = sequential([
  input({ shape: [4] }),
  dense({ units: 48, name: 'd', activation: 'relu' }),
  dense({ units: 3 }),
]);
prune(trained, { amount: 0.7 });
const x = [1, 2, -3, 4];

describe('a file that says of inference', () => {
  const bytes = compress(trained, { batch: 2, forms: { d: 'csr' }, sampleInputs: [x] }).toBytes();
  const { extra, ...rest } = decodeModel(bytes);
  const saying = (inference: unknown) => encodeModel({ ...rest, extra: { ...extra, inference } });
  const whole = extra?.inference as Record<string, unknown>;

  test('what was written is read as it was', () => {
    expect(whole).toMatchObject({ batch: 2, forms: { d: ['csr', expect.any(String)] }, wanted: { d: 'csr' } });
    expect(load(bytes).toBytes()).toEqual(bytes);
    expect(load(bytes).explain()).toEqual(
      compress(trained, { batch: 2, forms: { d: 'csr' }, sampleInputs: [x] }).explain(),
    );
  });

  test('nothing is compressed by default', () => {
    expect(load(encodeModel(rest)).explain()).toEqual(compress(trained).explain());
    expect(load(saying({})).batch).toBe(1);
  });

  const pair = "forms of layer 'd' to be two forms, for one sample and for several";

  test.each<[what: object | null | number, expected: string]>([
    [null, 'what it says of inference to be an object, got null'],
    [5, 'what it says of inference to be an object, got 5'],
    ...[0, 0.5, -3, '4', null].map((batch): [object, string] => [
      { batch },
      `batch to be a whole number from 1, got ${JSON.stringify(batch)}`,
    ]),
    [{ forms: 'csr' }, 'forms to be an object, got "csr"'],
    [{ forms: { d: 'csr' } }, 'forms of layer \'d\' to be two forms, for one sample and for several, got "csr"'],
    [{ forms: { d: ['csr'] } }, `${pair}, got ["csr"]`],
    [{ forms: { d: ['csr', 1] } }, `${pair}, got ["csr", 1]`],
    [{ wanted: { d: 'zip' } }, 'wanted of layer \'d\' to be the first of the forms, got "zip"'],
    [{ wanted: { other: 'csr' } }, 'wanted of layer \'other\' to be the first of the forms, got "csr"'],
    [{ zeros: { d: 2 } }, "zeros of layer 'd' to be a number from 0 to 1, got 2"],
  ])('%j is damaged', (change, expected) => {
    const file = saying(typeof change === 'object' && change ? { ...whole, ...change } : change);
    expect(() => load(file)).toThrow(FormatError);
    expect(() => load(file)).toThrow(`The model file is damaged: expected ${expected}`);
  });
});

describe('what a model hands out is a copy:', () => {
  const net = compress(trained);
  const expected = [...net.predict(x).data];
  const bytes = net.toBytes();
  const several = [...x, ...x, ...x, ...x, ...x];

  test('the weights, masks and configurations of describe()', () => {
    const description = net.describe();
    expect(description).toEqual(decodeModel(bytes));
    for (const { arrays, config } of description.graph.layers) {
      for (const { data, mask } of Object.values(arrays)) {
        data.fill(0);
        mask?.fill(0);
      }
      (config as { activation: string }).activation = 'tanh';
    }
    expect([...net.predict(x).data]).toEqual(expected);
    expect(net.predict(several)).toEqual(compress(trained).predict(several));
    expect(net.toBytes()).toEqual(bytes);
  });

  test('the shapes of inputs, outputs and steps, which nobody can change', () => {
    const session = compress(sequential([input({ shape: [5, 2] }), lstm({ units: 3 })])).session();
    const shapes = [net.inputs[0].shape, net.outputs[0].shape, session.inputShape, session.outputShape];
    for (const shape of shapes) expect(() => (shape as number[]).push(7)).toThrow(TypeError);
    expect(shapes).toEqual([[4], [3], [2], [3]]);
    expect([...net.predict(x).data]).toEqual(expected);
  });
});

describe('compress refuses', () => {
  test.each([null, undefined, {}, { name: 'm', graph: {} }, { name: 'm', graph: { layers: [] } }])(
    'what describes no model: %j',
    (description) => {
      const model = { describe: () => description as never };
      expect(() => compress(model)).toThrow(
        `compress: expected describe() to give { name, graph: { layers, nodes, inputs, outputs } }, got ${description ? 'another object' : description}.`,
      );
    },
  );

  test.each<[options: object, message: string]>([
    [{ relaxed: 'no' }, 'expected relaxed to be true or false, got "no".'],
    [{ relaxed: null }, 'expected relaxed to be true or false, got null.'],
    [{ calibrate: 'yes' }, 'expected calibrate to be true or false, got "yes".'],
    [{ forms: [] }, 'expected forms as a plain object, forms by layer, got [].'],
    [{ forms: new Map([['d', 'csr']]) }, 'expected forms as a plain object, forms by layer, got a Map.'],
    [{ forms: 'csr' }, 'expected forms as a plain object, forms by layer, got "csr".'],
    [{ sampleInputs: null }, 'sequential: expected a list with an array for each of its inputs, [input], got null.'],
    [{ batch: '4' }, 'expected batch to be a whole number from 1, got "4".'],
  ])('%o', (options, message) => expect(() => compress(trained, options)).toThrow(message));

  test('and so does load', () => {
    const bytes = compress(trained).toBytes();
    expect(() => load(bytes, { relaxed: 0 as never })).toThrow('load: expected relaxed to be true or false, got 0.');
  });
});
