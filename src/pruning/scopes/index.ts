export { type Bounds, bounded } from './bounded.ts';
export { erdosRenyi, erdosRenyiKernel } from './erdos-renyi.ts';
export { global } from './global.ts';
export { layerwise } from './layerwise.ts';
export { perLayer } from './per-layer.ts';
export type { Scope, Share } from './scope.ts';
export { uniform } from './uniform.ts';
