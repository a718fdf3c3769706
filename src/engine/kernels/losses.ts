// Losses; the comments of assembly/nn/crossentropy.ts and losses.ts say what `scale` and a null `dx` mean. assembly/index.ts is the other side.

import type { Buffer } from '../memory.ts';

/** Losses. */
export interface LossKernels {
  categorical_crossentropy_f32(
    classes: number,
    n: number,
    width: number,
    target: Buffer,
    p: Buffer,
    scale: number,
    loss: Buffer,
    dx: Buffer,
  ): void;
  categorical_crossentropy_logits_f32(
    classes: number,
    n: number,
    width: number,
    target: Buffer,
    x: Buffer,
    scale: number,
    loss: Buffer,
    dx: Buffer,
  ): void;
  sparse_categorical_crossentropy_f32(
    classes: number,
    n: number,
    width: number,
    labels: Buffer,
    p: Buffer,
    scale: number,
    loss: Buffer,
    dx: Buffer,
  ): void;
  sparse_categorical_crossentropy_logits_f32(
    classes: number,
    n: number,
    width: number,
    labels: Buffer,
    x: Buffer,
    scale: number,
    loss: Buffer,
    dx: Buffer,
  ): void;
  binary_crossentropy_f32(
    features: number,
    n: number,
    width: number,
    target: Buffer,
    p: Buffer,
    scale: number,
    loss: Buffer,
    dx: Buffer,
  ): void;
  binary_crossentropy_logits_f32(
    features: number,
    n: number,
    width: number,
    target: Buffer,
    x: Buffer,
    scale: number,
    loss: Buffer,
    dx: Buffer,
  ): void;
  mean_squared_error_f32(
    features: number,
    n: number,
    width: number,
    target: Buffer,
    y: Buffer,
    scale: number,
    loss: Buffer,
    dx: Buffer,
  ): void;
  mean_absolute_error_f32(
    features: number,
    n: number,
    width: number,
    target: Buffer,
    y: Buffer,
    scale: number,
    loss: Buffer,
    dx: Buffer,
  ): void;
  huber_f32(
    features: number,
    n: number,
    width: number,
    target: Buffer,
    y: Buffer,
    scale: number,
    delta: number,
    loss: Buffer,
    dx: Buffer,
  ): void;
}
