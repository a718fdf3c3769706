// Sessions: one time step at a time against the whole sequence.

import { describe, expect, test } from 'vitest';
import { memoryUsage } from '../src/engine/index.ts';
import type { ModelDescription } from '../src/format/index.ts';
import { compress, type Form, type InferenceModel, load } from '../src/inference/index.ts';
import { bytesPerCall, Drawing, kernel, normals, random, vector } from './inference-fixture.ts';

const pattern = { density: 0.3, block: 1 };
const time = 9;

/** Tokens in, a distribution out at every step, by way of two LSTMs and a model within. */
function talker(units = 14): ModelDescription {
  const inner = new Drawing(pattern);
  const hidden = inner.lstm(inner.input(time, 5), 5, units, { returnSequences: true });
  const normed = inner.norm(hidden, units);
  const { graph } = inner.model(inner.lstm(inner.layer('dropout', {}, [normed]), units, 8, { returnSequences: true }));
  const draw = new Drawing(pattern);
  const nested = draw.use(
    { type: 'model', name: 'inner', config: {}, arrays: {}, graph },
    draw.embedding(draw.input(time), 12, 5, true),
  ); // prettier-ignore
  const dense = { kernel: kernel([8, 12], [1, 0], pattern), bias: vector(12) };
  return draw.model(draw.distributed(nested, 'dense', { units: 12, activation: 'softmax' }, dense));
}

/** Features in, one answer out. */
function sensor(): ModelDescription {
  const draw = new Drawing(pattern);
  const x = draw.input(time, 4);
  const both = draw.layer('concatenate', {}, [x, draw.layer('add', {}, [x, draw.dense(x, 4, 4, 'relu')])]);
  return draw.model(draw.dense(draw.lstm(both, 8, 10, { activation: 'relu' }), 10, 3));
}

const modelOf = (description: ModelDescription) => compress({ describe: () => description });
const near = (got: ArrayLike<number>, expected: ArrayLike<number>) => {
  expect(got.length).toBe(expected.length);
  const largest = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  Array.from(got).forEach((value, i) => {
    expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(1e-5 * largest);
  });
};

test('steps give the outputs of the whole sequence; token 0 is padding', () => {
  const model = modelOf(talker());
  const tokens = Float32Array.from({ length: time }, () => Math.floor(random.uniform() ** 2 * 12));
  tokens[4] = 0;
  const { data } = model.predict(tokens);
  const session = model.session();
  expect([session.inputShape, session.outputShape]).toEqual([[], [12]]);
  tokens.forEach((token, t) => {
    const answer = session.step(token);
    expect(answer.shape).toEqual([12]);
    near(answer.data, data.subarray(12 * t, 12 * t + 12));
  });
});

test('the last step gives the answer of a model with one output; reset begins again', () => {
  const model = modelOf(sensor());
  const session = load(model.toBytes()).session();
  expect([session.inputShape, session.outputShape]).toEqual([[4], [3]]);
  for (let sequence = 0; sequence < 3; sequence++) {
    const x = normals(4 * time);
    let last: ArrayLike<number> = [];
    for (let t = 0; t < time; t++) last = session.step([...x.subarray(4 * t, 4 * t + 4)]).data;
    near(last, model.predict(x).data);
    session.reset();
  }
});

test('a state saved and put back goes on as if nothing had happened; sessions do not meet', () => {
  const model = modelOf(sensor());
  const [a, b] = [model.session(), model.session()];
  const x = normals(4 * 6);
  const at = (t: number) => x.subarray(4 * t, 4 * t + 4);
  for (let t = 0; t < 3; t++) a.step(at(t));
  const saved = a.state;
  const straight = [3, 4, 5].map((t) => a.step(at(t)).data);
  b.step(at(5));
  b.state = Array.from(saved);
  expect([3, 4, 5].map((t) => b.step(at(t)).data)).toEqual(straight);
  a.reset();
  expect(a.state).toEqual(new Float32Array(20));
  expect(saved.some((value) => value !== 0)).toBe(true);
});

test('a state has h and then c of each LSTM', () => {
  const draw = new Drawing();
  const session = modelOf(draw.model(draw.lstm(draw.input(5, 2), 2, 3, { returnState: false }))).session();
  const h = session.step([0.5, -1]).data;
  expect(session.state.subarray(0, 3)).toEqual(h);
  expect(session.state.length).toBe(6);
});

