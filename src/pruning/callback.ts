// Pruning during training: a schedule says before which steps to prune, and how much; masks hold in between.

import type { Network } from '../model/index.ts';
import { showValue } from '../tensor/index.ts';
import { type Clock, type ClockOptions, clock, clockOptions } from './clock.ts';
import { Accumulated } from './collect/movement.ts';
import { checkPruning, type PruningOptions, pruningOptions } from './options.ts';
import type { PruneReport } from './report.ts';
import { pruneNow } from './rounds.ts';
import type { Schedule } from './schedules/index.ts';
import { byPath } from './targets.ts';

/** Options of {@link pruning}. */
export interface ScheduledOptions extends PruningOptions, ClockOptions {
  /** When and how much. */
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
  onTrainBatchEnd(): void;
  onTrainEnd(): void;
}

/**
 * Prunes before the steps that `schedule` names, so that the last of them is followed by fine-tuning; a step due right after the
 * last batch is done when training ends. One callback belongs to one model. The step, and what `movement` accumulated, are in the model's
 * checkpoints; `resume: true` goes on from there.
 * @throws on an unknown option, or without a schedule; on the first batch what `prune` throws.
 */
export function pruning(given: ScheduledOptions): PruningCallback {
  checkPruning('pruning', given, ['schedule', ...pruningOptions, ...clockOptions]);
  const { schedule, startAt, resume, name, ...options } = given;
  if (!schedule)
    throw new TypeError(
      `pruning: expected a schedule, such as oneShot({ sparsity: 0.5 }), got ${showValue(schedule)}.`,
    );
  const time: Clock = clock('pruning', { startAt, resume, name });
  let report: PruneReport | undefined;
  let movement: Accumulated | undefined;
  const apply = () => {
    const amount = schedule(time.step);
    if (amount === undefined) return;
    const { step, model } = time;
    report = pruneNow(model, { regrow: schedule.regrow, ...options, amount }, { step, movement: movement?.sums() });
  };
  return {
    name: 'pruning',
    get step() {
      return time.step;
    },
    get report() {
      return report;
    },
    setModel: time.setModel,
    onTrainBegin() {
      const saved = time.begin(() => ({ weights: movement?.stored() }));
      const accumulates = options.criterion?.needs?.includes('movement');
      if (accumulates) movement ??= new Accumulated(byPath(time.model), saved?.weights);
    },
    onTrainBatchBegin() {
      apply();
      movement?.before();
    },
    onTrainBatchEnd() {
      movement?.after();
      time.tick();
    },
    onTrainEnd: apply,
  };
}
