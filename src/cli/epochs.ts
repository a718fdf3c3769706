// Some epochs of a training, as a run shows them: with progress, a learning rate of its own, and an end by Ctrl-C.

import type { Callback, Logs, Model, SamplesInput } from '../index.ts';
import type { Progress } from './progress.ts';

/** Which epochs, and what goes on in them. */
export interface Epochs {
  /** Of the network, for the progress. */
  readonly name: string;
  /** The first, counted from 0, the one to stop before, and all of the training. */
  readonly from: number;
  readonly to: number;
  readonly epochs: number;
  readonly batchSize: number;
  /** The learning rate when so many epochs are done, parts of one too; default as it is. */
  readonly rate?: (done: number) => number;
  readonly callbacks?: readonly Callback[];
  /** Hears of each epoch that ended, counted from 1, and says what is shown of it. */
  readonly ended: (epoch: number, logs: Logs) => string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

type Pair = readonly [x: SamplesInput, y: SamplesInput];

/** Trains these epochs, each judged by the validation. @throws the signal's reason when it is aborted. */
export async function trainEpochs(model: Model, [x, y]: Pair, validationData: Pair, given: Epochs): Promise<void> {
  const { name, from, to, epochs, batchSize, rate, callbacks = [], ended, progress, signal } = given;
  if (from === to) return;
  let steps = 0;
  let now = from;
  const reporter: Callback = {
    setParameters(parameters) {
      ({ steps } = parameters);
      progress.phase(`Train ${name}`, (to - from) * steps);
    },
    onEpochBegin(epoch) {
      now = epoch;
    },
    onTrainBatchBegin(batch) {
      if (rate) model.optimizer.learningRate = rate(now + batch / steps);
    },
    onTrainBatchEnd(batch) {
      progress.update((now - from) * steps + batch + 1);
    },
    onEpochEnd(epoch, logs) {
      progress.update((epoch + 1 - from) * steps, `epoch ${epoch + 1} of ${epochs}, ${ended(epoch + 1, logs)}`);
    },
  };
  const all = [...callbacks, reporter];
  await model.fit(x, y, { epochs: to, initialEpoch: from, batchSize, validationData, callbacks: all, signal });
  signal.throwIfAborted();
  progress.done(`epochs ${from + 1} to ${to}`);
}
