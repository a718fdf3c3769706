// Callbacks that change the learning rate. Both write it into the logs, as `learningRate`.

import { checkKnown, checkNumber, checkOften, showValue } from '../../tensor/index.ts';
import type { Callback } from '../callback.ts';
import { gain, type Logs, type Mode, monitored } from '../logs.ts';
import type { Model } from '../model.ts';

/** Sets the learning rate at each epoch's beginning to `schedule(epoch, rate)`. Keras: `LearningRateScheduler`. */
export class LearningRateScheduler implements Callback {
  readonly #schedule: (epoch: number, learningRate: number) => number;
  #model: Model | undefined;

  /** @param schedule takes the epoch, from 0, and the learning rate so far; what it gives must be a number from 0. */
  constructor(schedule: (epoch: number, learningRate: number) => number) {
    if (typeof schedule !== 'function') {
      throw new TypeError(`LearningRateScheduler: expected a function of epoch and rate, got ${showValue(schedule)}.`);
    }
    this.#schedule = schedule;
  }

  setModel(model: Model): void {
    this.#model = model;
  }

  onEpochBegin(epoch: number): void {
    if (!this.#model) return;
    const { optimizer } = this.#model;
    const rate = this.#schedule(epoch, optimizer.learningRate);
    checkNumber('LearningRateScheduler', { 'what the schedule gives': rate }, 'a finite number from 0');
    optimizer.learningRate = rate;
  }

  onEpochEnd(_epoch: number, logs: Logs): void {
    if (this.#model) logs.learningRate = this.#model.optimizer.learningRate;
  }
}

/** What {@link ReduceLROnPlateau} takes. */
export interface ReduceLROnPlateauOptions {
  /** Default 'valLoss'. */
  monitor?: string;
  /** What the rate is multiplied by, below 1; default 0.1. */
  factor?: number;
  /** Epochs without a gain to wait through; default 10. */
  patience?: number;
  /** Default 'auto': accuracies shall grow, other figures shrink. */
  mode?: Mode;
  /** A gain must be larger than this to count; default 1e-4. */
  minDelta?: number;
  /** Epochs to pause after a reduction; default 0. */
  cooldown?: number;
  /** Default 0. */
  minLearningRate?: number;
}

/** Reduces the learning rate when a figure no longer gets better. Keras: `ReduceLROnPlateau`. */
export class ReduceLROnPlateau implements Callback {
  readonly #options: Required<ReduceLROnPlateauOptions>;
  readonly #gain: (a: number, b: number) => number;
  #model: Model | undefined;
  #best: number | undefined;
  #wait = 0;
  #cooling = 0;

  /** @throws on an unknown option, or one out of range. */
  constructor(options: ReduceLROnPlateauOptions = {}) {
    checkKnown('ReduceLROnPlateau', options, [
      'monitor',
      'factor',
      'patience',
      'mode',
      'minDelta',
      'cooldown',
      'minLearningRate',
    ]);
    const {
      monitor = 'valLoss',
      factor = 0.1,
      patience = 10,
      mode = 'auto',
      minDelta = 1e-4,
      cooldown = 0,
      minLearningRate = 0,
    } = options;
    this.#options = { monitor, factor, patience, mode, minDelta, cooldown, minLearningRate };
    checkNumber('ReduceLROnPlateau', { factor }, 'a number in [0, 1)');
    checkOften('ReduceLROnPlateau', { patience, cooldown }, 0);
    checkNumber('ReduceLROnPlateau', { minDelta, minLearningRate }, 'a finite number from 0');
    this.#gain = gain('ReduceLROnPlateau', mode, monitor);
  }

  setModel(model: Model): void {
    this.#model = model;
  }

  onTrainBegin(): void {
    this.#best = undefined;
    this.#wait = 0;
    this.#cooling = 0;
  }

  onEpochEnd(_epoch: number, logs: Logs): void {
    if (!this.#model) return;
    const { optimizer } = this.#model;
    const { monitor, factor, patience, minDelta, cooldown, minLearningRate } = this.#options;
    logs.learningRate = optimizer.learningRate;
    const value = monitored(logs, monitor, 'ReduceLROnPlateau');
    if (this.#cooling > 0) {
      this.#cooling--;
      this.#wait = 0;
    }
    if (this.#best === undefined || this.#gain(value, this.#best) > minDelta) {
      this.#best = value;
      this.#wait = 0;
      return;
    }
    if (this.#cooling > 0 || ++this.#wait < patience) return;
    optimizer.learningRate = Math.max(optimizer.learningRate * factor, minLearningRate);
    this.#cooling = cooldown;
    this.#wait = 0;
  }
}
