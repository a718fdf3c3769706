// Pruning: which weights (criteria), in what shape (structures), how much (amounts, rules) where (scopes), when (schedules).

export { type PruningCallback, pruning, type ScheduledOptions } from './callback.ts';
export type { PruningData } from './collect/data.ts';
export * from './criteria/index.ts';
export * from './dynamic/index.ts';
export * from './iterate/index.ts';
export type { PruneOptions, PruningOptions } from './options.ts';
export { prune } from './prune.ts';
export type { Figures, PruneReport, Skipped } from './report.ts';
export * from './rules/index.ts';
export * from './schedules/index.ts';
export * from './scopes/index.ts';
export {
  type SensitivityOptions,
  type SensitivityPoint,
  type SensitivityProgress,
  type SensitivityReport,
  sensitivity,
  sensitivityTable,
} from './sensitivity.ts';
export * from './shrink/index.ts';
export * from './sparsify/index.ts';
export { type Sparsity, sparsity } from './sparsity.ts';
export {
  type BlockShape,
  blockShapes,
  type Empties,
  type LayerSparsity,
  type SparsityFigures,
  type SparsityReport,
  sparsityReport,
  sparsityTable,
} from './sparsity-report.ts';
export * from './structures/index.ts';
export type { Selection, Target } from './targets.ts';
export * from './torch/index.ts';
