// A criterion says how much each weight is worth. It knows neither how much will go nor in what shape. It is one function of what
// it may look at; what takes data to find out it names in `needs`, and gets.

import type { Layer } from '../../layers/index.ts';
import { checkKnown, type NdArray, type Parameter, type Shape } from '../../tensor/index.ts';
import type { Random } from '../../tensor/random.ts';

/** What every criterion may look at; arrays in Keras order. */
export interface Subject {
  readonly layer: Layer;
  /** Within a nested model `model/layer`. */
  readonly layerName: string;
  readonly parameter: Parameter;
  /** Keras' shape: dense `[in, out]`, convolution `[row, column, in, out]`. */
  readonly shape: Shape;
  readonly values: Float32Array;
  /** 1 where a weight is left, 0 where it was pruned before; undefined when nothing was. */
  readonly mask: Float32Array | undefined;
  /** Random numbers of this parameter's own. */
  readonly random: Random;
  /** The training step of a schedule, the round of an iterative pruning; else 0. */
  readonly step: number;
}

/** What a criterion may ask for; collected over the `data` of `prune`, in inference mode (no dropout, moving averages). */
export interface Collected {
  /** Mean of ∂loss/∂w over the samples, without the regularizers' penalties. Needs a compiled model. */
  readonly gradients: Float32Array;
  /** Mean over the samples of the square of each sample's ∂loss/∂w: the diagonal of the empirical Fisher matrix. */
  readonly squaredGradients: Float32Array;
  /**
   * What the kernel multiplies: Y = X·W with X `[rows, in]`, W the kernel as `[in, out]`. For a convolution, transposed or not, `in` runs
   * over (row, column, channel) of the window, and X has a row for each output pixel of each sample. For the recurrent kernel of an LSTM X is the state
   * before each step; for a table X has a 1 in each row at the token, and stands here as the square matrix with the same XᵀX / rows.
   */
  readonly inputs: NdArray;
  /** ‖x‖₂ of each input over the same rows: √Σx², `[in]`. */
  readonly inputNorms: Float64Array;
  /** What comes of it, `[rows, out]` (of an LSTM `[rows, units]`): after the batch normalizations, activations and dropouts that follow the layer. */
  readonly outputs: NdArray;
  /** Σ w·Δw over the training steps since the callback began. In `prune` without a callback: −w·gradient. */
  readonly movement: Float32Array;
  /** ∂R/∂|w|, R the sum of outputs of the network of absolute weights and no activations for an input of ones. Without data. */
  readonly flow: Float32Array;
  /** |γ| of the batch normalization that follows, one for each output. Without data. */
  readonly scale: Float32Array;
  /** Mean gate of the squeeze-and-excitation layer that follows, one for each output. */
  readonly gates: Float32Array;
}

/** The name of something a criterion may ask for. */
export type Need = keyof Collected;

/** What a criterion gets that asked for the needs `N`. */
export type Informed<N extends Need> = Subject & Pick<Collected, N>;

/** Scores in Keras order, one per weight; what scores lowest goes first. A plain function of {@link Subject} is a criterion. */
export interface Criterion {
  (subject: Subject & Partial<Collected>): ArrayLike<number>;
  /** What must be gathered from samples before it scores; default nothing. */
  readonly needs?: readonly Need[];
  /** The score of a unit (a block, a filter) from the scores of its weights that are left; default their mean. */
  readonly combine?: (scores: Float64Array) => number;
  /** In how many rounds `prune` reaches its amount, scoring anew in each; default 1. */
  readonly iterations?: number;
  /** New values for what `mask` keeps, once it is known; default: they stay. */
  readonly update?: (subject: Subject & Partial<Collected>, mask: Float32Array) => ArrayLike<number>;
}

/** What {@link criterion} takes: a score, and what it asks for. */
export interface CriterionOptions<N extends Need> {
  /** What must be gathered from samples before it scores, such as `gradients`; default nothing. */
  needs?: readonly N[];
  /** A score for each weight, Keras order; what scores lowest goes first. */
  score(subject: Informed<N>): ArrayLike<number>;
  /** The score of a unit (a block, a filter) from the scores of its weights that are left; default their mean. */
  combine?: (scores: Float64Array) => number;
  /** In how many rounds `prune` reaches its amount, scoring anew in each; default 1. */
  iterations?: number;
  /** New values for what `mask` keeps, once it is known; default: they stay. */
  update?(subject: Informed<N>, mask: Float32Array): ArrayLike<number>;
}

/** A criterion that asks for something: `criterion({ needs: ['gradients'], score: ({ values, gradients }) => … })`. */
export function criterion<const N extends Need = never>(options: CriterionOptions<N>): Criterion {
  checkKnown('criterion', options, ['needs', 'score', 'combine', 'iterations', 'update']);
  const { score, ...rest } = options;
  const made = (subject: Subject & Partial<Collected>) => score(subject as Informed<N>);
  return Object.assign(made, rest) as unknown as Criterion;
}
