import { checkKnown } from '../../tensor/index.ts';
import { checkAmount, checkSteps, type Schedule } from './schedule.ts';

/** All at once, before step `step` (default 0). @throws {RangeError} on a sparsity outside [0, 1). */
export function oneShot(options: { sparsity: number; step?: number }): Schedule {
  checkKnown('oneShot', options, ['sparsity', 'step']);
  const { sparsity, step = 0 } = options;
  checkAmount('oneShot', sparsity);
  checkSteps('oneShot', step, step, 1);
  return (now) => (now === step ? sparsity : undefined);
}
