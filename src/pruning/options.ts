// What a pruning is asked for.

import { checkKnown, showValue } from '../tensor/index.ts';
import type { PruningData } from './collect/data.ts';
import type { Criterion } from './criteria/index.ts';
import type { Amount, Rule } from './rules/index.ts';
import type { Scope } from './scopes/index.ts';
import type { Structure } from './structures/index.ts';
import { type Selection, selectionOptions } from './targets.ts';

/** What does not change from one pruning of a schedule to the next. */
export interface PruningOptions extends Selection {
  /** Which weights; default `magnitude`. */
  criterion?: Criterion;
  /** In what shape; default `unstructured`. */
  structure?: Structure;
  /** How much where; default `layerwise`. */
  scope?: Scope;
  /** Samples for criteria that ask for gradients or activations. */
  data?: PruningData;
  /** In how many rounds to reach the amount, a fraction, by equal factors of density, scoring anew in each; default the criterion's, mostly 1. */
  iterations?: number;
  /** Whether to prune the bias of an output whose weights are all gone; default false: biases never. */
  biases?: boolean;
  /** Whether a parameter may lose all its weights; default false: an error. */
  allowEmpty?: boolean;
  /** Whether what was pruned before may come back, from 0: masks are made anew; default false. */
  regrow?: boolean;
  /** Whether layers that cannot be pruned are an error; default false: they are skipped, and listed in the report. */
  strict?: boolean;
  /** Of random criteria and rules: a whole number from 0; default 0. */
  seed?: number;
}

/** The names of {@link PruningOptions}. */
export const pruningOptions = [
  ...selectionOptions,
  'criterion',
  'structure',
  'scope',
  'data',
  'iterations',
  'biases',
  'allowEmpty',
  'regrow',
  'strict',
  'seed',
];

/** Options of `prune`: an `amount` or a `rule`; neither with a structure that prunes by itself, such as 2:4. */
export interface PruneOptions extends PruningOptions {
  /**
   * What shall be zero afterwards, what was pruned before included: a fraction of each share's weights in [0, 1), a count, or a map
   * from layer names to such (layers not named stay as they are).
   */
  amount?: Amount | Readonly<Record<string, Amount>>;
  /** What stays, instead of an amount. */
  rule?: Rule;
}

/** The parts of a pruning that are functions, with an example of each. */
const parts = {
  criterion: 'magnitude',
  structure: 'unstructured',
  scope: 'global',
  rule: 'thresholdRule(0.1)',
  schedule: 'oneShot({ sparsity: 0.5 })',
} as const;

/** @throws on an option that is not among `known`, {TypeError} on a part that is no function. */
export function checkPruning(who: string, options: object, known: readonly string[]): void {
  checkKnown(who, options, known);
  const given = options as Partial<Record<keyof typeof parts, unknown>>;
  for (const [name, example] of Object.entries(parts)) {
    const part = given[name as keyof typeof parts];
    if (part === undefined || typeof part === 'function') continue;
    throw new TypeError(`${who}: expected ${name} to be a function such as ${example}, got ${showValue(part)}.`);
  }
}

/** @throws {TypeError} when one is no function. */
export function checkFunctions(who: string, values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'function') continue;
    throw new TypeError(`${who}: expected ${name} to be a function, got ${showValue(value)}.`);
  }
}
