export { Batch, type Slab } from './batch.ts';
export { checkNumber, checkOften, checkWhole, misfit } from './checks.ts';
export { named, showChoice } from './choices.ts';
export { checkKnown, checkSignal } from './known-options.ts';
export { type ArrayInput, checkFinite, type NdArray, toNumbers, toSamples } from './nd-array.ts';
export { isTyped, lengthOf, numbersOf, showStranger, showValue } from './numbers.ts';
export {
  type ActivityRegularizer,
  inputAxisOf,
  outputAxisOf,
  Parameter,
  type ParameterOptions,
  type Regularizer,
} from './parameter.ts';
export type { Pattern } from './pattern.ts';
export { RowSet } from './row-set.ts';
export { checkShape, checkSize, type Shape, sameShape, showShape, sizeOf } from './shape.ts';
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
} from './sparse/index.ts';
export { SparseTensor } from './sparse-tensor.ts';
export { Store } from './store.ts';
export { Tape } from './tape.ts';
export { Tensor } from './tensor.ts';
