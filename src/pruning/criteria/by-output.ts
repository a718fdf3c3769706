// A kernel's weights by their outputs and inputs; for criteria of whole neurons and filters a score for each output, given to all
// its weights.

import { outputAxisOf, type Parameter, sizeOf } from '../../tensor/index.ts';

/** A kernel of any shape as a matrix `[in, out]`: the inputs are all other axes in their order. Places are those in Keras order. */
export interface KernelMatrix {
  /** Outputs. */
  readonly count: number;
  /** The output that a weight makes. */
  of(place: number): number;
  /** What it makes it of. */
  inputOf(place: number): number;
  /** Where the weight from an input to an output stands. */
  place(input: number, output: number): number;
}

export function outputsOf({ shape, axes }: Pick<Parameter, 'shape' | 'axes'>): KernelMatrix {
  const axis = outputAxisOf({ axes });
  const count = shape[axis];
  const stride = sizeOf(shape.slice(axis + 1));
  return {
    count,
    of: (place) => Math.floor(place / stride) % count,
    inputOf: (place) => Math.floor(place / (stride * count)) * stride + (place % stride),
    place: (input, output) => (Math.floor(input / stride) * count + output) * stride + (input % stride),
  };
}

/** One score per weight, Keras order, from one per output; of an LSTM from one per unit, which its four gates share. */
export function byOutput(scores: ArrayLike<number>, parameter: Pick<Parameter, 'shape' | 'axes'>): Float64Array {
  const { of } = outputsOf(parameter);
  return Float64Array.from({ length: sizeOf(parameter.shape) }, (_, i) => scores[of(i) % scores.length]);
}
