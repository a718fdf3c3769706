// A layer's parameters by name, and what torch's functions want to know of them.

import type { Layer } from '../../layers/index.ts';
import { Network } from '../../model/index.ts';
import {
  checkWhole,
  lengthOf,
  type NdArray,
  type Parameter,
  sameShape,
  showShape,
  showValue,
} from '../../tensor/index.ts';
import type { Random } from '../../tensor/random.ts';
import type { Subject } from '../criteria/index.ts';
import type { Layout } from '../structures/index.ts';
import type { Target } from '../targets.ts';

/** @throws {TypeError} on a whole model, which is a layer too; an error when the layer has no parameter of that name. */
export function parameterOf(layer: Layer, name: string): Parameter {
  if (layer instanceof Network) {
    const [{ name: first }] = layer.layers;
    throw new TypeError(
      `${layer.name}: expected one of its layers, such as getLayer('${first}'), got the whole model: use prune(), or globalUnstructured() for some of them.`,
    );
  }
  const found = layer.parameters.find((parameter) => parameter.name === name);
  if (found) return found;
  const known = layer.parameters.map((parameter) => parameter.name).join(', ') || 'none';
  throw new Error(`${layer.name || layer.type}: expected the name of a parameter (${known}), got '${name}'.`);
}

/** A parameter as something to prune. */
export const targetOf = (layer: Layer, name: string): Target => ({
  layer,
  layerName: layer.name || layer.type,
  parameter: parameterOf(layer, name),
  isOutput: false,
});

/** The mask of a parameter in Keras order; ones when it has none. */
export const onesOf = (parameter: Parameter): Float32Array =>
  parameter.mask ? parameter.toKeras(parameter.mask.view) : new Float32Array(parameter.length).fill(1);

/** What a criterion is told, with `scores` in the place of the values. @throws on scores of another shape. */
export function subjectOf(
  { layer, layerName, parameter }: Target,
  mask: Float32Array,
  random: Random,
  scores?: ArrayLike<number> | NdArray<ArrayBufferLike>,
): Subject {
  const values = scores ? numbersFor(parameter, scores, 'importanceScores') : parameter.read().data;
  return { layer, layerName, parameter, shape: parameter.shape, values, mask, random, step: 0 };
}

/** @throws on a mask of another shape, or not of 0 and 1. */
export function maskFrom(parameter: Parameter, mask: ArrayLike<number> | NdArray<ArrayBufferLike>): Float32Array {
  const numbers = numbersFor(parameter, mask, 'a mask');
  const wrong = numbers.find((bit) => bit !== 0 && bit !== 1);
  if (wrong === undefined) return numbers;
  throw new Error(`${parameter.name}: a mask holds 0 (pruned) and 1 (kept), got ${wrong}.`);
}

function numbersFor(
  parameter: Parameter,
  given: ArrayLike<number> | NdArray<ArrayBufferLike>,
  what: string,
): Float32Array {
  const isShaped = typeof given === 'object' && given !== null && 'data' in given;
  const { data, shape } = isShaped ? given : { data: given, shape: undefined };
  if (lengthOf(data) === undefined) {
    throw new TypeError(`${parameter.name}: expected ${what} as an array of numbers, got ${showValue(data)}.`);
  }
  if (data.length !== parameter.length || (shape && !sameShape(shape, parameter.shape))) {
    throw new Error(
      `${parameter.name}: expected ${what} of shape ${showShape(parameter.shape)}, got ${shape ? showShape(shape) : `${data.length} numbers`}.`,
    );
  }
  return Float32Array.from(data);
}

/** The Keras axis of torch's `dim`. @throws {RangeError} when there is none. */
export function dimToAxis(name: string, { name: parameter, axes }: Layout, dim: number): number {
  if (axes.length < 2)
    throw new RangeError(`${name}: expected a parameter of two axes or more, ${parameter} has ${axes.length}.`);
  checkWhole(name, { [`dim for ${parameter}`]: dim }, -axes.length, axes.length - 1);
  return axes.at(dim) as number;
}
