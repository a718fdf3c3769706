// Stops when a figure no longer gets better.

import { type Snapshot, snapshotOf } from '../../model/index.ts';
import { checkKnown, checkNumber, checkOften, checkWhole } from '../../tensor/index.ts';
import type { Callback } from '../callback.ts';
import { gain, type Logs, type Mode, monitored } from '../logs.ts';
import type { Model } from '../model.ts';

/** What {@link EarlyStopping} takes. */
export interface EarlyStoppingOptions {
  /** Default 'valLoss'. */
  monitor?: string;
  /** A gain must be larger than this to count; default 0. */
  minDelta?: number;
  /** Epochs without a gain to wait through; default 0. */
  patience?: number;
  /** Default 'auto': accuracies shall grow, other figures shrink. */
  mode?: Mode;
  /** A value to reach; epochs that are worse count as without a gain. */
  baseline?: number;
  /** Whether the model shall end with the weights (and masks) of its best epoch; default false: of its last. */
  restoreBestWeights?: boolean;
  /** Epochs before this one neither count nor are remembered; default 0. For pruning: when it is done. */
  startFromEpoch?: number;
}

/** Ends training when `monitor` has had no gain for `patience` epochs. Keras: `EarlyStopping`. */
export class EarlyStopping implements Callback {
  /** The epoch (from 0) after which training was stopped; undefined when it was not. */
  stoppedEpoch: number | undefined;
  /** The epoch (from 0) with the best figure so far. */
  bestEpoch: number | undefined;
  readonly #options: Required<Omit<EarlyStoppingOptions, 'baseline'>> & { baseline: number | undefined };
  readonly #gain: (a: number, b: number) => number;
  #model: Model | undefined;
  #best: number | undefined;
  #weights: Snapshot | undefined;
  #wait = 0;

  /** @throws on an unknown option, or one out of range. */
  constructor(options: EarlyStoppingOptions = {}) {
    checkKnown('EarlyStopping', options, [
      'monitor',
      'minDelta',
      'patience',
      'mode',
      'baseline',
      'restoreBestWeights',
      'startFromEpoch',
    ]);
    const {
      monitor = 'valLoss',
      minDelta = 0,
      patience = 0,
      mode = 'auto',
      baseline,
      restoreBestWeights = false,
      startFromEpoch = 0,
    } = options;
    this.#options = { monitor, minDelta, patience, mode, baseline, restoreBestWeights, startFromEpoch };
    checkOften('EarlyStopping', { patience }, 0);
    checkWhole('EarlyStopping', { startFromEpoch }, 0);
    checkNumber('EarlyStopping', { minDelta }, 'a finite number from 0');
    if (baseline !== undefined) checkNumber('EarlyStopping', { baseline }, 'a number');
    this.#gain = gain('EarlyStopping', mode, monitor);
  }

  setModel(model: Model): void {
    this.#model = model;
  }

  onTrainBegin(): void {
    this.stoppedEpoch = undefined;
    this.bestEpoch = undefined;
    this.#best = undefined;
    this.#weights = undefined;
    this.#wait = 0;
  }

  onEpochEnd(epoch: number, logs: Logs): void {
    const model = this.#model;
    const { monitor, patience, baseline, restoreBestWeights, startFromEpoch } = this.#options;
    if (!model || epoch < startFromEpoch) return;
    const value = monitored(logs, monitor, 'EarlyStopping');
    if (restoreBestWeights && !this.#weights) this.#weights = snapshotOf(model.parameters);
    this.#wait++;
    if (this.#isBetter(value, this.#best)) {
      this.#best = value;
      this.bestEpoch = epoch;
      if (restoreBestWeights) this.#weights = snapshotOf(model.parameters);
      if (this.#isBetter(value, baseline)) this.#wait = 0;
      return;
    }
    if (this.#wait < patience || epoch === 0) return;
    this.stoppedEpoch = epoch;
    model.stopTraining = true;
  }

  onTrainEnd(): void {
    this.#weights?.restore();
    this.#weights = undefined;
  }

  /** Whether `value` is a gain over `other`; anything but NaN is one over nothing. */
  #isBetter(value: number, other: number | undefined): boolean {
    if (other === undefined) return !Number.isNaN(value);
    return this.#gain(value, other) > this.#options.minDelta;
  }
}
