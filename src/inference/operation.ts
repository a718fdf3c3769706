// What a model does, as a list of operations on values: layers without their names for things, nested models inlined.
// A value is an activation; operation i may read values that come before it.

import type { Border, Interpolation, LstmCell, Pooling, Sides, Window } from '../ops/index.ts';
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

/** A matrix that a layer multiplies by: what a form is chosen for. */
export interface Factor {
  /** The layer's name, and where it has several, `layer/matrix`. */
  readonly name: string;
  readonly type: 'dense' | 'conv1d' | 'conv2d' | 'lstm';
  readonly weights: Weights;
}

/** max(W·x + b, lower): a dense layer, or with a `window` a convolution. */
export interface Product extends Common, Factor {
  readonly kind: 'product';
  readonly window?: Window;
  readonly lower: number;
}

/** An element-wise function, or softmax over channels. */
export interface Activate extends Common {
  readonly kind: 'activate';
  readonly activation: 'relu' | 'leakyRelu' | 'sigmoid' | 'tanh' | 'softmax' | 'elu' | 'softplus' | 'gelu' | 'silu';
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

/** The sum or the product of the inputs, or their channels one after another. */
export interface Combine extends Common {
  readonly kind: 'add' | 'multiply' | 'concatenate';
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

/** The k largest numbers of each sample; the others become 0. */
export interface KeepLargest extends Common {
  readonly kind: 'keepLargest';
  readonly k: number;
}

/** Images set into one another: pixel `from` + (r, q) of an input is pixel `to` + (r, q)·strides of the output. */
export interface Interleave extends Common {
  readonly kind: 'interleave';
  readonly strides: Sides;
  /** Of each input. */
  readonly phases: readonly { readonly from: Sides; readonly to: Sides; readonly count: Sides }[];
}

/** Steps become samples of a larger batch: [time, ..] of n samples as [..] of time·n, all samples' first step, then the second, …; and back. */
export interface Fold extends Common {
  readonly kind: 'fold' | 'unfold';
  readonly time: number;
}

/** A row of a table for each token, and where token 0 is padding a mask of 1 and 0. */
export interface Embed extends Common {
  readonly kind: 'embed';
  readonly table: Weights;
  /** [time]: 0 where the token is 0. */
  readonly mask?: Value;
}

/** The mean over time steps of the first input, [time, features], where the second, [time], is not 0; 0 where it is so everywhere. */
export interface MaskedMean extends Common {
  readonly kind: 'maskedMean';
}

/** Masks as one: 1 where any is, or where every one is. */
export interface JoinMasks extends Common {
  readonly kind: 'joinMasks';
  readonly where: 'any' | 'every';
}

/** A mask's steps from the last to the first, as an LSTM that goes backwards puts them out. */
export interface TurnMask extends Common {
  readonly kind: 'turnMask';
}

/**
 * An LSTM over [time, features]: its sequence of outputs, or the last. Inputs are x, then the mask where `masked`, then h and c where
 * `initial`.
 */
export interface Lstm extends Common {
  readonly kind: 'lstm';
  readonly kernel: Factor;
  readonly recurrentKernel: Factor;
  readonly units: number;
  readonly activation: LstmCell['activation'];
  readonly recurrentActivation: LstmCell['recurrentActivation'];
  readonly goBackwards: boolean;
  readonly returnSequences: boolean;
  readonly masked: boolean;
  readonly initial: boolean;
  /** h and c after the last step, where asked for. */
  readonly states: readonly Value[];
}

/** One step of an LSTM whose state stays from run to run, in a session. Inputs are x, then the mask where `masked`. */
export interface LstmStep extends Common {
  readonly kind: 'lstmStep';
  /** [U W], for h and x one after the other. */
  readonly kernels: Factor;
  readonly units: number;
  readonly activation: LstmCell['activation'];
  readonly recurrentActivation: LstmCell['recurrentActivation'];
  readonly masked: boolean;
  /** h and c after the step, where asked for. */
  readonly states: readonly Value[];
}

export type Operation =
  | Product
  | Activate
  | Normalize
  | Pool
  | View
  | Combine
  | Frame
  | Upsample
  | Interleave
  | KeepLargest
  | Fold
  | Embed
  | MaskedMean
  | JoinMasks
  | TurnMask
  | Lstm
  | LstmStep;

/** The matrices that an operation multiplies by. */
export function factorsOf(operation: Operation): readonly Factor[] {
  if (operation.kind === 'product') return [operation];
  if (operation.kind === 'lstm') return [operation.kernel, operation.recurrentKernel];
  return operation.kind === 'lstmStep' ? [operation.kernels] : [];
}

/** A model without nesting. */
export interface Program {
  /** The shape of each value, Keras order. */
  readonly shapes: readonly Shape[];
  readonly operations: readonly Operation[];
  readonly inputs: readonly { name: string; value: Value }[];
  /** `steps`: of a program that streams, whether the output is one step of a sequence, [1, ..]. */
  readonly outputs: readonly { name: string; value: Value; steps?: boolean }[];
}
