// Criteria of whole neurons and filters: a score for each output, given to all its weights.

import { outputAxisOf, type Parameter, sizeOf } from '../../tensor/index.ts';

/** The outputs of a kernel, and which of them a weight makes, by its place in Keras order. */
export function outputsOf({ shape, axes }: Pick<Parameter, 'shape' | 'axes'>): {
  count: number;
  of(place: number): number;
} {
  const axis = outputAxisOf({ axes });
  const count = shape[axis];
  const stride = sizeOf(shape.slice(axis + 1));
  return { count, of: (place) => Math.floor(place / stride) % count };
}

/** One score per weight, Keras order, from one per output; of an LSTM from one per unit, which its four gates share. */
export function byOutput(scores: ArrayLike<number>, parameter: Pick<Parameter, 'shape' | 'axes'>): Float64Array {
  const { of } = outputsOf(parameter);
  return Float64Array.from({ length: sizeOf(parameter.shape) }, (_, i) => scores[of(i) % scores.length]);
}
