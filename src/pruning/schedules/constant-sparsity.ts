import { checkKnown, checkNumber } from '../../tensor/index.ts';
import { checkSteps, type Schedule } from './schedule.ts';

/** Options of {@link constantSparsity}, with TFMOT's names and defaults. */
export interface ConstantSparsityOptions {
  /** The fraction of weights that are pruned, in [0, 1). */
  targetSparsity: number;
  /** The step (batch of training) of the first pruning, from 0. */
  beginStep: number;
  /** Default −1, as TFMOT: never. */
  endStep?: number;
  /** Steps from one pruning to the next; default 100. */
  frequency?: number;
}

/** The same sparsity every `frequency` steps from `beginStep` to `endStep`. @throws {RangeError} on numbers out of range. */
export function constantSparsity(options: ConstantSparsityOptions): Schedule {
  checkKnown('constantSparsity', options, ['targetSparsity', 'beginStep', 'endStep', 'frequency']);
  const { targetSparsity, beginStep, endStep = -1, frequency = 100 } = options;
  const end = endStep === -1 ? Infinity : endStep;
  checkNumber('constantSparsity', { targetSparsity }, 'a number in [0, 1)');
  checkSteps('constantSparsity', beginStep, end, frequency);
  return (step) =>
    step >= beginStep && step <= end && (step - beginStep) % frequency === 0 ? targetSparsity : undefined;
}
