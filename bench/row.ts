// What the bench measures and what it says about it.

import type { Kernels } from '../src/engine/index.ts';

/** Which binary runs: 128-bit SIMD, or relaxed SIMD (fused multiply-add). */
export type Variant = 'plain' | 'relaxed';

/** `lstm` is a step of one, `train` a whole training step, `elementwise` all that is no product, `bandwidth` a read through memory. */
export const ops = [
  'gemm',
  'gemv',
  'spmm',
  'spmv',
  'conv2d',
  'sddmm',
  'spmmTransposed',
  'topk',
  'model',
  'lstm',
  'train',
  'coding',
  'elementwise',
  'bandwidth',
] as const;
export type Op = (typeof ops)[number];

/** Sizes by name: { m, k, n }, for `conv2d` its own, for `model` and `train` { model, batch }. */
export type Shape = Readonly<Record<string, number | string>>;

/** Something to time. */
export interface Entry {
  /** The kernel, or what is done with a model. */
  readonly name: string;
  readonly op: Op;
  readonly shape: Shape;
  /** Fraction of the weights that are zero; 0 for dense. Of a pattern that is drawn what was asked for, in rows what came out. */
  readonly sparsity: number;
  /** `dense`, `unstructured`, `block4x1` … */
  readonly structure: string;
  readonly variant: Variant;
  /** Operations on kept weights per call, a multiply-add counting two. */
  readonly flops: number;
  /** Operations of the dense computation that this one stands in for. */
  readonly denseFlops: number;
  /** Fraction of the weights that a drawn pattern keeps, to whole blocks. */
  readonly kept?: () => number;
  /** Read from memory per call, for what memory bounds. */
  readonly bytes?: number;
  /** Makes the operands; returns the call to time. */
  prepare(): () => void;
}

/** How long to measure. */
export interface Effort {
  /** In how many rounds an entry has its turn. */
  readonly rounds: number;
  /** Samples in each, at least. */
  readonly samples: number;
}

/** Whether it is what others are compared with, as the first of a group. */
export const isDense = ({ structure }: Pick<Entry, 'structure'>): boolean => structure === 'dense';

/** Entries timed in turns, so that they see the same machine; the first, if it is dense, is what the others' speed-up is against. */
export interface Group {
  entries(kernels: Kernels, variant: Variant): readonly Entry[];
  /** How to measure them; default: time them in turns. */
  measure?(entries: readonly Entry[], effort: Effort): Row[];
}

/** All groups of one operation: one table. */
export interface Section {
  readonly title: string;
  readonly groups: readonly Group[];
}

/** A line of the result. */
export interface Row extends Omit<Entry, 'prepare' | 'flops' | 'denseFlops' | 'kept' | 'bytes'> {
  /** Of one call. */
  readonly seconds: { readonly min: number; readonly median: number };
  /** Kept weights' operations per nanosecond, at best. */
  readonly gflops: number;
  /** The dense computation's operations per nanosecond, at best. */
  readonly denseEquivalentGflops: number;
  /** How much faster than the group's dense entry, best against best; absent where none was timed. */
  readonly speedup?: number;
  /** Bytes read per nanosecond, at best. */
  readonly gigabytesPerSecond?: number;
  /** Of a training step's time, 0 to 1. */
  readonly share?: number;
}

/** A row that has been compared with a dense one. */
export type Compared = Row & { readonly speedup: number };
export const isCompared = (row: Row): row is Compared => row.speedup !== undefined;
