export { type ConstantSparsityOptions, constantSparsity } from './constant-sparsity.ts';
export { oneShot } from './one-shot.ts';
export { type PolynomialDecayOptions, polynomialDecay } from './polynomial-decay.ts';
export type { Schedule } from './schedule.ts';
