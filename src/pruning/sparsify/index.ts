export { type SparsifyDataOptions, sparsifyData } from './data.ts';
export {
  type ProximalGradientCallback,
  type ProximalGradientOptions,
  proximalGradient,
} from './proximal-gradient.ts';
export { sparsify } from './sparsify.ts';
