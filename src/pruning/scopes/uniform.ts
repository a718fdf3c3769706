import type { Scope } from './scope.ts';

/** The same amount from each parameter but those of output layers, which stay dense. (Gale et al. 2019) */
export const uniform: Scope = (targets) =>
  targets.filter(({ isOutput }) => !isOutput).map((target) => ({ targets: [target] }));
