export { block, block4x1, block8x1, block16x1 } from './block.ts';
export { lstmUnits } from './lstm-units.ts';
export { nOfM, perOutput } from './n-of-m.ts';
export {
  channels,
  embeddingRows,
  filters,
  kernelSlices,
  matrixColumns,
  matrixRows,
  neurons,
  slices,
} from './slices.ts';
export type { Cells, Layout, Structure, Units } from './structure.ts';
export { unstructured } from './unstructured.ts';
export { wholeLayers } from './whole.ts';
