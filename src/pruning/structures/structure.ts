// A structure says which weights go together: it parts a parameter into units, and a unit is kept or pruned whole.

import { type Parameter, type Shape, sizeOf } from '../../tensor/index.ts';

/** The units of a parameter. */
export interface Units {
  readonly count: number;
  /** The unit of each weight, Keras order. */
  readonly of: Uint32Array;
  /** Parts of the parameter in which only so many units may be kept, whatever the amount. */
  readonly cells?: Cells;
}

/** Each unit's cell, and how many units a cell may keep. */
export interface Cells {
  readonly of: Uint32Array;
  readonly keep: number;
}

/** What a structure looks at: `shape` is Keras', `axes[s]` the Keras axis that stands s-th in storage, outputs first. */
export type Layout = Pick<Parameter, 'name' | 'shape' | 'axes'>;

/** Dense kernels are `[in, out]`, convolutions `[row, column, in, out]`, transposed ones `[row, column, out, in]`. */
export interface Structure {
  (parameter: Layout): Units;
  /** The type of the layers that it is for; others are skipped and listed. Default all. */
  readonly layerType?: string;
  /**
   * Whether unit i of each of a layer's parameters is one unit, kept or pruned with all that reads it and with its biases. An amount is then
   * a share of units: one counts whole as long as any of its weights is left. Default false.
   */
  readonly isShared?: boolean;
}

/** 0, 1, … count − 1. */
export function counting(count: number): Uint32Array {
  const out = new Uint32Array(count);
  for (let i = 0; i < count; i++) out[i] = i;
  return out;
}

/** Σ index[axis]·weights[axis] for each position of a row-major array of `shape`. */
export function linear(shape: Shape, weights: readonly number[]): Uint32Array {
  const out = new Uint32Array(sizeOf(shape));
  let filled = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    for (let i = shape[axis] - 1; i >= 0; i--) {
      for (let j = 0; j < filled; j++) out[i * filled + j] = out[j] + i * weights[axis];
    }
    filled *= shape[axis];
  }
  return out;
}

/** A parameter as the matrix [out, in·row·column] that the kernels multiply by. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** row·columns + column of each weight, Keras order. */
  readonly places: Uint32Array;
}

export function matrixOf({ shape, axes }: Layout): Matrix {
  const weights = new Array<number>(shape.length);
  let stride = 1;
  for (const axis of axes.toReversed()) {
    weights[axis] = stride;
    stride *= shape[axis];
  }
  const rows = shape[axes[0]];
  return { rows, columns: stride / rows, places: linear(shape, weights) };
}
