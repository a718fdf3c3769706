import { checkKnown, checkNumber, checkWhole } from '../../tensor/index.ts';
import type { Schedule } from './schedule.ts';

/** All at once, before step `step` (default 0). @throws {RangeError} on a sparsity outside [0, 1). */
export function oneShot(options: { sparsity: number; step?: number }): Schedule {
  checkKnown('oneShot', options, ['sparsity', 'step']);
  const { sparsity, step = 0 } = options;
  checkNumber('oneShot', { sparsity }, 'a number in [0, 1)');
  checkWhole('oneShot', { step }, 0);
  return (now) => (now === step ? sparsity : undefined);
}
