// Pruning: which weights (criteria), in what shape (structures), how much (amounts, rules) where (scopes), when (schedules).

export { type PruningCallback, type PruningCallbackOptions, pruning } from './callback.ts';
export * from './criteria/index.ts';
export { type PruneOptions, type PruneReport, type PruningOptions, prune } from './prune.ts';
export * from './rules/index.ts';
export * from './schedules/index.ts';
export * from './scopes/index.ts';
export { type Sparsity, sparsity } from './sparsity.ts';
export * from './structures/index.ts';
export type { Selection, Target } from './targets.ts';
