// Model files: bytes ↔ ModelDescription.

export { encodeArray } from './array-code.ts';
export {
  type ArrayDescription,
  copied,
  type GraphDescription,
  type LayerDescription,
  type ModelDescription,
  type NodeDescription,
  type Reference,
} from './description.ts';
export { readFile, readyFolder, saveFile } from './files.ts';
export { FormatError } from './format-error.ts';
export { damaged } from './header.ts';
export { decodeModel, encodeModel } from './model-file.ts';
export {
  type Field as MatrixMarketField,
  type Layout as MatrixMarketLayout,
  readMatrixMarket,
  type Symmetry as MatrixMarketSymmetry,
} from './read-matrix-market.ts';
export { fromSource } from './source.ts';
export { type MatrixMarketOptions, writeMatrixMarket } from './write-matrix-market.ts';
