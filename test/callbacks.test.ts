import { expect, test } from 'vitest';
import {
  type Callback,
  dense,
  EarlyStopping,
  LearningRateScheduler,
  ProgressBar,
  prune,
  ReduceLROnPlateau,
  sequential,
  sgd,
  TerminateOnNaN,
} from '../src/index.ts';
import { line, script, weight, x, y } from './callback-fixture.ts';

test('evaluate and trainOnBatch between epochs leave the figures alone, amid one they are refused, predict is free', async () => {
  const model = line(0);
  const seen: number[] = [];
  const between: Callback = {
    onEpochBegin: () => void seen.push(model.evaluate(x, y).loss),
    onTrainBatchEnd: () => void model.predict(x),
    onEpochEnd: () => void model.trainOnBatch(x.subarray(0, 1), y.subarray(0, 1)),
  };
  const { history } = await model.fit(x, y, { epochs: 2, batchSize: 8, validationData: [x, y], callbacks: [between] });
  for (const losses of [seen, history.valLoss]) {
    for (const [epoch, loss] of losses.entries()) expect(loss).toBeCloseTo(history.loss[epoch], 5);
  }
  const amid = (hook: object) => model.fit(x, y, { validationData: [x, y], callbacks: [hook] });
  await expect(amid({ onTrainBatchEnd: () => model.evaluate(x, y) })).rejects.toThrow('between epochs');
  await expect(amid({ onTestBatchEnd: () => model.trainOnBatch(x, y) })).rejects.toThrow('between epochs');
  expect(model.evaluate(x, y).loss).toBeCloseTo(history.loss[0], 5);
});

test('setModel and setParameters are awaited too: their rejections are those of fit, and the others are told', async () => {
  const told: unknown[] = [];
  const witness: Callback = { onTrainError: (error) => void told.push(error) };
  for (const hook of ['setModel', 'setParameters', 'onTrainBegin']) {
    const error = new Error(hook);
    const failing = { [hook]: () => Promise.reject(error) };
    await expect(line().fit(x, y, { callbacks: [failing, witness] })).rejects.toBe(error);
    expect(told.splice(0)).toEqual([error]);
  }
  const calls: string[] = [];
  const slow = (name: string) => async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    calls.push(name);
  };
  const model = line();
  const callback = { setModel: slow('model'), setParameters: slow('parameters'), onTrainBegin: slow('begin') };
  await model.fit(x, y, { callbacks: [callback] });
  expect(calls).toEqual(['model', 'parameters', 'begin']);
});

test('by itself a figure is better smaller, but accuracies, IoU and their like larger', async () => {
  for (const [name, values, best] of [
    ['figure', [3, 1, 2], 1],
    ['valMeanIoU', [0.1, 0.5, 0.3], 1],
    ['topKCategoricalAccuracy', [0.2, 0.1, 0.9], 2],
    ['valAccelerationLoss', [3, 1, 2], 1],
  ] as const) {
    const stopping = new EarlyStopping({ monitor: name, patience: 5 });
    await line(0).fit(x, y, { epochs: 3, callbacks: [script(name, values), stopping] });
    expect(stopping.bestEpoch).toBe(best);
  }
});

test('hooks come in Keras’ order, with epochs, batches and logs', async () => {
  const calls: string[] = [];
  const names = [
    'TrainBegin',
    'TrainEnd',
    'EpochBegin',
    'EpochEnd',
    'TrainBatchBegin',
    'TrainBatchEnd',
    'TestBegin',
    'TestEnd',
  ];
  const spy = Object.fromEntries(
    names.map((name) => [
      `on${name}`,
      (...args: unknown[]) => calls.push([name, ...args.filter(Number.isInteger)].join(' ')),
    ]),
  );
  await line().fit(x, y, { epochs: 2, batchSize: 20, validationData: [x, y], callbacks: [spy as Callback] });
  const epoch = (i: number) => [
    `EpochBegin ${i}`,
    'TrainBatchBegin 0',
    'TrainBatchEnd 0',
    'TrainBatchBegin 1',
    'TrainBatchEnd 1',
    'TestBegin',
    'TestEnd',
    `EpochEnd ${i}`,
  ];
  expect(calls).toEqual(['TrainBegin', ...epoch(0), ...epoch(1), 'TrainEnd']);
});

