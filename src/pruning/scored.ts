// The units of one parameter, with a score each.

import { showShape } from '../tensor/index.ts';
import type { Collected, Criterion, Subject } from './criteria/index.ts';
import type { Cells, Structure, Units } from './structures/index.ts';
import type { Target } from './targets.ts';

/** What a criterion is told of one target. */
export type Told = Subject & Partial<Collected>;

/** A parameter in units. */
export interface Scored {
  readonly target: Target;
  readonly told: Told;
  readonly units: Units;
  readonly scores: Float64Array;
  /** Weights of each unit that are left; 0 for one that is gone. */
  readonly sizes: Uint32Array;
}

/** Scores weights and combines them, those that are left, in units; lets cells of an N:M structure keep their best alone. */
export function scored(target: Target, told: Told, criterion: Criterion, structure: Structure): Scored {
  const weights = checkScores(criterion(told), target);
  const units = structure(target.parameter);
  checkUnits(units, target);
  const sizes = new Uint32Array(units.count);
  for (let i = 0; i < units.of.length; i++) if (!told.mask || told.mask[i] === 1) sizes[units.of[i]]++;
  const scores = combined(weights, told.mask, units, sizes, criterion.combine);
  const { layerName, parameter } = target;
  const unknown = scores.findIndex(Number.isNaN);
  if (unknown >= 0) {
    const what = criterion.combine
      ? "the criterion's combine() returned NaN"
      : 'the mean score is NaN, as of Infinity and -Infinity together: the criterion should return finite scores';
    throw new Error(`Pruning ${layerName}/${parameter.name}, unit ${unknown}: ${what}.`);
  }
  if (units.cells) keepBest(units.cells, scores, sizes);
  return { target, told, units, scores, sizes };
}

function combined(
  weights: ArrayLike<number>,
  mask: Float32Array | undefined,
  { count, of }: Units,
  sizes: Uint32Array,
  combine: Criterion['combine'],
): Float64Array {
  const scores = new Float64Array(count);
  const each = (visit: (unit: number, score: number) => void) => {
    for (let i = 0; i < of.length; i++) if (!mask || mask[i] === 1) visit(of[i], weights[i]);
  };
  if (!combine) {
    each((unit, score) => {
      scores[unit] += score;
    });
    return scores.map((sum, unit) => (sizes[unit] > 1 ? sum / sizes[unit] : sum));
  }
  const starts = new Uint32Array(count + 1);
  for (let unit = 0; unit < count; unit++) starts[unit + 1] = starts[unit] + sizes[unit];
  const sorted = new Float64Array(starts[count]);
  const next = starts.slice();
  each((unit, score) => {
    sorted[next[unit]++] = score;
  });
  return scores.map((_, unit) => (sizes[unit] ? combine(sorted.slice(starts[unit], starts[unit + 1])) : 0));
}

/** Takes out what is not among the best of its cell; the earlier unit is the better of equals. */
function keepBest({ of, keep }: Cells, scores: Float64Array, sizes: Uint32Array): void {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => of[a] - of[b] || scores[b] - scores[a] || a - b);
  let kept = 0;
  for (const [i, unit] of order.entries()) {
    if (i === 0 || of[unit] !== of[order[i - 1]]) kept = 0;
    if (sizes[unit] === 0) continue;
    if (kept === keep) sizes[unit] = 0;
    else kept++;
  }
}

function checkScores(scores: ArrayLike<number>, { layerName, parameter }: Target): ArrayLike<number> {
  const name = `${layerName}/${parameter.name}`;
  if (scores?.length !== parameter.length) {
    throw new Error(
      `Pruning ${name}: the criterion should return ${parameter.length} scores for ${showShape(parameter.shape)}, it returned ${scores?.length ?? scores}.`,
    );
  }
  for (let i = 0; i < scores.length; i++) {
    if (Number.isNaN(scores[i])) throw new Error(`Pruning ${name}: the criterion returned NaN at position ${i}.`);
  }
  return scores;
}

function checkUnits({ of, count }: Units, { layerName, parameter }: Target): void {
  if (of.length === parameter.length && of.every((unit) => Number.isInteger(unit) && unit >= 0 && unit < count)) return;
  throw new Error(
    `Pruning ${layerName}/${parameter.name}: the structure should give each of ${parameter.length} weights a unit, a whole number from 0 below ${count}.`,
  );
}
