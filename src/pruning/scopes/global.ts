import type { Scope } from './scope.ts';

/** All weights in one ranking, output layers included, so that each layer loses as much as its scores say. */
export const global: Scope = (targets) => [{ targets }];
