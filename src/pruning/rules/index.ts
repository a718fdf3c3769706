export { amountRule } from './amount-rule.ts';
export { nonzeroRule } from './nonzero-rule.ts';
export { randomRule } from './random-rule.ts';
export type { Group, Rule } from './rule.ts';
export { thresholdRule } from './threshold-rule.ts';
