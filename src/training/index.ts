// Models that train: made, compiled, fitted, judged, saved.

export { model, type SequentialOptions, sequential } from './build.ts';
export type { Callback, FitParameters } from './callback.ts';
export { EarlyStopping, type EarlyStoppingOptions } from './callbacks/early-stopping.ts';
export { History } from './callbacks/history.ts';
export {
  LearningRateScheduler,
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
} from './callbacks/learning-rate.ts';
export { ModelCheckpoint, type ModelCheckpointOptions } from './callbacks/model-checkpoint.ts';
export { ProgressBar, type ProgressBarOptions, type TextWriter } from './callbacks/progress-bar.ts';
export { TerminateOnNaN } from './callbacks/terminate-on-nan.ts';
export type { ClassWeight } from './class-weights.ts';
export type { Compiled, CompileOptions } from './compiled.ts';
export type { FitOptions } from './fit.ts';
export { isShare, type Logs, type Mode } from './logs.ts';
export { type BatchOptions, type EvaluateOptions, Model, type PredictOptions } from './model.ts';
export type { SamplesInput } from './samples.ts';
export { cloneModel, type LoadOptions, loadModel, type SaveOptions } from './save.ts';
export type { SampleWeight, WeightOptions } from './weights.ts';
