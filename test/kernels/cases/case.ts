// What a kernel case is: a kernel declared here once is tested in every binary and timed by the bench.

import type { Buffer, Kernels } from '../../../src/engine/index.ts';
import type { Workspace } from './workspace.ts';

/** Sizes by name: { m, k, n, density, … }. */
export type Sizes = Readonly<Record<string, number>>;

export interface KernelCase {
  /** The export of the binaries. */
  readonly name: keyof Kernels;
  /** The awkward sizes that the tests run. */
  readonly shapes: readonly Sizes[];
  /** How far a kernel that rounds may end from its oracle, in parts of the oracle's largest number; without it, nowhere. */
  readonly tolerance?: number;
  /** Operations of one call, a multiply-add counting two. */
  flops(shape: Sizes): number;
  /** Operands of that shape, ready in the workspace. */
  make(shape: Sizes, workspace: Workspace): Call;
}

/** A kernel with its operands. */
export interface Call {
  /** How many rows, panels or elements the range [begin, end) may count; 1 for a kernel that takes no range. */
  readonly extent: number;
  /** Calls the kernel for a part of its range; returns what the kernel returns. */
  run(begin: number, end: number): unknown;
  /** What the call wrote. */
  readonly output: Output;
  /** What it should have written, or returned, in f64 arithmetic that knows nothing of formats. */
  oracle(): ArrayLike<number>;
}

export interface Output {
  readonly buffer: Buffer;
  read(): Float32Array;
}
