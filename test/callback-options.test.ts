// What callbacks refuse when they are made, rather than by doing nothing in training.

import { expect, test } from 'vitest';
import {
  dense,
  EarlyStopping,
  LearningRateScheduler,
  ModelCheckpoint,
  ProgressBar,
  ReduceLROnPlateau,
  sequential,
} from '../src/index.ts';

const stopping = (options: object) => () => new EarlyStopping(options);
const plateau = (options: object) => () => new ReduceLROnPlateau(options);
const checkpoint = (options: object) => () => new ModelCheckpoint({ filepath: 'x', ...options });

test.each<[make: () => unknown, message: string]>([
  [stopping({ mode: 'mx' }), 'EarlyStopping: expected mode to be one of auto, min, max, got "mx".'],
  [stopping({ monitor: 3 }), 'EarlyStopping: expected monitor to be the name of a figure, got 3.'],
  [stopping({ patience: -1 }), 'EarlyStopping: expected patience to be a whole number from 0 or Infinity, got -1.'],
  [stopping({ patience: '3' }), 'patience to be a whole number from 0 or Infinity, got "3".'],
  [stopping({ startFromEpoch: 0.5 }), 'startFromEpoch to be a whole number from 0, got 0.5.'],
  [stopping({ minDelta: NaN }), 'EarlyStopping: expected minDelta to be a finite number from 0, got NaN.'],
  [stopping({ minDelta: -0.1 }), 'minDelta to be a finite number from 0, got -0.1.'],
  [stopping({ baseline: '0.9' }), 'EarlyStopping: expected baseline to be a number, got "0.9".'],
  [plateau({ mode: 'toString' }), 'ReduceLROnPlateau: expected mode to be one of auto, min, max'],
  [plateau({ monitor: '' }), 'ReduceLROnPlateau: expected monitor to be the name of a figure, got "".'],
  [plateau({ factor: '0.1' }), 'ReduceLROnPlateau: expected factor to be a number in [0, 1), got "0.1".'],
  [plateau({ patience: NaN }), 'patience to be a whole number from 0 or Infinity, got NaN.'],
  [plateau({ cooldown: -2 }), 'cooldown to be a whole number from 0 or Infinity, got -2.'],
  [plateau({ minDelta: Infinity }), 'minDelta to be a finite number from 0, got Infinity.'],
  [plateau({ minLearningRate: -1 }), 'minLearningRate to be a finite number from 0, got -1.'],
  [checkpoint({ mode: 'best' }), 'ModelCheckpoint: expected mode to be one of auto, min, max, got "best".'],
  [checkpoint({ initialValueThreshold: NaN }), 'initialValueThreshold to be a number, got NaN.'],
  [checkpoint({ saveFreq: 'batch' }), 'saveFreq to be \'epoch\' or a whole number from 1, got "batch".'],
  [checkpoint({ filepath: 3 }), 'expected filepath to be a string, got 3.'],
  ...['{loss:.2}', '{loss:g}', '{epoch:.2d}', '{loss:>8}', '{val loss}', '{}'].map((field): [() => unknown, string] => [
    checkpoint({ filepath: `m-${field}` }),
    `ModelCheckpoint: expected fields such as {epoch}, {epoch:03d}, {loss:.3f} or {loss:.2e}, got ${field}.`,
  ]),
  [checkpoint({ save: 'yes' }), 'expected save to be a function, got "yes".'],
  [() => new ModelCheckpoint(undefined as never), 'ModelCheckpoint: expected an object of options'],
  [
    () => new LearningRateScheduler(0.1 as never),
    'LearningRateScheduler: expected a function of epoch and rate, got 0.1.',
  ],
  [() => new ProgressBar({ writer: {} as never }), 'ProgressBar: expected a writer with write(), got an object.'],
])('%#', (make, message) => expect(make).toThrow(message));

test('fit() takes a list of callbacks', async () => {
  const model = sequential([dense({ units: 1, inputShape: [1] })]);
  model.compile({ loss: 'mse' });
  const trained = (callbacks: unknown) => model.fit([[1]], [[1]], { callbacks: callbacks as [] });
  await expect(trained(new EarlyStopping())).rejects.toThrow(
    'fit(): expected callbacks to be a list of objects, got an EarlyStopping.',
  );
  await expect(trained([EarlyStopping])).rejects.toThrow('a list of objects, got a function (a class needs new).');
  for (const name of ['onBatchEnd', 'onPredictBegin', 'onEpochEnds']) {
    const message = `fit(): callbacks have no hook ${name}, expected some of onTrainBegin, onTrainEnd, `;
    await expect(trained([{ [name]() {} }])).rejects.toThrow(message);
  }
  class Typo {
    onEpochEnds() {}
  }
  await expect(trained([new (class extends Typo {})()])).rejects.toThrow('no hook onEpochEnds');
  await trained([{ onward() {}, onLine: true, onTrainError() {} }]);
  await expect(trained([null])).rejects.toThrow('a list of objects, got null.');
});

test('what is in range is taken', () => {
  const options = { patience: 0, minDelta: 0, mode: 'max', monitor: 'f1' } as const;
  expect(stopping({ ...options, baseline: -Infinity })).not.toThrow();
  expect(plateau({ ...options, factor: 0 })).not.toThrow();
  expect(checkpoint({ initialValueThreshold: Infinity })).not.toThrow();
});
