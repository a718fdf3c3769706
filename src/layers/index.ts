// The layers, one file for each idea; factories are public, classes are not.

export { type ActivationOptions, activation, type LeakyReluOptions, leakyRelu } from './activation.ts';
export { type ActivityRegularizationOptions, activityRegularization } from './activity-regularization.ts';
export { type BatchNormalizationOptions, batchNormalization } from './batch-normalization.ts';
export {
  type BorderSize,
  type Cropping2dOptions,
  cropping2d,
  type ZeroPadding2dOptions,
  zeroPadding2d,
} from './border2d.ts';
export { add, type ConcatenateOptions, concatenate } from './combine.ts';
export { type Conv1dOptions, conv1d } from './conv1d.ts';
export { type Conv2dOptions, conv2d } from './conv2d.ts';
export { type Conv2dTransposeOptions, conv2dTranspose } from './conv2d-transpose.ts';
export { type DenseOptions, dense } from './dense.ts';
export { type DropoutOptions, dropout } from './dropout.ts';
export { type EmbeddingOptions, embedding } from './embedding.ts';
export { globalAveragePooling1d, globalMaxPooling1d } from './global-pooling1d.ts';
export { type GlobalPooling2dOptions, globalAveragePooling2d, globalMaxPooling2d } from './global-pooling2d.ts';
export { type Initializer, type InitializerChoice, initializers } from './initializers.ts';
export { type KSparse, type KSparseOptions, kSparse } from './k-sparse.ts';
export { Layer, type LayerOptions } from './layer.ts';
export { type LstmOptions, lstm } from './lstm.ts';
export type { Pair } from './options.ts';
export { averagePooling2d, maxPooling2d, type Pooling2dOptions } from './pooling2d.ts';
export { flatten, type ReshapeOptions, reshape } from './shaping.ts';
export { type SqueezeExcitationOptions, squeezeExcitation } from './squeeze-excitation.ts';
export { type InputOptions, input, type Node, type SymbolicTensor } from './symbolic.ts';
export { type TimeDistributedOptions, timeDistributed } from './time-distributed.ts';
export { type UpSampling2dOptions, upSampling2d } from './up-sampling2d.ts';
