// The loop of `fit`: epochs of shuffled batches, validation after each, callbacks around both, a turn for the event loop now and
// then. Each epoch's order hangs on seed and epoch alone, dropout on seed and update: a run resumed from a checkpoint at an epoch's
// start goes on bit for bit as if it had not stopped.

import { arena } from '../engine/index.ts';
import { Batch, checkKnown, checkNumber, checkSignal, checkWhole, showValue } from '../tensor/index.ts';
import { Random } from '../tensor/random.ts';
import { breather } from './breath.ts';
import { type Callback, CallbackList, checkHooks } from './callback.ts';
import { History } from './callbacks/history.ts';
import { ProgressBar } from './callbacks/progress-bar.ts';
import type { Compiled } from './compiled.ts';
import { type Logs, prefixed } from './logs.ts';
import type { Model } from './model.ts';
import { gather, type Pairs } from './pairs.ts';
import type { SamplesInput } from './samples.ts';
import type { SampleWeight, WeightOptions } from './weights.ts';

/** What `fit` takes. */
export interface FitOptions extends WeightOptions {
  /** The epoch to stop before; default 1. */
  epochs?: number;
  /** Samples in a batch; default 32. */
  batchSize?: number;
  /**
   * Inputs and targets to judge each epoch by, and how much each of these samples counts in the loss (default 1). Stateful layers begin
   * with the states that training left, and train on with them.
   */
  validationData?: readonly [x: SamplesInput, y: SamplesInput, sampleWeight?: SampleWeight];
  /** Fraction of the samples, the last ones before shuffling, to judge each epoch by instead; in [0, 1), default 0. */
  validationSplit?: number;
  /** Whether to draw a new order for each epoch, also of a later call; default true. */
  shuffle?: boolean;
  /** What is told of training as it goes, one after another; default none. */
  callbacks?: readonly Callback[];
  /** The epoch to begin with, when training goes on from a checkpoint; default 0. */
  initialEpoch?: number;
  /** 0: silent (default); 1: a progress bar; 2: a line each epoch; on standard error. */
  verbose?: 0 | 1 | 2;
  /** Once aborted, training stops after the batch and `fit` resolves with the epochs done; the model keeps what it learned. */
  signal?: { readonly aborted: boolean };
  /** Of the order of samples and of dropout; default the model's. */
  seed?: number;
}

const known = [
  'epochs',
  'batchSize',
  'validationData',
  'validationSplit',
  'shuffle',
  'callbacks',
  'initialEpoch',
  'verbose',
  'signal',
  'seed',
  'sampleWeight',
  'classWeight',
];

/** @throws when an option is unknown or out of range. */
export function checkFitOptions(options: FitOptions): void {
  checkKnown('fit()', options, known);
  checkSignal('fit()', options.signal);
  const { epochs = 1, batchSize = 32, initialEpoch = 0, validationSplit = 0, validationData, callbacks = [] } = options;
  checkCallbacks(callbacks);
  checkWhole('fit()', { epochs, initialEpoch }, 0);
  checkWhole('fit()', { batchSize }, 1);
  checkNumber('fit()', { validationSplit }, 'a number in [0, 1)');
  if (validationData && !(Array.isArray(validationData) && [2, 3].includes(validationData.length))) {
    const given = Array.isArray(validationData) ? `${validationData.length} of them` : showValue(validationData);
    throw new TypeError(
      `fit(): expected validationData to be inputs and targets, [x, y] or [x, y, sampleWeight], got ${given}.`,
    );
  }
}

function checkCallbacks(callbacks: unknown): void {
  const isObject = (one: unknown) => typeof one === 'object' && one !== null;
  if (Array.isArray(callbacks) && callbacks.every(isObject)) {
    callbacks.forEach(checkHooks);
    return;
  }
  const wrong = Array.isArray(callbacks) ? callbacks.find((one) => !isObject(one)) : callbacks;
  const hint = typeof wrong === 'function' ? ' (a class needs new)' : '';
  throw new TypeError(`fit(): expected callbacks to be a list of objects, got ${showValue(wrong)}${hint}.`);
}

/** The batches of `count` samples in the order given (default: as they are). */
export function* batches(count: number, batchSize: number, order?: Uint32Array): Generator<Uint32Array> {
  for (let first = 0; first < count; first += batchSize) {
    const end = Math.min(count, first + batchSize);
    yield order?.subarray(first, end) ?? Uint32Array.from({ length: end - first }, (_, i) => first + i);
  }
}