describe('forms', () => {
  const draw = new Drawing({ density: 0.3, block: 16 });
  const steps = draw.lstm(draw.input(time, 4), 4, 16, { returnSequences: true });
  const description = draw.model(
    draw.distributed(steps, 'dense', { units: 6 }, { kernel: kernel([16, 6], [1, 0], pattern), bias: vector(6) }),
  ); // prettier-ignore
  const [lstm, dense] = draw.layers.slice(1).map(({ name }) => name);
  const made = (forms: Record<string, Form>, batch = 1) => compress({ describe: () => description }, { forms, batch });
  const formsOf = (model: InferenceModel) =>
    Object.fromEntries(
      model
        .session()
        .explain()
        .map(({ layer, form }) => [layer, form]),
    ); // prettier-ignore
  const [joined, kernelName, recurrent] = ['kernels', 'kernel', 'recurrentKernel'].map((part) => `${lstm}/${part}`);

  test('explain() tells of the two kernels of an LSTM as one, chosen by cost', () => {
    const told = made({}).session().explain();
    expect(told.map(({ layer, type, shape, batch }) => [layer, type, shape, batch])).toEqual([
      [joined, 'lstm', { m: 64, k: 20 }, 1],
      [dense, 'dense', { m: 6, k: 16 }, 1],
    ]);
    for (const { form, microseconds, weights, kept } of told) {
      const times = Object.values(microseconds);
      expect(microseconds[form]).toBeLessThanOrEqual(Math.min(...times) / 0.95);
      expect(kept).toBeLessThan(weights);
    }
  });

  test('one that was asked for binds the step: of either kernel, of both alike, of a dense layer; from a file, too', () => {
    const byCost = formsOf(made({}));
    const forms = (['dense', 'csr', 'sell4', 'block4', 'block16', 'column8'] as const).filter(
      (form) => form !== byCost[joined],
    );
    for (const form of forms) {
      const model = made({ [recurrent]: form });
      expect(formsOf(model)).toEqual({ ...byCost, [joined]: form });
      expect(formsOf(load(model.toBytes()))).toEqual({ ...byCost, [joined]: form });
      const x = Float32Array.from({ length: 4 * time }, () => random.normal());
      const session = model.session();
      for (let t = 0; t < time; t++) {
        const { data } = session.step(x.subarray(4 * t, 4 * t + 4));
        near(data, model.predict(x).data.subarray(6 * t, 6 * t + 6));
      }
    }
    expect(formsOf(made({ [kernelName]: 'csr' }))).toEqual({ ...byCost, [joined]: 'csr' });
    expect(formsOf(made({ [kernelName]: 'csr', [recurrent]: 'csr' }))[joined]).toBe('csr');
    expect(formsOf(made({ [kernelName]: 'csr', [recurrent]: 'block4' }))).toEqual(byCost);
    expect(formsOf(made({ [recurrent]: 'csr' }, 8))).toEqual(byCost);
    const other = byCost[dense] === 'csr' ? 'dense' : 'csr';
    expect(formsOf(made({ [dense]: other }))).toEqual({ ...byCost, [dense]: other });
  });
});

