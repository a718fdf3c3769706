// The one mechanism behind every pruning: score weights, gather them in units, rank the units of a share, keep what the rule
// keeps. A mask is made of it for each parameter; nothing in the model is touched here.

import type { Random } from '../tensor/random.ts';
import type { Criterion } from './criteria/index.ts';
import { countOf } from './rules/amount.ts';
import type { Group, Rule } from './rules/index.ts';
import { lowest, unitsWhere } from './rules/lowest.ts';
import type { Share } from './scopes/index.ts';
import { type Scored, scored, type Told } from './scored.ts';
import type { Structure } from './structures/index.ts';
import type { Target } from './targets.ts';

/** A parameter and the mask it would get, in Keras order. */
export interface Kept {
  readonly target: Target;
  readonly told: Told;
  readonly mask: Float32Array;
}

/** The answers that make units and their fate. */
export interface Answers {
  readonly criterion: Criterion;
  readonly structure: Structure;
  readonly rule: Rule;
  /** What the criterion is told of a target. */
  readonly tell: (target: Target, random: Random) => Told;
}

/** The masks for one share; what is pruned already stays pruned. @throws when the criterion's scores are no scores. */
export function keep(share: Share, { criterion, structure, rule, tell }: Answers, random: Random): Kept[] {
  checkBounds(share);
  const { targets, bounds } = share;
  const parts = targets.map((target, i) => scored(target, tell(target, random.split(i)), criterion, structure));
  const locked = parts.map((part, i) => bound(part, ...(bounds?.[i] ?? ([0, 1] as const))));
  const isKept = rule(grouped(parts, locked, random.split('rule')));
  let first = 0;
  return parts.map(({ target, told, units, sizes }, i) => {
    const keeps = sizes.map((size, unit) => {
      const wanted = isKept(first + unit) || locked[i][unit] === 1;
      return size > 0 && wanted ? 1 : 0;
    });
    first += units.count;
    const mask = new Float32Array(units.of.length);
    for (let at = 0; at < mask.length; at++) mask[at] = told.mask?.[at] === 0 ? 0 : keeps[units.of[at]];
    return { target, told, mask };
  });
}

/** Takes out of a part what its least sparsity asks for, and marks what its greatest leaves. */
function bound({ target, scores, sizes }: Scored, least: number, greatest: number): Uint8Array {
  const { length } = target.parameter;
  const locked = new Uint8Array(scores.length);
  if (least === 0 && greatest === 1) return locked;
  const live = unitsWhere(scores.length, (unit) => sizes[unit] > 0);
  const gone = length - sizes.reduce((sum, size) => sum + size, 0);
  const marked = (sparsity: number) => lowest(scores, sizes, live, Math.round(sparsity * length) - gone);
  if (greatest < 1) {
    const free = marked(greatest);
    for (const unit of live) locked[unit] = 1 - free[unit];
  }
  if (least > 0) {
    const forced = marked(least);
    for (const unit of live) if (forced[unit]) sizes[unit] = 0;
  }
  return locked;
}

/** @throws when a share of several targets cannot meet its amount within their bounds. */
function checkBounds({ targets, amount, bounds }: Share): void {
  if (!bounds || targets.length < 2 || amount === undefined) return;
  const sum = (side: 0 | 1) =>
    targets.reduce((total, { parameter }, i) => total + Math.round(bounds[i][side] * parameter.length), 0);
  const weights = targets.reduce((total, { parameter }) => total + parameter.length, 0);
  const asked = countOf(amount, weights);
  if (asked >= sum(0) && asked <= sum(1)) return;
  throw new RangeError(
    `Pruning: the bounds of the layers allow ${sum(0)} to ${sum(1)} of ${weights} weights to go, but ${asked} were asked for.`,
  );
}

function grouped(parts: readonly Scored[], locks: readonly Uint8Array[], random: Random): Group {
  const count = parts.reduce((sum, { units }) => sum + units.count, 0);
  const scores = new Float64Array(count);
  const sizes = new Uint32Array(count);
  const locked = new Uint8Array(count);
  let place = 0;
  for (const [i, part] of parts.entries()) {
    scores.set(part.scores, place);
    sizes.set(part.sizes, place);
    locked.set(locks[i], place);
    place += part.units.count;
  }
  return {
    scores,
    sizes,
    locked,
    weights: parts.reduce((sum, { target }) => sum + target.parameter.length, 0),
    random,
  };
}
