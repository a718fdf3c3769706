export type { DynamicCallback, DynamicOptions } from './callback.ts';
export { type RiglOptions, rigl } from './rigl.ts';
export { type SparseEvolutionOptions, sparseEvolution } from './sparse-evolution.ts';
export { type SplicingOptions, splicing } from './splicing.ts';
