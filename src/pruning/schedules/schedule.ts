// A schedule says when and how much: the sparsity to reach before training step t, the first being step 0.

import { checkOften, checkWhole } from '../../tensor/index.ts';

/** The fraction of weights to prune before step `step`, in [0, 1); undefined when nothing is to be done then. */
export interface Schedule {
  (step: number): number | undefined;
  /** Whether weights pruned before may come back (from 0) when the fraction is reached anew; default false. */
  readonly regrow?: boolean;
}

/** When a schedule prunes, with TFMOT's names: every `frequency` steps from `beginStep` to `endStep`. */
export interface Steps {
  /** The step (batch of training) of the first pruning, from 0. */
  beginStep: number;
  /** The step after which nothing is pruned any more. */
  endStep: number;
  /** Steps from one pruning to the next; default 100. */
  frequency?: number;
}

/** @throws unless begin and end are whole numbers in order (the end may be Infinity), and frequency is one from 1. */
export function checkSteps(name: string, beginStep: number, endStep: number, frequency: number): void {
  checkWhole(name, { beginStep }, 0);
  checkOften(name, { endStep }, beginStep);
  checkWhole(name, { frequency }, 1);
}
