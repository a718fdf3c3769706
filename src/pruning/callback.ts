// Pruning during training: a schedule says before which steps to prune, and how much; masks hold in between.

import type { Network } from '../model/index.ts';
import { type PruneReport, type PruningOptions, prune } from './prune.ts';
import type { Schedule } from './schedules/index.ts';

/** Options of {@link pruning}. */
export interface PruningCallbackOptions extends PruningOptions {
  schedule: Schedule;
}

/** A callback for `fit`, with Keras' hooks. */
export interface PruningCallback {
  readonly name: string;
  /** Training steps so far, over all calls of `fit`. */
  readonly step: number;
  /** What the last pruning left; undefined before the first. */
  readonly report: PruneReport | undefined;
  setModel(model: Network): void;
  onTrainBegin(): void;
  onTrainBatchBegin(): void;
  onTrainEnd(): void;
}

/**
 * Prunes before the steps that `schedule` names, so that the last of them is followed by fine-tuning; a step due right after the
 * last batch is done when training ends. One callback belongs to one model.
 * @throws on the first batch what {@link prune} throws.
 */
export function pruning({ schedule, ...options }: PruningCallbackOptions): PruningCallback {
  let model: Network | undefined;
  let report: PruneReport | undefined;
  let step = 0;
  const apply = () => {
    const amount = schedule(step);
    if (amount === undefined) return;
    if (!model) throw new Error('pruning: expected to be a callback of fit(), got called without a model.');
    report = prune(model, { ...options, amount });
  };
  return {
    name: 'pruning',
    get step() {
      return step;
    },
    get report() {
      return report;
    },
    setModel(next) {
      model = next;
    },
    onTrainBegin() {},
    onTrainBatchBegin() {
      apply();
      step++;
    },
    onTrainEnd: apply,
  };
}