/** @throws when `loss` is not finite. */
export function checkLoss(loss: number, where: string): void {
  if (Number.isFinite(loss)) return;
  throw new Error(
    `The loss became ${loss} ${where}: lower the learning rate, clip the gradients, or look at the data` +
      ' (TerminateOnNaN stops training without an error).',
  );
}

/** Trains until the last epoch, `model.stopTraining`, or the signal. */
export async function train(
  model: Model,
  compiled: Compiled,
  { training, validation }: { training: Pairs; validation?: Pairs },
  options: FitOptions,
): Promise<History> {
  const {
    epochs = 1,
    batchSize = 32,
    shuffle = true,
    initialEpoch = 0,
    verbose = 0,
    signal,
    seed = model.seed,
  } = options;
  const { count } = training.x;
  const history = new History();
  const steps = Math.ceil(count / batchSize);
  const parameters = { epochs, steps, batchSize, samples: count };
  const all = [
    ...(options.callbacks ?? []),
    history,
    ...(verbose ? [new ProgressBar({ perBatch: verbose === 1 })] : []),
  ];
  const callbacks = new CallbackList(all);
  const breathe = breather();
  const random = new Random(seed, 'shuffle');
  const ahead = Math.max(0, compiled.updater.epochs - initialEpoch);

  async function trainEpoch(epoch: number): Promise<void> {
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    if (shuffle) random.split(epoch + ahead).shuffle(order);
    compiled.begin();
    let step = 0;
    for (const indices of batches(count, batchSize, order)) {
      await callbacks.call('onTrainBatchBegin', step, {});
      const loss = arena.scope(() => {
        const batch = new Batch(indices.length, model.slabWidth, 16);
        return compiled.train(gather(training, indices, batch), seed);
      });
      if (!callbacks.takesNonFiniteLoss) checkLoss(loss, `in epoch ${epoch + 1}, batch ${step + 1} of ${steps}`);
      await callbacks.call('onTrainBatchEnd', step++, compiled.logs());
      await breathe();
      if (signal?.aborted || model.stopTraining) return;
    }
  }

  async function validate(pairs: Pairs, epoch: number): Promise<Logs> {
    await callbacks.call('onTestBegin', {});
    compiled.begin();
    let step = 0;
    for (const indices of batches(pairs.x.count, batchSize)) {
      await callbacks.call('onTestBatchBegin', step, {});
      testBatch(model, compiled, pairs, indices);
      await callbacks.call('onTestBatchEnd', step++, compiled.logs());
      await breathe();
      if (signal?.aborted) break;
    }
    const logs = compiled.end();
    if (!callbacks.takesNonFiniteLoss) checkLoss(logs.loss, `in the validation of epoch ${epoch + 1}`);
    await callbacks.call('onTestEnd', logs);
    return Object.fromEntries(Object.entries(logs).map(([name, value]) => [prefixed('val', name), value]));
  }

  /** Validates, and leaves what layers keep from batch to batch as training left it. */
  async function validateAside(pairs: Pairs, epoch: number): Promise<Logs> {
    const { states } = model;
    try {
      return await validate(pairs, epoch);
    } finally {
      model.resetStates();
      model.restoreStates(states);
    }
  }

  let last: Logs = {};
  try {
    await callbacks.call('setModel', model);
    await callbacks.call('setParameters', parameters);
    await callbacks.call('onTrainBegin', {});
    for (let epoch = initialEpoch; epoch < epochs && !signal?.aborted && !model.stopTraining; epoch++) {
      await callbacks.call('onEpochBegin', epoch, {});
      await trainEpoch(epoch);
      const logs = compiled.end();
      if (signal?.aborted) break;
      compiled.updater.epochs = epoch + ahead + 1;
      if (validation) Object.assign(logs, await validateAside(validation, epoch));
      if (signal?.aborted) break;
      await callbacks.call('onEpochEnd', epoch, logs);
      last = logs;
    }
    compiled.updater.finalize();
    await callbacks.call('onTrainEnd', last);
  } catch (error) {
    await callbacks.fail(error);
    throw error;
  } finally {
    compiled.end();
  }
  return history;
}

/** Judges the samples of these indices. */
export function testBatch(model: Model, compiled: Compiled, pairs: Pairs, indices: Uint32Array): void {
  arena.scope(() => {
    const batch = new Batch(indices.length, model.slabWidth);
    compiled.test(gather(pairs, indices, batch));
  });
}
