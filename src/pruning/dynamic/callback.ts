// The callbacks of dynamic sparse training: every `frequency` steps they change the masks of all masked layers.

import type { Network } from '../../model/index.ts';
import { clock } from '../clock.ts';
import { checkSteps, type Steps } from '../schedules/schedule.ts';
import { type Selection, type Target, targetsOf } from '../targets.ts';

/** What the callbacks of dynamic sparse training take. */
export interface DynamicOptions extends Selection, Steps {
  /** The optimizer's update at which step 0 lies; default the one at which training with this callback begins. */
  startAt?: number;
  /** Of random numbers: a whole number from 0; default 0. */
  seed?: number;
}

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

/** A callback that makes `change` when due, which returns how many weights came back. @throws {RangeError} on steps out of order. */
export function dynamic(
  name: string,
  { beginStep, endStep, frequency = 100, startAt, ...selection }: DynamicOptions,
  change: (change: Change) => number,
): DynamicCallback {
  checkSteps(name, beginStep, endStep, frequency);
  const time = clock(name, startAt);
  let grown = 0;
  return {
    name,
    get step() {
      return time.step;
    },
    get grown() {
      return grown;
    },
    setModel: time.setModel,
    onTrainBegin: time.begin,
    onTrainBatchBegin() {
      const { step, model } = time;
      const since = step - beginStep;
      if (since < 0 || step > endStep || since % frequency !== 0) return;
      const targets = targetsOf(model, selection).filter(({ parameter }) => parameter.mask);
      if (targets.length === 0) {
        throw new Error(
          `${name}: expected a model with masks: prune it first, e.g. with { criterion: random, scope: erdosRenyiKernel, amount: 0.9 }.`,
        );
      }
      grown += change({ model, targets, index: since / frequency, done: since / (endStep - beginStep || 1) });
    },
    onTrainBatchEnd: time.tick,
  };
}

/** @throws {RangeError} unless `fraction` lies in (0, 1). */
export function checkShare(name: string, fraction: number): void {
  if (fraction > 0 && fraction < 1) return;
  throw new RangeError(`${name}: expected fraction to lie in (0, 1), got ${fraction}.`);
}