test('logs of a beginning are empty, as Keras hands them', async () => {
  const given: unknown[] = [];
  const look: Callback = {
    onTrainBegin: (logs) => void given.push(logs),
    onEpochBegin: (_, logs) => void given.push(logs),
    onTrainBatchBegin: (_, logs) => void given.push(logs),
    onTestBegin: (logs) => void given.push(logs),
    onTestBatchBegin: (_, logs) => void given.push(logs),
  };
  await line().fit(x, y, { batchSize: 40, validationData: [x, y], callbacks: [look] });
  expect(given).toEqual([{}, {}, {}, {}, {}]);
});

test('EarlyStopping waits for its patience and restores the best weights', async () => {
  const losses = [5, 4, 3, 3.5, 3.2, 3.1, 2];
  for (const restoreBestWeights of [true, false]) {
    const model = line();
    const stop = new EarlyStopping({ monitor: 'figure', patience: 2, restoreBestWeights });
    const { history } = await model.fit(x, y, { epochs: 7, callbacks: [script('figure', losses), stop] });
    expect(history.figure).toEqual(losses.slice(0, 5));
    expect([stop.bestEpoch, stop.stoppedEpoch]).toEqual([2, 4]);
    expect(weight(model)).toBe(restoreBestWeights ? 2 : 4);
  }
});

test('EarlyStopping restores the best weights also when it never had to stop', async () => {
  const model = line();
  const callbacks = [
    script('valAccuracy', [0.5, 0.9, 0.8]),
    new EarlyStopping({ monitor: 'valAccuracy', patience: 9, restoreBestWeights: true }),
  ];
  await model.fit(x, y, { epochs: 3, callbacks });
  expect(weight(model)).toBe(1); // an accuracy shall grow
});

test('EarlyStopping: minDelta, baseline, a figure that is missing', async () => {
  const stopped = async (options: ConstructorParameters<typeof EarlyStopping>[0], values: number[]) => {
    const stop = new EarlyStopping({ monitor: 'figure', ...options });
    await line().fit(x, y, { epochs: values.length, callbacks: [script('figure', values), stop] });
    return stop.stoppedEpoch;
  };
  expect(await stopped({ patience: 2, minDelta: 0.5 }, [5, 4.8, 4.6, 4.1, 3])).toBe(2);
  expect(await stopped({ patience: 2 }, [5, 4.8, 4.6, 4.1, 3])).toBeUndefined();
  expect(await stopped({ patience: 2, baseline: 1 }, [5, 4, 4.5, 0.5])).toBe(2);
  expect(await stopped({ patience: 1, mode: 'max' }, [1, 2, 3, 2.5, 9])).toBe(3);
  await expect(stopped({ monitor: 'nothing' }, [1, 2])).rejects.toThrow(/nothing.*(figure|loss)/);
});

test('EarlyStopping restores the masks of its best epoch with the weights', async () => {
  const model = sequential([dense({ units: 8, inputShape: [1] }), dense({ units: 1 })]);
  model.compile({ optimizer: sgd({ learningRate: 0.01 }), loss: 'mse' });
  const kept: (number | undefined)[] = [];
  const pruner: Callback = {
    onEpochEnd(epoch, logs) {
      logs.figure = epoch;
      prune(model, { amount: [0.25, 0.5][epoch] });
      kept.push(model.parameters[0].mask?.view.reduce((a, b) => a + b));
    },
  };
  const stop = new EarlyStopping({ monitor: 'figure', patience: 5, restoreBestWeights: true });
  await model.fit(x, y, { epochs: 2, callbacks: [pruner, stop] });
  expect(kept).toEqual([6, 4]);
  expect(model.parameters[0].mask?.view.reduce((a, b) => a + b)).toBe(6);
});

test('hooks that are async are waited for', async () => {
  const order: string[] = [];
  const slow: Callback = {
    async onTrainBatchEnd(batch) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push(`end ${batch}`);
    },
    onTrainBatchBegin: (batch) => void order.push(`begin ${batch}`),
  };
  await line().fit(x, y, { batchSize: 20, callbacks: [slow] });
  expect(order).toEqual(['begin 0', 'end 0', 'begin 1', 'end 1']);
});

