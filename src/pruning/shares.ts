// The shares that a scope makes, each with the rule that it is pruned by.

import { type Amount, amountRule, type Rule } from './rules/index.ts';
import type { Scope, Share } from './scopes/index.ts';
import type { Structure } from './structures/index.ts';
import type { Target } from './targets.ts';

/** How much, where. */
export interface Parts {
  readonly amount: Amount | undefined;
  readonly rule: Rule | undefined;
  readonly scope: Scope;
}

/** Shares that hold parameters, with their rules. @throws when there are none, when two hold the same, or nothing says how much. */
export function sharesOf(
  targets: readonly Target[],
  { amount, rule, scope }: Parts,
  structure: Structure,
): { share: Share; rule: Rule }[] {
  const shares = scope(targets, amount).filter((share) => share.targets.length > 0);
  if (shares.length === 0) {
    const names = [...new Set(targets.map(({ layerName }) => layerName))].join(', ');
    throw new Error(`prune: expected an amount for one layer or more of ${names}, got none: nothing would be pruned.`);
  }
  checkOnce(shares);
  const decided = shares.map((share) => {
    const asked = share.amount ?? amount;
    return { share: { ...share, amount: asked }, rule: rule ?? (asked === undefined ? keepAll : amountRule(asked)) };
  });
  if (decided.every((one) => one.rule === keepAll && !prunesByItself(one.share, structure))) {
    throw new Error(
      'prune: expected either an amount (the fraction to prune) or a rule: only structures such as nOfM and scopes such as perLayer say how much by themselves.',
    );
  }
  return decided;
}

const keepAll: Rule = () => () => true;

/** Whether units go without an amount: those beyond the best of a cell, or up to a floor of the share. */
const prunesByItself = ({ targets, bounds = [] }: Share, structure: Structure): boolean =>
  bounds.some(([least]) => least > 0) || targets.some(({ parameter }) => structure(parameter).cells);

function checkOnce(shares: readonly Share[]): void {
  const seen = new Set<unknown>();
  for (const { layerName, parameter } of shares.flatMap(({ targets }) => targets)) {
    if (seen.has(parameter)) {
      throw new Error(`Pruning ${layerName}/${parameter.name}: expected the scope to name it once, got it twice.`);
    }
    seen.add(parameter);
  }
}
