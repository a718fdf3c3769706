// The callbacks of dynamic sparse training: every `frequency` steps they change the masks of all masked layers.

import type { Network } from '../../model/index.ts';
import { checkKnown } from '../../tensor/index.ts';
import { type ClockOptions, clock, clockOptions, type Remembered } from '../clock.ts';
import { checkSteps, type Steps } from '../schedules/schedule.ts';
import { type Selection, selectionOptions, type Target, targetsOf } from '../targets.ts';

/** What the callbacks of dynamic sparse training take. */
export interface DynamicOptions extends Selection, Steps, ClockOptions {
  /** Of random numbers: a whole number from 0; default 0. */
  seed?: number;
}

const dynamicOptions = ['beginStep', 'endStep', 'frequency', 'seed', ...selectionOptions, ...clockOptions];

/** A callback for `fit` that changes masks. */
export interface DynamicCallback {
  readonly name: string;
  /** Training steps so far. */
  readonly step: number;
  /** Weights that came back so far. */
  readonly grown: number;
  setModel(model: Network): void;
  onTrainBegin(): void;
  onTrainBatchBegin(): void;
  onTrainBatchEnd(): void;
}

/** A change of masks that is due. */
export interface Change {
  readonly model: Network;
  /** Those with a mask. */
  readonly targets: readonly Target[];
  /** Changes made before. */
  readonly index: number;
  /** Share of the way from `beginStep` to `endStep`, 0 to 1. */
  readonly done: number;
}

/** What a callback keeps for each weight from change to change, by `layer/parameter`, storage order. */
export interface Hidden {
  read(model: Network): Readonly<Record<string, Float32Array>>;
  write(model: Network, weights: NonNullable<Remembered['weights']>): void;
}

/**
 * A callback that makes `change` when due, which returns how many weights came back.
 * @param own names of options beside those of every such callback.
 * @throws on an unknown option, {RangeError} on steps out of order. */
export function dynamic(
  kind: string,
  options: DynamicOptions,
  own: readonly string[],
  change: (change: Change) => number,
  hidden?: Hidden,
): DynamicCallback {
  checkKnown(kind, options, [...dynamicOptions, ...own]);
  const { beginStep, endStep, frequency = 100, startAt, resume, name, ...selection } = options;
  checkSteps(kind, beginStep, endStep, frequency);
  const time = clock(kind, { startAt, resume, name });
  let grown = 0;
  return {
    name: kind,
    get step() {
      return time.step;
    },
    get grown() {
      return grown;
    },
    setModel: time.setModel,
    onTrainBegin() {
      const { model } = time;
      const saved = time.begin(() => ({ numbers: { grown }, weights: hidden?.read(model) }));
      if (!saved) return;
      grown = saved.numbers?.grown ?? 0;
      hidden?.write(model, saved.weights ?? {});
    },
    onTrainBatchBegin() {
      const { step, model } = time;
      const since = step - beginStep;
      if (since < 0 || step > endStep || since % frequency !== 0) return;
      const targets = targetsOf(model, selection).filter(({ parameter }) => parameter.mask);
      if (targets.length === 0) {
        throw new Error(
          `${kind}: expected a model with masks: prune it first, e.g. with { criterion: random, scope: erdosRenyiKernel, amount: 0.9 }.`,
        );
      }
      grown += change({ model, targets, index: since / frequency, done: since / (endStep - beginStep || 1) });
    },
    onTrainBatchEnd: time.tick,
  };
}
