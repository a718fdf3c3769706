export { type AdaptiveOptions, type AdaptiveReport, adaptivePruning } from './adaptive.ts';
export { type IterativeOptions, iterativePruning } from './iterative.ts';
export { type LayerPruning, type LayerPruningOptions, pruneLayers } from './prune-layers.ts';
