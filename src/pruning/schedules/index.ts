export { type ConstantSparsityOptions, constantSparsity } from './constant-sparsity.ts';
export { cosineSparsity, cubicSparsity, exponentialSparsity, linearSparsity } from './curves.ts';
export { type CyclicSparsityOptions, cyclicSparsity } from './cyclic.ts';
export { oneShot } from './one-shot.ts';
export { type PolynomialDecayOptions, polynomialDecay } from './polynomial-decay.ts';
export type { RampOptions } from './ramp.ts';
export type { Schedule, Steps } from './schedule.ts';
