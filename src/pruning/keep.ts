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
import { type Target, weightsOf } from './targets.ts';

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
  const score = (target: Target, own: Random) => scored(target, tell(target, own), criterion, structure);
  const parts = targets.map((target, i): Part => {
    const own = random.split(i);
    const first = score(target, own);
    if (!target.others) return { ...first, members: [first], length: weightsOf(target) };
    return shared([first, ...target.others.map((other, at) => score(other, own.split(at)))]);
  });
  const locked = parts.map((part, i) => bound(part, ...(bounds?.[i] ?? ([0, 1] as const))));
  const isKept = rule(grouped(parts, locked, random.split('rule')));
  let first = 0;
  return parts.flatMap(({ members, sizes }, i) => {
    const keeps = sizes.map((size, unit) => {
      const wanted = isKept(first + unit) || locked[i][unit] === 1;
      return size > 0 && wanted ? 1 : 0;
    });
    first += sizes.length;
    return members.map(({ target, told, units }) => {
      const mask = new Float32Array(units.of.length);
      for (let at = 0; at < mask.length; at++) mask[at] = told.mask?.[at] === 0 ? 0 : keeps[units.of[at]];
      return { target, told, mask };
    });
  });
}

/** The units of a target: of one parameter, or of several whose units are the same. */
interface Part extends Pick<Scored, 'scores' | 'sizes'> {
  readonly members: readonly Scored[];
  /** Weights, pruned ones included. */
  readonly length: number;
}

/** Several parameters' units as one: scores are the mean over what is left, sizes those of the whole unit unless nothing is. */
function shared(members: readonly Scored[]): Part {
  const { count } = members[0].units;
  const misfit = members.find(({ units }) => units.count !== count);
  if (misfit) {
    const { layerName, parameter } = misfit.target;
    throw new Error(`Pruning ${layerName}/${parameter.name}: expected ${count} units, got ${misfit.units.count}.`);
  }
  const left = new Uint32Array(count);
  const whole = new Uint32Array(count);
  const scores = new Float64Array(count);
  for (const { sizes, scores: own, units } of members) {
    for (const unit of units.of) whole[unit]++;
    for (let unit = 0; unit < count; unit++) {
      left[unit] += sizes[unit];
      scores[unit] += sizes[unit] ? own[unit] * sizes[unit] : 0;
    }
  }
  return {
    members,
    scores: scores.map((sum, unit) => sum / (left[unit] || 1)),
    sizes: whole.map((size, unit) => (left[unit] ? size : 0)),
    length: members.reduce((sum, { target }) => sum + target.parameter.length, 0),
  };
}

/** Takes out of a part what its least sparsity asks for, and marks what its greatest leaves. */
function bound({ length, scores, sizes }: Part, least: number, greatest: number): Uint8Array {
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
    targets.reduce((total, target, i) => total + Math.round(bounds[i][side] * weightsOf(target)), 0);
  const weights = targets.reduce((total, target) => total + weightsOf(target), 0);
  const asked = countOf(amount, weights);
  if (asked >= sum(0) && asked <= sum(1)) return;
  throw new RangeError(
    `Pruning: the bounds of the layers allow ${sum(0)} to ${sum(1)} of ${weights} weights to go, but ${asked} were asked for.`,
  );
}

function grouped(parts: readonly Part[], locks: readonly Uint8Array[], random: Random): Group {
  const count = parts.reduce((sum, { scores }) => sum + scores.length, 0);
  const scores = new Float64Array(count);
  const sizes = new Uint32Array(count);
  const locked = new Uint8Array(count);
  let place = 0;
  for (const [i, part] of parts.entries()) {
    scores.set(part.scores, place);
    sizes.set(part.sizes, place);
    locked.set(locks[i], place);
    place += part.scores.length;
  }
  return {
    scores,
    sizes,
    locked,
    weights: parts.reduce((sum, { length }) => sum + length, 0),
    random,
  };
}
