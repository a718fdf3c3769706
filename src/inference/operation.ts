// What a model does, as a list of operations on values: layers without their names for things, nested models inlined.
// A value is an activation; operation i may read values that come before it.

import type { Pooling, Window } from '../ops/index.ts';
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

export type Operation = Product | Activate | Normalize | Pool | View | Combine;

/** A model without nesting. */
export interface Program {
  /** The shape of each value, Keras order. */
  readonly shapes: readonly Shape[];
  readonly operations: readonly Operation[];
  readonly inputs: readonly { name: string; value: Value }[];
  readonly outputs: readonly { name: string; value: Value }[];
}
