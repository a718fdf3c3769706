// Callbacks: what is told of training as it goes, and may stop it. Keras' hooks, in camelCase; any object with some of them will do.

import type { Logs } from './logs.ts';
import type { Model } from './model.ts';

/** What `fit` was asked for. */
export interface FitParameters {
  /** The epoch to stop before. */
  readonly epochs: number;
  /** Batches in an epoch. */
  readonly steps: number;
  /** Samples in a batch. */
  readonly batchSize: number;
  /** Samples in an epoch. */
  readonly samples: number;
}

type Answer = void | Promise<void>;

/**
 * The hooks of `fit`, each optional, each awaited. Epochs and batches count from 0. `logs` of an epoch's end may be added to: what
 * stands there goes into the history; those of a beginning are empty. `model.stopTraining = true` ends training after the batch.
 */
export interface Callback {
  /** Whether a loss that is NaN or infinite shall come to the hooks; without one such callback it is an error. */
  readonly takesNonFiniteLoss?: boolean;
  /** Before all else, with the model that is trained. */
  setModel?(model: Model): Answer;
  /** After {@link setModel}, with what `fit` was asked for. */
  setParameters?(parameters: FitParameters): Answer;
  /** Before the first epoch. */
  onTrainBegin?(logs: Logs): Answer;
  /** `logs` of the last epoch that ended. */
  onTrainEnd?(logs: Logs): Answer;
  /**
   * In place of {@link onTrainEnd} where `fit` rejects, with this error: time to put right what a batch left half done. What is thrown here
   * is passed over.
   */
  onTrainError?(error: unknown): Answer;
  /** Before the first batch of an epoch. */
  onEpochBegin?(epoch: number, logs: Logs): Answer;
  /** `logs`: the epoch's means, and those of the validation. */
  onEpochEnd?(epoch: number, logs: Logs): Answer;
  /** Before a batch. */
  onTrainBatchBegin?(batch: number, logs: Logs): Answer;
  /** `logs`: the epoch's means so far. */
  onTrainBatchEnd?(batch: number, logs: Logs): Answer;
  /** Before the validation. */
  onTestBegin?(logs: Logs): Answer;
  /** After the validation: its means. */
  onTestEnd?(logs: Logs): Answer;
  /** Before a batch of the validation. */
  onTestBatchBegin?(batch: number, logs: Logs): Answer;
  /** `logs`: the validation's means so far. */
  onTestBatchEnd?(batch: number, logs: Logs): Answer;
}

const hooks = [
  'onTrainBegin',
  'onTrainEnd',
  'onTrainError',
  'onEpochBegin',
  'onEpochEnd',
  'onTrainBatchBegin',
  'onTrainBatchEnd',
  'onTestBegin',
  'onTestEnd',
  'onTestBatchBegin',
  'onTestBatchEnd',
] as const satisfies readonly (keyof Callback)[];

type Hook = Exclude<(typeof hooks)[number], 'onTrainError'> | 'setModel' | 'setParameters';

/** @throws {TypeError} on a method that is named as a hook and is none: it would never be called. */
export function checkHooks(callback: object): void {
  for (let each = callback; each; each = Object.getPrototypeOf(each)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(each))) {
      if (typeof value !== 'function' || !/^on[A-Z]/.test(name) || hooks.some((hook) => hook === name)) continue;
      throw new TypeError(`fit(): callbacks have no hook ${name}, expected some of ${hooks.join(', ')}.`);
    }
  }
}

/** Calls a hook of several callbacks, one after another. */
export class CallbackList {
  readonly #callbacks: readonly Callback[];

  constructor(callbacks: readonly Callback[]) {
    this.#callbacks = callbacks;
  }

  get takesNonFiniteLoss(): boolean {
    return this.#callbacks.some(({ takesNonFiniteLoss }) => takesNonFiniteLoss);
  }

  async call<H extends Hook>(hook: H, ...values: Parameters<NonNullable<Callback[H]>>): Promise<void> {
    for (const callback of this.#callbacks) {
      const answer = (callback[hook] as ((...values: unknown[]) => Answer) | undefined)?.apply(callback, values);
      if (answer) await answer;
    }
  }

  /** Tells every callback that training ends by an error, whatever the others make of it. */
  async fail(error: unknown): Promise<void> {
    await Promise.allSettled(this.#callbacks.map(async (callback) => callback.onTrainError?.(error)));
  }
}
