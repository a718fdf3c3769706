// Train, prune, train on: rounds of the same recipe.

import type { Network, Snapshot } from '../../model/index.ts';
import { checkKnown, checkNumber, checkWhole } from '../../tensor/index.ts';
import { amountsTo } from '../amounts.ts';
import { checkFunctions, type PruneOptions, pruningOptions } from '../options.ts';
import type { PruneReport } from '../report.ts';
import { pruneNow } from '../rounds.ts';
import { unstructured } from '../structures/index.ts';
import { targetsFor, targetsOf } from '../targets.ts';

/** Options of {@link iterativePruning}. */
export interface IterativeOptions extends Omit<PruneOptions, 'amount' | 'rule' | 'iterations'> {
  /** The sparsity to reach; in [0, 1). */
  amount: number;
  /** In how many rounds; each prunes the same share of what the one before left. */
  rounds: number;
  /** Trains after each pruning; round 0 is the first. */
  train(round: number, report: PruneReport): Promise<unknown> | unknown;
  /**
   * Weights, and where the optimizer stood with them, to go back to after each pruning, under its mask, before training: a lottery ticket.
   * Default: train on from where it is.
   */
  rewindTo?: Snapshot;
}

const ofRounds = pruningOptions.filter((option) => option !== 'iterations');
const known = ['amount', 'rounds', 'train', 'rewindTo', ...ofRounds];

/**
 * Prunes in rounds with training in between: fine-tuning (Han et al. 2015), or with `rewindTo: snapshot(model)`, taken at the start or early
 * in training, the search for a lottery ticket (Frankle and Carbin 2019; rewinding: Frankle et al. 2020).
 * @returns what each round left.
 * @throws (rejects) {RangeError} on numbers out of range, and what `prune` and `train` throw.
 */
export async function iterativePruning(network: Network, given: IterativeOptions): Promise<PruneReport[]> {
  checkKnown('iterativePruning', given, known);
  const { amount, rounds, train, rewindTo, ...options } = given;
  checkFunctions('iterativePruning', { train });
  checkNumber('iterativePruning', { amount }, 'a number in [0, 1)');
  checkWhole('iterativePruning', { rounds }, 1);
  const { structure = unstructured } = options;
  const amounts = amountsTo(amount, rounds, targetsFor(structure, targetsOf(network, options)), options);
  const reports: PruneReport[] = [];
  for (const [round, sparsity] of amounts.entries()) {
    const report = pruneNow(network, { ...options, amount: sparsity }, { step: round });
    rewindTo?.rewind();
    await train(round, report);
    reports.push(report);
  }
  return reports;
}
