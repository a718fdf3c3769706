// Sparse codes over a dictionary. assembly/index.ts is the other side.

import type { Buffer } from '../memory.ts';

/** Sparse codes over a dictionary. */
export interface CodingKernels {
  omp_f32_gram(
    begin: number,
    end: number,
    pitch: number,
    limit: number,
    tolerance: number,
    gram: Buffer,
    correlations: Buffer,
    norms: Buffer,
    atoms: Buffer,
    values: Buffer,
    counts: Buffer,
    scratch: Buffer,
  ): void;
  fista_f32_gram(
    begin: number,
    end: number,
    pitch: number,
    iterations: number,
    step: number,
    lambda: number,
    tolerance: number,
    momentum: number,
    gram: Buffer,
    correlations: Buffer,
    norms: Buffer,
    codes: Buffer,
    counts: Buffer,
    scratch: Buffer,
  ): void;
  ksvd_f32_atom(
    count: number,
    pitch: number,
    signals: Buffer,
    coefs: Buffer,
    d: Buffer,
    residual: Buffer,
    scratch: Buffer,
  ): void;
}
