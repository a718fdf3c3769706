export { BlockMatrix, type BlockParts } from './block-matrix.ts';
export { type BlockHeight, type Blocks, blockHeights, blocksFromCsr, countBlocks } from './blocks.ts';
export { CooMatrix, type CooParts } from './coo-matrix.ts';
export { CscMatrix, type CscParts } from './csc-matrix.ts';
export { type Csr, type CsrArrays, csrFromDense } from './csr.ts';
export { CsrMatrix, type CsrParts } from './csr-matrix.ts';
export { maximumColumns, nowhere, recordBytes, type Sell4, sell4FromCsr } from './sell4.ts';
export { Sell4Matrix } from './sell4-matrix.ts';
export { type DenseSource, type Indices, type MatrixSizes, SparseMatrix } from './sparse-matrix.ts';
