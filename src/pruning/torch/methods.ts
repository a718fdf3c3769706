// torch.nn.utils.prune in camelCase: each function one line over the parts of this folder. Amounts are of what is left: a fraction in
// [0, 1), or a whole number of weights (of channels, in the structured ones) from 1. `dim` is torch's, which is the order of storage:
//
//   dim       0          1          2        3            names of torch's weight
//   dense     axis 1     axis 0                           [out, in]                Keras [in, out]
//   conv2d    axis 3     axis 2     axis 0   axis 1       [out, in, row, column]   Keras [row, column, in, out]

import type { Layer } from '../../layers/index.ts';
import { checkKnown, type NdArray, type Parameter } from '../../tensor/index.ts';
import { Random } from '../../tensor/random.ts';
import { type Criterion, criterion, lnMagnitude, magnitude, random } from '../criteria/index.ts';
import { keep } from '../keep.ts';
import { type Structure, slices, unstructured } from '../structures/index.ts';
import { type PruningMethod, record } from './container.ts';
import { leastRule, type TorchAmount } from './least-rule.ts';
import { dimToAxis, maskFrom, onesOf, parameterOf, subjectOf, targetOf } from './parameters.ts';

/** Scores to prune by instead of the weights, Keras order: numbers, or an array of the parameter's shape. */
export interface ImportanceOptions {
  /** What is lowest is pruned first; default the size of the weights. */
  importanceScores?: ArrayLike<number> | NdArray<ArrayBufferLike>;
}

/** Options of the random ones. */
export interface RandomOptions {
  /** A whole number from 0; default 0. */
  seed?: number;
}

/** Prunes the weights of smallest |w|. torch: `l1_unstructured`. @throws {RangeError} on an amount out of range. */
export function l1Unstructured(
  layer: Layer,
  name: string,
  amount: TorchAmount,
  options: ImportanceOptions = {},
): Layer {
  checkKnown('l1Unstructured', options, ['importanceScores']);
  return applied(layer, name, unstructuredMethod('l1Unstructured', magnitude, amount, options));
}

/** Prunes weights at random. torch: `random_unstructured`. @throws {RangeError} on an amount out of range. */
export function randomUnstructured(
  layer: Layer,
  name: string,
  amount: TorchAmount,
  options: RandomOptions = {},
): Layer {
  checkKnown('randomUnstructured', options, ['seed']);
  return applied(layer, name, unstructuredMethod('randomUnstructured', random, amount, options));
}

/**
 * Prunes the slices along `dim` of smallest Lₙ norm (n a number above 0 or Infinity). torch: `ln_structured`.
 * @throws {RangeError} on an amount, n or dim out of range.
 */
export function lnStructured(
  layer: Layer,
  name: string,
  amount: TorchAmount,
  n: number,
  dim: number,
  options: ImportanceOptions = {},
): Layer {
  checkKnown('lnStructured', options, ['importanceScores']);
  const norm = lnMagnitude(n);
  const sum = (scores: Float64Array) => scores.reduce((total, score) => total + score, 0);
  const whole = criterion({ score: norm, combine: norm.combine ?? sum });
  return applied(layer, name, structuredMethod('lnStructured', whole, amount, dim, options));
}

/** Prunes slices along `dim` at random. torch: `random_structured`. @throws {RangeError} on an amount or dim out of range. */
export function randomStructured(
  layer: Layer,
  name: string,
  amount: TorchAmount,
  dim = -1,
  options: RandomOptions = {},
): Layer {
  checkKnown('randomStructured', options, ['seed']);
  return applied(layer, name, structuredMethod('randomStructured', random, amount, dim, options));
}

/** Prunes what a mask of 0 and 1 says, in Keras order. torch: `custom_from_mask`. @throws on a mask of another shape, or not of 0 and 1. */
export function customFromMask(layer: Layer, name: string, mask: ArrayLike<number> | NdArray<ArrayBufferLike>): Layer {
  const given = maskFrom(parameterOf(layer, name), mask);
  return applied(layer, name, {
    name: 'customFromMask',
    mask: (_, __, before) => before.map((bit, i) => bit * given[i]),
  });
}

/** Prunes nothing, but sets a mask. torch: `identity`. */
export const identity = (layer: Layer, name: string): Layer =>
  applied(layer, name, { name: 'identity', mask: (_, __, before) => before });

/** What {@link globalUnstructured} prunes by. */
export type GlobalMethod = 'l1Unstructured' | 'randomUnstructured';

/** Options of {@link globalUnstructured}. */
export interface GlobalOptions extends RandomOptions {
  /** Of the weights of all parameters together: a fraction, or a count. */
  amount: TorchAmount;
  /** Scores for some of the parameters, in their order; others by their weights. */
  importanceScores?: readonly (ArrayLike<number> | NdArray<ArrayBufferLike> | undefined)[];
}

/**
 * Prunes several parameters as if they were one. torch: `global_unstructured`.
 * @throws {RangeError} on an amount out of range; an error on another method.
 */
export function globalUnstructured(
  parameters: readonly (readonly [layer: Layer, name: string])[],
  method: GlobalMethod,
  options: GlobalOptions,
): void {
  checkKnown('globalUnstructured', options, ['amount', 'importanceScores', 'seed']);
  const { amount, importanceScores = [], seed = 0 } = options;
  const criteria: Record<GlobalMethod, Criterion> = { l1Unstructured: magnitude, randomUnstructured: random };
  if (!Object.hasOwn(criteria, method)) {
    throw new Error(`globalUnstructured: expected one of ${Object.keys(criteria).join(', ')}, got '${method}'.`);
  }
  const targets = parameters.map(([layer, name]) => targetOf(layer, name));
  const scores = new Map(targets.map(({ parameter }, i) => [parameter, importanceScores[i]]));
  const masks = keep(
    { targets },
    {
      criterion: criteria[method],
      structure: unstructured,
      rule: leastRule(method, amount),
      tell: (target, draw) => subjectOf(target, onesOf(target.parameter), draw, scores.get(target.parameter)),
    },
    new Random(seed, method),
  );
  for (const { target, mask } of masks) {
    record(target.parameter, { name: method, mask: () => mask }, mask);
  }
}

function unstructuredMethod(
  name: string,
  rank: Criterion,
  amount: TorchAmount,
  options: ImportanceOptions & RandomOptions,
): PruningMethod {
  return method(name, rank, unstructured, amount, options);
}

function structuredMethod(
  name: string,
  rank: Criterion,
  amount: TorchAmount,
  dim: number,
  options: ImportanceOptions & RandomOptions,
): PruningMethod {
  const structure: Structure = (layout) => slices(dimToAxis(name, layout, dim))(layout);
  return { ...method(name, rank, structure, amount, options), dim };
}

function method(
  name: string,
  rank: Criterion,
  structure: Structure,
  amount: TorchAmount,
  { importanceScores, seed = 0 }: ImportanceOptions & RandomOptions,
): PruningMethod {
  const rule = leastRule(name, amount);
  return {
    name,
    amount,
    mask(layer, parameter, before) {
      const target = targetOf(layer, parameter.name);
      const tell = (_: unknown, draw: Random) => subjectOf(target, before, draw, importanceScores);
      const [{ mask }] = keep(
        { targets: [target] },
        { criterion: rank, structure, rule, tell },
        new Random(seed, name),
      );
      return mask;
    },
  };
}

function applied(layer: Layer, name: string, method: PruningMethod): Layer {
  const parameter: Parameter = parameterOf(layer, name);
  record(parameter, method, method.mask(layer, parameter, onesOf(parameter)));
  return layer;
}
