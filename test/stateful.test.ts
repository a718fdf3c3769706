// States that an LSTM keeps from batch to batch: what begins with them, what leaves them alone, where they are saved.

import { expect, test } from 'vitest';
import * as e from '../src/index.ts';

const random = new e.Random(2);
const numbers = (length: number) => Float32Array.from({ length }, () => random.uniform(-1, 1));

test('a stateful layer goes on where the last batch ended, until its states are reset', () => {
  const build = (time: number, stateful: boolean) =>
    e.sequential([e.input({ shape: [time, 2] }), e.lstm({ units: 3, stateful })], { seed: 6 });
  const whole = build(6, false);
  const parts = build(3, true);
  const x = numbers(2 * 6 * 2);
  const half = (from: number) => [0, 1].flatMap((i) => Array.from(x.subarray(12 * i + from, 12 * i + from + 6)));
  const first = parts.predict(half(0)).data.slice();
  parts.predict(half(6)).data.forEach((value, i) => {
    expect(value).toBeCloseTo(whole.predict(x).data[i], 6);
  });
  expect(parts.predict(half(0)).data).not.toEqual(first);
  expect(() => parts.predict(numbers(6))).toThrow(
    'lstm: expected a batch of 2 samples, as many as the states kept, got 1',
  );
  parts.resetStates();
  expect(parts.predict(half(0)).data).toEqual(first);
  whole.dispose();
  parts.dispose();
});

test('a checkpoint of a stateful model goes on bit for bit: its states are in the file, and in no weights or copies', async () => {
  const [x, y] = [numbers(32 * 5 * 2), numbers(32 * 3)];
  const inner = e.sequential([e.lstm({ units: 3, stateful: true, inputShape: [5, 2] })], { name: 'inner' });
  const build = () => e.sequential([inner, e.dense({ units: 3 })], { seed: 2 });
  const options = {
    epochs: 4,
    batchSize: 8,
    shuffle: false,
    validationData: [x.subarray(0, 80), y.subarray(0, 24)],
  } as const;
  const files: Uint8Array[] = [];
  const model = build();
  model.compile({ optimizer: 'adam', loss: 'mse' });
  const callbacks = [new e.ModelCheckpoint({ save: (each) => void files.push(each.toBytes()) })];
  const { history } = await model.fit(x, y, { ...options, callbacks });

  const resumed = await e.loadModel(files[1]);
  const later = await resumed.fit(x, y, { ...options, initialEpoch: 2 });
  expect(later.history.loss).toEqual(history.loss.slice(2));
  expect(resumed.toBytes()).toEqual(files[3]);
  expect(model.getWeights().length).toBe(5);

  const fresh = await e.loadModel(model.toBytes({ includeOptimizer: false }));
  const [copy, now] = [e.cloneModel(model), model.predict(x.subarray(0, 80)).data];
  model.resetStates();
  const begun = model.predict(x.subarray(0, 80)).data;
  expect(begun).not.toEqual(now);
  for (const each of [fresh, copy]) expect(each.predict(x.subarray(0, 80)).data).toEqual(begun);
  for (const each of [model, resumed, fresh, copy]) each.dispose();
});

test('validation between epochs leaves the states as training left them, when it throws too', async () => {
  const [x, y] = [numbers(16 * 5 * 2), numbers(16 * 3)];
  const build = () => {
    const inner = e.sequential([e.lstm({ units: 3, stateful: true, inputShape: [5, 2] })], { name: 'inner' });
    const model = e.sequential([inner, e.dense({ units: 3 })], { seed: 2 });
    model.compile({ optimizer: 'adam', loss: 'mse' });
    return model;
  };
  const options = { epochs: 3, batchSize: 8, shuffle: false };
  const validationData = [numbers(80), numbers(24)] as const;
  const [alone, judged, once, failed] = [build(), build(), build(), build()];
  const { history } = await alone.fit(x, y, options);
  const both = await judged.fit(x, y, { ...options, validationData });
  expect(both.history.loss).toEqual(history.loss);
  expect(judged.states).toEqual(alone.states);
  expect(judged.getWeights()).toEqual(alone.getWeights());

  await once.fit(x, y, { ...options, epochs: 1 });
  const onTestBatchEnd = () => {
    throw new Error('enough');
  };
  const run = failed.fit(x, y, { ...options, validationData, callbacks: [{ onTestBatchEnd }] });
  await expect(run).rejects.toThrow('enough');
  expect(failed.states).toEqual(once.states);
  for (const each of [alone, judged, once, failed]) each.dispose();
});

test('states that are not the layer’s are refused', () => {
  const state = (units: number, size = 2) => ({ data: new Float32Array(size * units), shape: [size, units] });
  const layer = e.lstm({ units: 3, stateful: true, name: 'keeper' });
  const wrongStates: Record<string, e.NdArray>[] = [
    {},
    { h: state(3) },
    { h: state(3), c: state(3, 4) },
    { h: state(2), c: state(2) },
  ];
  for (const wrong of wrongStates) {
    expect(() => layer.restoreStates(wrong)).toThrow('keeper: expected states h and c of shape [batch, 3] each');
  }
  expect(() => e.lstm({ units: 3 }).restoreStates({ h: state(3), c: state(3) })).toThrow('for a stateful layer');
  layer.restoreStates({ h: state(3), c: state(3) });
  expect(layer.states).toEqual({ h: state(3), c: state(3) });
});
