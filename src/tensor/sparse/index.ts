export { type BlockHeight, type BlockMatrix, blocksFromCsr, countBlocks } from './blocks.ts';
export { type Csr, csrFromDense, csrToDense, densePositions, withColumns } from './csr.ts';
export { maximumColumns, nowhere, recordBytes, type Sell4, sell4FromCsr } from './sell4.ts';
export { blockHeights, type Structure, structureOf } from './structure.ts';
