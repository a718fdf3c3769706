// A scope says where how much goes: it parts the targets into shares, and each share is ranked by itself.

import type { Amount } from '../rules/index.ts';
import type { Target } from '../targets.ts';

/** Parameters ranked together. */
export interface Share {
  readonly targets: readonly Target[];
  /** Default: what `prune` was asked for. */
  readonly amount?: Amount;
  /** For each target the least and the greatest sparsity, fractions in [0, 1]; default [0, 1]. */
  readonly bounds?: readonly (readonly [least: number, greatest: number])[];
}

/** Targets left out of all shares stay as they are. `amount` is what was asked for; undefined when a rule decides. */
export type Scope = (targets: readonly Target[], amount: Amount | undefined) => readonly Share[];