describe('what a session refuses', () => {
  test.each([
    ['goBackwards', "lstm1: a layer of type 'lstm' needs the whole sequence, backwards"],
    ['globalMaxPooling1d', "globalMaxPooling1d2: a layer of type 'globalMaxPooling1d' needs the whole sequence"],
    ['flatten', "flatten2: a layer of type 'flatten' needs the whole sequence"],
    ['conv1d', "conv1d2: a layer of type 'conv1d' needs the whole sequence"],
    ['state', "lstm2: a layer of type 'lstm' needs the whole sequence that its first state comes from"],
    ['dense', "dense1: a layer of type 'dense' needs the whole sequence"],
  ])('%s, by the layer’s name', (kind, message) => {
    const draw = new Drawing();
    const sequence = (config: object) => draw.lstm(draw.input(5, 2), 2, 3, { returnSequences: true, ...config });
    const ends: Record<string, () => number> = {
      goBackwards: () => sequence({ goBackwards: true }),
      globalMaxPooling1d: () => draw.layer('globalMaxPooling1d', {}, [sequence({})]),
      flatten: () => draw.layer('flatten', {}, [sequence({})]),
      conv1d: () => draw.conv1d(sequence({}), 2, 3, 4, { padding: 'causal' }),
      state: () => {
        const first = sequence({ returnState: true });
        return draw.lstm([first, [first, 1], [first, 2]], 3, 3);
      },
      dense: () => draw.dense(draw.input(5), 5, 3),
    };
    const model = modelOf(draw.model(ends[kind]()));
    expect(() => model.session()).toThrow(message);
  });

  test('several inputs or outputs', () => {
    const draw = new Drawing();
    const lstm = draw.lstm(draw.input(5, 2), 2, 3, { returnState: true });
    const model = modelOf(draw.model(lstm, [lstm, 1]));
    expect(() => model.session()).toThrow('a session is for one input and one output, this model has 1 and 2');
  });

  test('steps, states and rooms of another size, and numbers that are none; the state stays', () => {
    const session = modelOf(sensor()).session();
    session.step([1, 2, 3, 4]);
    const { state } = session;
    expect(() => session.step([1, 2, 3])).toThrow('expected one step of shape [4], got 3 numbers');
    expect(() => session.step([1, 2, 3, 4, 5, 6, 7, 8])).toThrow('one step of shape [4], got 8 numbers');
    expect(() => session.step([1, 2, Number.NaN, 4])).toThrow(
      'm: step: expected finite numbers, got NaN at position 2',
    );
    expect(() => session.step(Float32Array.of(1, 2, Infinity, 4))).toThrow('got Infinity');
    expect(() => session.step([1, 2, 3, 4], new Float32Array(4))).toThrow(
      'expected room for 3 numbers, a Float32Array, got 4',
    );
    expect(() => {
      session.state = new Float32Array(19);
    }).toThrow(/expected a state of 20 numbers, h and c of lstm\d+ 10, got 19/);
    expect(() => {
      session.state = new Float32Array(20).fill(Number.NaN);
    }).toThrow('m: state: expected finite numbers');
    expect(session.state).toEqual(state);
  });

  test('a step in another shape than its own, which it may have alone or as a batch of one', () => {
    const session = modelOf(sensor()).session();
    const data = [1, 2, 3, 4];
    const answers = [{ data, shape: [4] }, { data, shape: [1, 4] }, [data], data].map((x) => {
      session.reset();
      return session.step(x);
    });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    for (const shape of [[4, 1], [2, 2], [3], []]) {
      expect(() => session.step({ data, shape })).toThrow(
        `m: step: expected one step of shape [4], got the shape [${shape.join(', ')}].`,
      );
    }
    expect(() => session.step([data, data])).toThrow('one step of shape [4], got the shape [2, 4].');
    const tokens = modelOf(talker()).session();
    const [a, b, c] = [3, [3], { data: [3], shape: [] }].map((x) => {
      tokens.reset();
      return tokens.step(x);
    });
    for (const answer of [b, c]) expect(answer).toEqual(a);
    expect(() => tokens.step([3, 4])).toThrow('m: step: expected one token, got 2 numbers.');
  });

  test('tokens beyond the vocabulary', () => {
    const session = modelOf(talker()).session();
    session.step(3);
    const { state } = session;
    expect(() => session.step(12)).toThrow('expected token ids from 0 to 11, whole numbers, got 12');
    expect(() => session.step(1.5)).toThrow('got 1.5');
    expect(session.state).toEqual(state);
  });
});

describe('memory', () => {
  test('dispose gives it back, and what is disposed of says so', () => {
    const before = memoryUsage().live;
    const model = modelOf(talker());
    model.predict(new Float32Array(time));
    const whole = memoryUsage().live;
    const session = model.session();
    session.step(1);
    expect(memoryUsage().live).toBeGreaterThan(whole);
    session.dispose();
    session.dispose();
    expect(() => session.step(1)).toThrow('this session was disposed of');
    const other = model.session();
    other.step(2);
    model.dispose();
    expect(() => other.step(2)).toThrow('this model was disposed of');
    other.dispose();
    expect(memoryUsage().live).toBe(before);
  });

  test('the sessions of a model share their weights', () => {
    const draw = new Drawing();
    const model = modelOf(draw.model(draw.lstm(draw.input(5, 8), 8, 64)));
    model.session().step(new Float32Array(8));
    const before = memoryUsage().live;
    const session = model.session();
    session.step(new Float32Array(8));
    expect(memoryUsage().live - before).toBeLessThan(4 * 64 * 8 * 4);
  });

  test('step(x, out) and predict(x, out) allocate nothing', () => {
    const model = modelOf(talker());
    const session = model.session();
    const [out, x, all] = [new Float32Array(12), Float32Array.of(3), new Float32Array(12 * time)];
    const whole = new Float32Array(time).fill(2);
    expect(session.step(3, out)).toBe(session.step(3, out));
    expect(bytesPerCall(() => session.step(5, out))).toBeLessThan(16);
    expect(bytesPerCall(() => session.step(x, out))).toBeLessThan(16);
    expect(bytesPerCall(() => model.predict(whole, all))).toBeLessThan(16);
  });
});
