// Update rules and masks. assembly/index.ts is the other side.

import type { Buffer } from '../memory.ts';

/** Update rules and masks. */
export interface TrainingKernels {
  // optim
  sgd_f32(
    begin: number,
    end: number,
    lr: number,
    momentum: number,
    nesterov: number,
    w: Buffer,
    g: Buffer,
    v: Buffer,
  ): void;
  rmsprop_f32(
    begin: number,
    end: number,
    lr: number,
    rho: number,
    momentum: number,
    epsilon: number,
    w: Buffer,
    g: Buffer,
    ms: Buffer,
    mom: Buffer,
    average: Buffer,
  ): void;
  adam_f32(
    begin: number,
    end: number,
    lr: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    correction1: number,
    correction2: number,
    w: Buffer,
    g: Buffer,
    m: Buffer,
    v: Buffer,
  ): void;
  l1_gradient_f32(begin: number, end: number, l1: number, w: Buffer, g: Buffer): void;
  soft_threshold_f32(begin: number, end: number, threshold: number, x: Buffer, y: Buffer): void;

  // prune
  topk_threshold_f32(count: number, k: number, x: Buffer, scratch: Buffer): number;
  mask_f32(begin: number, end: number, mask: Buffer, x: Buffer, y: Buffer): void;
  keep_topk_f32(begin: number, end: number, count: number, k: number, x: Buffer, y: Buffer, scratch: Buffer): void;
}
