// prune: which weights (criterion), in what shape (structure), how much where (amount or rule, scope), now or by a schedule.

import type { Network } from '../model/index.ts';
import { type PruningCallback, pruning, type ScheduledOptions } from './callback.ts';
import type { PruneOptions } from './options.ts';
import type { PruneReport } from './report.ts';
import { pruneNow } from './rounds.ts';
import { targetsOf } from './targets.ts';

/**
 * Prunes a network now: sets masks, which compose with those that are there (what is pruned stays pruned) and hold in training. With a
 * `schedule` it prunes nothing yet, and gives the callback for `fit` that does ({@link pruning}).
 * @throws {RangeError} on an amount outside its range; an error on unknown options or layers, scores that are none, missing data, a parameter that
 * would be left without weights. The model is then as it was.
 */
export function prune(network: Network, options: ScheduledOptions): PruningCallback;
export function prune(network: Network, options: PruneOptions & { schedule?: undefined }): PruneReport;
export function prune(
  network: Network,
  options: ScheduledOptions | (PruneOptions & { schedule?: undefined }),
): PruneReport | PruningCallback {
  if (!options?.schedule) return pruneNow(network, options);
  targetsOf(network, options);
  return pruning(options);
}
