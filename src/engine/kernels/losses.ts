// Losses; the comments of assembly/nn/crossentropy.ts and losses.ts say what `scale` and a null `dx` mean. assembly/index.ts is the
// other side.

import type { Buffer } from '../memory.ts';

/** A loss of n samples in panels [features][width]; the sparse ones take a label for each sample for `target`. */
type LossKernel = (
  features: number,
  n: number,
  width: number,
  target: Buffer,
  prediction: Buffer,
  scale: number,
  loss: Buffer,
  dx: Buffer,
) => void;

/** Losses. */
export interface LossKernels {
  categorical_crossentropy_f32: LossKernel;
  categorical_crossentropy_logits_f32: LossKernel;
  sparse_categorical_crossentropy_f32: LossKernel;
  sparse_categorical_crossentropy_logits_f32: LossKernel;
  binary_crossentropy_f32: LossKernel;
  binary_crossentropy_logits_f32: LossKernel;
  mean_squared_error_f32: LossKernel;
  mean_absolute_error_f32: LossKernel;
  huber_f32(
    features: number,
    n: number,
    width: number,
    target: Buffer,
    prediction: Buffer,
    scale: number,
    delta: number,
    loss: Buffer,
    dx: Buffer,
  ): void;
}
