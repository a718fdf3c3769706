// A rule says which units of a group stay: a predicate on units, given their scores.

import type { Random } from '../../tensor/random.ts';

/** The units of all parameters in a group, one after another. */
export interface Group {
  /** Of each unit: the mean score (or the criterion's own combination) of its weights that are not pruned yet. */
  readonly scores: Float64Array;
  /** Weights of each unit that are not pruned yet; 0 for a unit that is gone. */
  readonly sizes: Uint32Array;
  /** 1 for a unit that stays whatever the rule says, since its layer may lose no more. */
  readonly locked: Uint8Array;
  /** Weights of the group, pruned ones included. */
  readonly weights: number;
  readonly random: Random;
}

/** Whether a unit is kept; asked once for each unit, in order. */
export type Rule = (group: Group) => (unit: number) => boolean;
