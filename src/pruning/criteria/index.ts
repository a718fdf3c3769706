export type { Criterion, Subject } from './criterion.ts';
export { magnitude } from './magnitude.ts';
export { random } from './random.ts';
