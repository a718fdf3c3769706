import type { Scope } from './scope.ts';

/**
 * The same amount from each parameter but those of output layers, which stay dense. (Gale et al. 2019)
 * @throws (when used) where all are of output layers.
 */
export const uniform: Scope = (targets) => {
  const inner = targets.filter(({ isOutput }) => !isOutput);
  if (inner.length > 0) return inner.map((target) => ({ targets: [target] }));
  throw new Error(
    `Pruning: the scope uniform leaves output layers dense, and expects others, got ${targets.map(({ layerName }) => layerName).join(', ')} alone; layerwise prunes them too.`,
  );
};
