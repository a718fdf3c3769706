// espalier: train, sparsify, prune and run small networks. Public names only.

// Sparse coding
export * from './coding/index.ts';
// Data
export * from './data/index.ts';
// The engine, and running
export * from './inference/index.ts';
// Layers
export * from './layers/index.ts';
// Training
export * from './losses/index.ts';
export * from './metrics/index.ts';
// Models
export {
  Network,
  type NetworkOptions,
  registerLayer,
  type Snapshot,
  type Step as NetworkStep,
  snapshot,
} from './model/index.ts';
export type { ActivationName, Interpolation, Padding } from './ops/index.ts';
export * from './optimizers/index.ts';
// Sparsifying and pruning
export * from './pruning/index.ts';
export * from './regularizers/index.ts';
export type { ArrayInput, NdArray, Pattern, RowSet, Shape, Slab, Store } from './tensor/index.ts';
export { Batch, Parameter, type ParameterOptions, Tape, Tensor } from './tensor/index.ts';
export { Random, type RandomState } from './tensor/random.ts';
export * from './training/index.ts';

// Arrays and sparse matrices

export {
  type MatrixMarketField,
  type MatrixMarketLayout,
  type MatrixMarketOptions,
  type MatrixMarketSymmetry,
  readMatrixMarket,
  writeMatrixMarket,
} from './format/index.ts';
export {
  type AnyWayMatrix,
  type GemmSizes,
  gemm,
  gemv,
  type PanelMatrix,
  type PanelOptions,
  type PreparedDense,
  type PreparedMatrix,
  type PreparedSizes,
  type ProductOptions,
  prepare,
  prepareDense,
  sddmm,
  spmm,
  spmmTransposed,
  spmv,
  spmvTransposed,
} from './ops/index.ts';
export {
  type BlockHeight,
  BlockMatrix,
  type BlockParts,
  CooMatrix,
  type CooParts,
  CscMatrix,
  type CscParts,
  CsrMatrix,
  type CsrParts,
  type DenseSource,
  type Indices,
  type MatrixSizes,
  Sell4Matrix,
  SparseMatrix,
  SparseTensor,
} from './tensor/index.ts';
