import type { Scope } from './scope.ts';

/** The same amount from each parameter. */
export const layerwise: Scope = (targets) => targets.map((target) => ({ targets: [target] }));
