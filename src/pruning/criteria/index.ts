export { apoz, meanActivation } from './activation.ts';
export { attention } from './attention.ts';
export { batchNormScale } from './batch-norm-scale.ts';
export {
  type Collected,
  type Criterion,
  type CriterionOptions,
  criterion,
  type Informed,
  type Need,
  type Subject,
} from './criterion.ts';
export { fisher } from './fisher.ts';
export { geometricMedian } from './geometric-median.ts';
export { lamp } from './lamp.ts';
export { l2Magnitude, lnMagnitude, magnitude } from './magnitude.ts';
export { movement } from './movement.ts';
export { type ObsOptions, obs } from './obs.ts';
export { random } from './random.ts';
export { snip } from './snip.ts';
export { synflow } from './synflow.ts';
export { taylor, unitTaylor } from './taylor.ts';
export { wanda } from './wanda.ts';
