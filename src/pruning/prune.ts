// prune: which weights (criterion), in what shape (structure), how much where (amount or rule, scope), now.

import type { Network } from '../model/index.ts';
import { Random } from '../tensor/random.ts';
import { type Criterion, magnitude } from './criteria/index.ts';
import { keep } from './keep.ts';
import { amountRule, type Rule } from './rules/index.ts';
import { layerwise, type Scope } from './scopes/index.ts';
import { type Structure, unstructured } from './structures/index.ts';
import { type Selection, targetsOf } from './targets.ts';

/** What does not change from one pruning of a schedule to the next. */
export interface PruningOptions extends Selection {
  /** Default {@link magnitude}. */
  criterion?: Criterion;
  /** Default {@link unstructured}. */
  structure?: Structure;
  /** Default {@link layerwise}. */
  scope?: Scope;
  /** Of random criteria and rules: a whole number from 0; default 0. */
  seed?: number;
}

/** Options of {@link prune}: an `amount` or a `rule`. */
export interface PruneOptions extends PruningOptions {
  /** Fraction of each group's weights that shall be zero afterwards, in [0, 1), those pruned before included. */
  amount?: number;
  /** What stays, instead of an amount. */
  rule?: Rule;
}

/** What a pruning left, parameter by parameter and in all. */
export interface PruneReport {
  /** Of the parameters that were pruned. */
  readonly weights: number;
  readonly kept: number;
  readonly density: number;
  readonly layers: readonly { layer: string; parameter: string; weights: number; kept: number; density: number }[];
}

/**
 * Prunes a network now: sets masks, which compose with those that are there (what is pruned stays pruned) and hold in training.
 * @throws {RangeError} on an amount outside [0, 1), an error on unknown layers or scores that are none; the model is then as it
 * was.
 */
export function prune(network: Network, options: PruneOptions): PruneReport {
  const { criterion = magnitude, structure = unstructured, scope = layerwise, seed = 0 } = options;
  const answers = { criterion, structure, rule: ruleOf(options) };
  const random = new Random(seed, 'pruning');
  const groups = scope(targetsOf(network, options));
  const kept = groups.flatMap((group, i) => keep(group, answers, random.split(i)));
  for (const { target, mask } of kept) target.parameter.setMask(mask);
  const layers = kept.map(({ target, mask }) => ({
    layer: target.layerName,
    parameter: target.parameter.name,
    ...figures(
      mask.length,
      mask.reduce((sum, bit) => sum + bit, 0),
    ),
  }));
  const total = (field: 'weights' | 'kept') => layers.reduce((sum, layer) => sum + layer[field], 0);
  return { ...figures(total('weights'), total('kept')), layers };
}

const figures = (weights: number, kept: number) => ({ weights, kept, density: weights ? kept / weights : 1 });

function ruleOf({ amount, rule }: PruneOptions): Rule {
  if ((amount === undefined) === (rule === undefined)) {
    throw new Error('prune: expected either an amount (the fraction to prune) or a rule.');
  }
  return rule ?? amountRule(amount as number);
}
