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

/** Targets left out of all shares stay as they are, none may be in two. `amount` is what was asked for; undefined when a rule decides. */
export type Scope = (targets: readonly Target[], amount: Amount | undefined) => readonly Share[];

/** @throws when one of `names` is that of none of the targets' layers. */
export function checkLayers(names: readonly string[], targets: readonly Target[]): void {
  const known = new Set(targets.map(({ layerName }) => layerName));
  const unknown = names.find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new Error(`Pruning: there is no layer '${unknown}' to prune, expected one of ${[...known].join(', ')}.`);
}
