// What a loss is: a number for a batch, the mean over its true samples (weighted, if weights are given), and that number's gradient.

import type { Shape, Tensor } from '../tensor/index.ts';

/** What `compile` takes as `loss`. {@link customLoss} makes one from two functions on plain arrays. */
export interface Loss {
  readonly name: string;
  /** Whether predictions are scores before softmax or sigmoid. The metric 'accuracy' then draws the line at 0, not at 0.5. */
  readonly fromLogits?: boolean;
  /** The shape of one sample's target, for predictions of this shape. @throws when the loss cannot judge such predictions. */
  targetShape(prediction: Shape): Shape;
  /** Looks at all targets once, before training. @throws when one is out of range; `argument` says of what. */
  checkTargets?(targets: ArrayLike<number>, prediction: Shape, argument: string): void;
  /**
   * The shape of a sample's finest weights, for predictions of this shape: [1] when a sample has one, [.., 1] when each step or pixel
   * may have its own (one for the sample is then good too). A loss without it takes no weights.
   */
  weightShape?(prediction: Shape): Shape;
  /** The mean loss of the batch's samples: Σ weight·loss / count, where the count does not depend on the weights. */
  value(target: Tensor, prediction: Tensor, weights?: Tensor): number;
  /** The same mean, and its gradient with respect to the predictions, in the arena; padded columns are 0. */
  evaluate(target: Tensor, prediction: Tensor, weights?: Tensor): { value: number; gradient: Tensor };
  /** For saving: what `lossOf` reads back; a loss without it must be given anew to `loadModel`. */
  config?(): LossConfig;
}

/** A built-in loss as plain data. */
export interface LossConfig {
  /** As `compile` takes it, such as 'mse'. */
  readonly name: string;
  /** Whether predictions are scores before softmax or sigmoid; default false. Of cross-entropies. */
  readonly fromLogits?: boolean;
  /** Of 'huber': the error from which the loss is linear; default 1. */
  readonly delta?: number;
}
