// What the bench measures and what it says about it.

import type { Kernels } from '../src/engine/index.ts';

/** Which binary runs: 128-bit SIMD, or relaxed SIMD (fused multiply-add). */
export type Variant = 'plain' | 'relaxed';

/** Something to time. */
export interface Entry {
  /** The kernel, or the model. */
  readonly name: string;
  readonly op: 'gemm' | 'gemv' | 'spmm' | 'spmv' | 'sddmm' | 'spmmTransposed' | 'conv2d' | 'topk' | 'model';
  /** Sizes by name: { m, k, n }, for `conv2d` its own, for `model` { model, batch }. */
  readonly shape: Readonly<Record<string, number | string>>;
  /** Fraction of the weights that are zero; 0 for dense. */
  readonly sparsity: number;
  /** `dense`, `unstructured`, `block4x1` … */
  readonly structure: string;
  readonly variant: Variant;
  /** Operations on kept weights per call, a multiply-add counting two. */
  readonly flops: number;
  /** Operations of the dense computation that this one stands in for. */
  readonly denseFlops: number;
  /** Makes the operands; returns the call to time. */
  prepare(): () => void;
}

/** Entries timed in turns, so that they see the same machine; the first is what the others' speed-up is against. */
export interface Group {
  readonly title: string;
  entries(kernels: Kernels, variant: Variant): Entry[];
}

/** A line of the result. */
export interface Row extends Omit<Entry, 'prepare' | 'flops' | 'denseFlops'> {
  /** Of one call. */
  readonly seconds: { readonly min: number; readonly median: number };
  /** Kept weights' operations per nanosecond, at best. */
  readonly gflops: number;
  /** The dense computation's operations per nanosecond, at best. */
  readonly denseEquivalentGflops: number;
  /** How much faster than the group's first entry, best against best. */
  readonly speedup: number;
}
