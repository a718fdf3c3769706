// The one mechanism behind every pruning: score weights, gather them in units, rank the units of a group, keep what the rule
// keeps. A mask is made of it for each parameter; nothing in the model is touched here.

import { showShape } from '../tensor/index.ts';
import type { Random } from '../tensor/random.ts';
import type { Criterion } from './criteria/index.ts';
import type { Group, Rule } from './rules/index.ts';
import type { Structure, Units } from './structures/index.ts';
import type { Target } from './targets.ts';

/** A parameter and the mask it would get, in storage order. */
export interface Kept {
  readonly target: Target;
  readonly mask: Uint8Array;
}

/** The three answers that make units and their fate. */
export interface Answers {
  readonly criterion: Criterion;
  readonly structure: Structure;
  readonly rule: Rule;
}

/** The masks for one group of parameters; what is pruned already stays pruned. @throws when the criterion's scores are no scores. */
export function keep(targets: readonly Target[], { criterion, structure, rule }: Answers, random: Random): Kept[] {
  const parts = targets.map((target, i) => scored(target, criterion, structure, random.split(i)));
  const isKept = rule(grouped(parts, random.split('rule')));
  let first = 0;
  return parts.map(({ target, units, sizes }) => {
    const keeps = sizes.map((size, unit) => (isKept(first + unit) && size > 0 ? 1 : 0));
    first += units.count;
    const before = target.parameter.mask?.view;
    const mask = Uint8Array.from(units.of, (unit, position) => (before && before[position] === 0 ? 0 : keeps[unit]));
    return { target, mask };
  });
}

interface Scored {
  readonly target: Target;
  readonly units: Units;
  readonly scores: Float64Array;
  readonly sizes: Uint32Array;
}

/** Units of one parameter: the mean score of the weights that are left, and how many are. */
function scored(target: Target, criterion: Criterion, structure: Structure, random: Random): Scored {
  const { layer, parameter } = target;
  const { shape, axes } = parameter;
  const weights = checkScores(criterion({ layer, parameter, shape, values: parameter.read().data, random }), target);
  const units = structure(axes.map((axis) => shape[axis]));
  const mask = parameter.mask?.view;
  const scores = new Float64Array(units.count);
  const sizes = new Uint32Array(units.count);
  parameter.toStorage(weights).forEach((score, position) => {
    if (mask && mask[position] === 0) return;
    const unit = units.of[position];
    scores[unit] += score;
    sizes[unit]++;
  });
  sizes.forEach((size, unit) => {
    if (size > 1) scores[unit] /= size;
  });
  return { target, units, scores, sizes };
}

function grouped(parts: readonly Scored[], random: Random): Group {
  const count = parts.reduce((sum, { units }) => sum + units.count, 0);
  const scores = new Float64Array(count);
  const sizes = new Uint32Array(count);
  let place = 0;
  for (const part of parts) {
    scores.set(part.scores, place);
    sizes.set(part.sizes, place);
    place += part.units.count;
  }
  return { scores, sizes, weights: parts.reduce((sum, { target }) => sum + target.parameter.length, 0), random };
}

function checkScores(scores: ArrayLike<number>, { layerName, parameter }: Target): ArrayLike<number> {
  const name = `${layerName}/${parameter.name}`;
  if (scores.length !== parameter.length) {
    throw new Error(
      `Pruning ${name}: the criterion should return ${parameter.length} scores for ${showShape(parameter.shape)}, it returned ${scores.length}.`,
    );
  }
  for (let i = 0; i < scores.length; i++) {
    if (Number.isNaN(scores[i])) throw new Error(`Pruning ${name}: the criterion returned NaN at position ${i}.`);
  }
  return scores;
}
