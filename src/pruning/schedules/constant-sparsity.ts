import { checkAmount, checkSteps, type Schedule } from './schedule.ts';

/** Options of {@link constantSparsity}, with TFMOT's names and defaults. */
export interface ConstantSparsityOptions {
  targetSparsity: number;
  beginStep: number;
  /** Default: never. */
  endStep?: number;
  /** Steps from one pruning to the next; default 100. */
  frequency?: number;
}

/** The same sparsity every `frequency` steps from `beginStep` to `endStep`. @throws {RangeError} on numbers out of range. */
export function constantSparsity({
  targetSparsity,
  beginStep,
  endStep = Infinity,
  frequency = 100,
}: ConstantSparsityOptions): Schedule {
  checkAmount('constantSparsity', targetSparsity);
  checkSteps('constantSparsity', beginStep, endStep, frequency);
  return (step) =>
    step >= beginStep && step <= endStep && (step - beginStep) % frequency === 0 ? targetSparsity : undefined;
}
