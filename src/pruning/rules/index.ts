export type { Amount } from './amount.ts';
export { amountRule } from './amount-rule.ts';
export { nonzeroRule } from './nonzero-rule.ts';
export { randomRule } from './random-rule.ts';
export type { Group, Rule } from './rule.ts';
export { absoluteRule, thresholdRule } from './threshold-rule.ts';
export { topRule } from './top-rule.ts';