test('LearningRateScheduler and ReduceLROnPlateau set the rate and log it', async () => {
  const scheduler = new LearningRateScheduler((epoch, rate) => (epoch === 0 ? rate : rate / 2));
  const { history } = await line(0.08).fit(x, y, { epochs: 3, callbacks: [scheduler] });
  expect(history.learningRate).toEqual([0.08, 0.04, 0.02]);
  const plateau = new ReduceLROnPlateau({
    monitor: 'figure',
    factor: 0.5,
    patience: 2,
    minDelta: 0.1,
    cooldown: 1,
    minLearningRate: 0.015,
  });
  const figures = [3, 2.95, 2.96, 2.92, 2.92, 2.92, 2.92, 2.92, 2.92];
  const model = line(0.08);
  const result = await model.fit(x, y, { epochs: 9, callbacks: [script('figure', figures), plateau] });
  // As Keras' own ReduceLROnPlateau counts: the epoch a pause ends in counts again.
  expect(result.history.learningRate).toEqual([0.08, 0.08, 0.08, 0.04, 0.04, 0.02, 0.02, 0.015, 0.015]);
  expect(model.optimizer.learningRate).toBe(0.015);
  const bad = new LearningRateScheduler(() => Number.NaN);
  await expect(line().fit(x, y, { callbacks: [bad] })).rejects.toThrow(
    'expected what the schedule gives to be a finite number from 0, got NaN',
  );
});

test('TerminateOnNaN stops where otherwise there is an error, and no update is made with a bad loss', async () => {
  const explode = () => line(1e30);
  await expect(explode().fit(x, y, { epochs: 20 })).rejects.toThrow(
    /The loss became (NaN|Infinity).*lower the learning rate/,
  );
  const model = explode();
  const { history } = await model.fit(x, y, { epochs: 20, callbacks: [new TerminateOnNaN()] });
  expect(history.loss.length).toBeLessThan(20);
  expect(Number.isFinite(history.loss.at(-1))).toBe(false);
  expect(Number.isFinite(weight(model))).toBe(true);
});

test('an error that ends training is told to every callback in place of its end, and is what fit rejects with', async () => {
  const calls: unknown[] = [];
  const wrong = new Error('wrong');
  const failing: Callback = {
    onEpochEnd: () => Promise.reject(wrong),
    onTrainError: () => {
      throw new Error('and wrong again');
    },
  };
  const told: Callback = {
    onTrainEnd: () => void calls.push('end'),
    onTrainError: (error) => void calls.push(error),
  };
  await expect(line().fit(x, y, { callbacks: [failing, told] })).rejects.toBe(wrong);
  expect(calls).toEqual([wrong]);
});

test('ProgressBar: a line for each epoch where there is no terminal', async () => {
  let text = '';
  const writer = { write: (part: string) => (text += part) };
  await line().fit(x, y, { epochs: 2, callbacks: [new ProgressBar({ writer })] });
  expect(text.trim().split('\n')).toHaveLength(2);
  expect(text).toMatch(/^Epoch 1\/2 .*loss \d/);
  expect(text).not.toContain('\r');
});

test('ProgressBar: one line written over again on a terminal', async () => {
  let text = '';
  const writer = { isTTY: true, write: (part: string) => (text += part) };
  await line().fit(x, y, { batchSize: 10, epochs: 2, callbacks: [new ProgressBar({ writer })] });
  const [first, second, rest] = text.split('\n').map((row) => row.split('\r'));
  expect(first[1]).toMatch(/^Epoch 1\/2 {2}\[=====> +\] {2}1\/4 .*loss \d/);
  expect(first.at(-1)).toMatch(/^Epoch 1\/2 {2}\d.*loss \d/);
  expect(first.at(-1)?.length).toBeGreaterThanOrEqual(first[1].length); // it covers what stood there
  expect(second.at(-1)).toMatch(/^Epoch 2\/2 {2}\d.*loss \d/);
  expect(rest).toEqual(['']);
});

test('ProgressBar: ends its line where training ends by an error', async () => {
  let text = '';
  const writer = { isTTY: true, write: (part: string) => (text += part) };
  const failing: Callback = { onEpochEnd: () => Promise.reject(new Error('wrong')) };
  const fit = line().fit(x, y, { batchSize: 10, callbacks: [failing, new ProgressBar({ writer })] });
  await expect(fit).rejects.toThrow('wrong');
  expect(text).toMatch(/^\rEpoch 1\/1 [^\n]*\n$/);
});
