// The kernels' signatures as TypeScript sees them; assembly/index.ts is the other side and says what each computes.
// Sizes, pitches and strides are in elements; [begin, end) is the range of rows, panels or elements to do.

import type { CodingKernels } from './coding.ts';
import type { DenseKernels } from './dense.ts';
import type { ImageKernels } from './image.ts';
import type { LossKernels } from './losses.ts';
import type { NnKernels } from './nn.ts';
import type { SparseKernels } from './sparse.ts';
import type { TrainingKernels } from './training.ts';

export type { TileSizes } from './dense.ts';

/** Every kernel of a binary, by name: `operation_dtype_format`. */
export interface Kernels
  extends DenseKernels,
    SparseKernels,
    NnKernels,
    ImageKernels,
    LossKernels,
    TrainingKernels,
    CodingKernels {}
