// Operations on tensors: shapes are known here, then a kernel is called; each operation stands beside its gradient.

export {
  type Activation,
  type ActivationName,
  activated,
  activationOf,
  activations,
  applied,
  leakyRelu,
  leakySlopes,
} from './activations.ts';
export { add, concatenate, split } from './combine.ts';
export { conv2d, conv2dBackward } from './convolution.ts';
export { addRowSums, multiply, multiplyBackward } from './dense.ts';
export { embed, embedBackward, readTokens, tokenError, tokenIds } from './embedding.ts';
export { fold, unfold } from './fold.ts';
export { keepLargest, keepLargestBackward, largestScratch } from './largest.ts';
export {
  type LstmCell,
  type LstmDropout,
  type LstmRun,
  type LstmState,
  lstm,
  lstmActivations,
  lstmBackward,
  lstmCodes,
  lstmRecurrentActivations,
  lstmSequence,
  lstmState,
} from './lstm.ts';
export { anyMask, countSteps, everyMask, fillMeanWeights, meanWeights, stepWeights, weigh } from './masks.ts';
export { batchMoments, drop, type Moments, moveTowards, normalize, normalizeBackward } from './normalization.ts';
export { type GemmSizes, multiplyPanels, panelCount } from './panels.ts';
export { type Pooling, pool, poolBackward } from './pooling.ts';
export * from './products/index.ts';
export { conv2dTranspose, conv2dTransposeBackward } from './transposed-convolution.ts';
export { type Interpolation, upsample, upsampleBackward, upsampler } from './upsampling.ts';
export {
  type Border,
  bordered,
  crop,
  cropped,
  type Edges,
  edgesOf,
  isBordered,
  type Padding,
  pad,
  type Sides,
  transposedWindowOf,
  type Window,
  windowOf,
  windowOf1d,
} from './window.ts';
export { fasterTiling, filterPanels, packFilters, type Tiling, tileScratch, tileSizes } from './winograd.ts';
