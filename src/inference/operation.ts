// What a model does, as a list of operations on values: layers without their names for things, nested models inlined.
// A value is an activation; operation i may read values that come before it.

import type { Border, Interpolation, Pooling, Sides, Window } from '../ops/index.ts';
import type { Shape } from '../tensor/index.ts';
import type { Weights } from './weights.ts';

/** Index of a value. */
export type Value = number;

/** What all operations have. */
interface Common {
  /** The layer's name; within nested models `model/layer`. */
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly output: Value;
}

/** max(W·x + b, lower): a dense layer, or with a `window` a convolution. */
export interface Product extends Common {
  readonly kind: 'product';
  readonly weights: Weights;
  readonly window?: Window;
  readonly lower: number;
}

/** An element-wise function, or softmax over channels. */
export interface Activate extends Common {
  readonly kind: 'activate';
  readonly activation: 'relu' | 'leakyRelu' | 'sigmoid' | 'tanh' | 'softmax';
  /** Of leakyRelu, below zero. */
  readonly slope: number;
}

/** γ·(x − mean) / √(variance + ε) + β by channel. */
export interface Normalize extends Common {
  readonly kind: 'normalize';
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly gamma?: Float32Array;
  readonly beta?: Float32Array;
  readonly epsilon: number;
}

/** The largest or the mean of each window. */
export interface Pool extends Common {
  readonly kind: 'pool';
  readonly pooling: Pooling;
  readonly window: Window;
}

/** The same numbers in the same order under another shape. */
export interface View extends Common {
  readonly kind: 'view';
}

/** The sum of the inputs, or their channels one after another. */
export interface Combine extends Common {
  readonly kind: 'add' | 'concatenate';
}

/** A border of zeros put around an image, or cut off. */
export interface Frame extends Common {
  readonly kind: 'pad' | 'crop';
  readonly border: Border;
}

/** Rows and columns made `factors` times as many. */
export interface Upsample extends Common {
  readonly kind: 'upsample';
  readonly factors: Sides;
  readonly interpolation: Interpolation;
}

/** Images set into one another: pixel `from` + (r, q) of an input is pixel `to` + (r, q)·strides of the output. */
export interface Interleave extends Common {
  readonly kind: 'interleave';
  readonly strides: Sides;
  /** Of each input. */
  readonly phases: readonly { readonly from: Sides; readonly to: Sides; readonly count: Sides }[];
}

export type Operation = Product | Activate | Normalize | Pool | View | Combine | Frame | Upsample | Interleave;

/** A model without nesting. */
export interface Program {
  /** The shape of each value, Keras order. */
  readonly shapes: readonly Shape[];
  readonly operations: readonly Operation[];
  readonly inputs: readonly { name: string; value: Value }[];
  readonly outputs: readonly { name: string; value: Value }[];
}
