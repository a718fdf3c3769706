export { global } from './global.ts';
export { layerwise } from './layerwise.ts';
export type { Scope } from './scope.ts';
export { uniform } from './uniform.ts';
