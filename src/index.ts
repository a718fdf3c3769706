// espalier: make, train, sparsify, prune, compress and run small networks. Public names only, from what most use to what few do.

// Models: made of layers, trained, judged, saved

export {
  type BatchOptions,
  type Callback,
  type ClassWeight,
  type Compiled,
  type CompileOptions,
  cloneModel,
  EarlyStopping,
  type EarlyStoppingOptions,
  type EvaluateOptions,
  type FitOptions,
  type FitParameters,
  History,
  LearningRateScheduler,
  type LoadOptions,
  type Logs,
  loadModel,
  type Mode,
  Model,
  ModelCheckpoint,
  type ModelCheckpointOptions,
  model,
  type PredictOptions,
  ProgressBar,
  type ProgressBarOptions,
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
  type SamplesInput,
  type SampleWeight,
  type SaveOptions,
  type SequentialOptions,
  sequential,
  TerminateOnNaN,
  type TextWriter,
  type WeightOptions,
} from './training/index.ts';

// Layers

export * from './layers/index.ts';

// What training goes by

export {
  binaryCrossentropy,
  type CrossentropyOptions,
  type CustomLossOptions,
  categoricalCrossentropy,
  customLoss,
  type HuberOptions,
  huber,
  type Loss,
  type LossChoice,
  type LossConfig,
  type LossName,
  meanAbsoluteError,
  meanSquaredError,
  sparseCategoricalCrossentropy,
} from './losses/index.ts';
export {
  binaryAccuracy,
  categoricalAccuracy,
  customMetric,
  intersectionOverUnion,
  type Metric,
  type MetricChoice,
  type MetricConfig,
  type MetricFunction,
  type MetricName,
  meanAbsoluteErrorMetric,
  meanIoU,
  meanOfClasses,
  meanSquaredErrorMetric,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from './metrics/index.ts';
export {
  type AdamOptions,
  adam,
  type CustomOptimizerOptions,
  customOptimizer,
  type Optimizer,
  type OptimizerChoice,
  type OptimizerConfig,
  type OptimizerName,
  type OptimizerOptions,
  type ParameterUpdate,
  type RmspropOptions,
  rmsprop,
  type SgdOptions,
  sgd,
  type VectorUpdate,
} from './optimizers/index.ts';
export {
  type ActivityRegularizer,
  type ActivityRegularizerChoice,
  type ActivityRegularizerConfig,
  elasticNet,
  type GroupLassoConfig,
  groupLasso,
  type KlDivergenceConfig,
  type KlDivergenceOptions,
  klDivergence,
  type L1Options,
  l1,
  l1l2,
  l2,
  type Penalty,
  type PenaltyConfig,
  proximalL1,
  type Regularizer,
  type RegularizerChoice,
  type RegularizerConfig,
  registerRegularizer,
} from './regularizers/index.ts';

// Sparsifying and pruning

export * from './pruning/index.ts';

// Compressed, and running: what `espalier/inference` has too

export * from './inference/index.ts';

// Data

export * from './data/index.ts';

// Sparse matrices and their products

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
  Batch,
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
  Parameter,
  type ParameterOptions,
  Sell4Matrix,
  SparseMatrix,
  SparseTensor,
  Tape,
  Tensor,
} from './tensor/index.ts';

// Sparse coding

export * from './coding/index.ts';

// What layers, rules and callbacks of one's own are made with

export {
  Network,
  type NetworkOptions,
  registerLayer,
  type Snapshot,
  type Step as NetworkStep,
  snapshot,
} from './model/index.ts';
export type { ActivationName, Interpolation, Padding } from './ops/index.ts';
export type { ArrayInput, NdArray, Pattern, RowSet, Shape, Slab, Store } from './tensor/index.ts';
export { Random, type RandomState } from './tensor/random.ts';
