// Schedules that lead from one sparsity to another along a curve.

import { checkKnown, checkNumber, checkWhole } from '../../tensor/index.ts';
import type { Schedule, Steps } from './schedule.ts';

/** Options of the schedules that lead from one sparsity to another. */
export interface RampOptions extends Steps {
  /** At `beginStep`; in [0, 1). */
  initialSparsity: number;
  /** At `endStep`; in [0, 1). */
  finalSparsity: number;
}

const known = ['initialSparsity', 'finalSparsity', 'beginStep', 'endStep', 'frequency'];

/**
 * A schedule along `curve`, which gives the sparsity for the share of the way done, 0 to 1: every `frequency` steps from `beginStep`,
 * and at `endStep` in any case, so that the final sparsity is reached whatever the frequency.
 * @param own names of options beside those of every ramp.
 * @throws on an unknown option, {RangeError} on sparsities outside [0, 1), an end not after the beginning, a frequency that is no positive whole number.
 */
export function ramp(
  name: string,
  options: RampOptions,
  curve: (done: number) => number,
  own: readonly string[] = [],
): Schedule {
  checkKnown(name, options, [...known, ...own]);
  const { initialSparsity, finalSparsity, beginStep, endStep, frequency = 100 } = options;
  checkNumber(name, { initialSparsity, finalSparsity }, 'a number in [0, 1)');
  checkWhole(name, { beginStep }, 0);
  checkWhole(name, { endStep }, beginStep + 1);
  checkWhole(name, { frequency }, 1);
  return (step) => {
    if (step < beginStep || step > endStep) return undefined;
    if (step === endStep) return finalSparsity;
    if ((step - beginStep) % frequency !== 0) return undefined;
    return step === beginStep ? initialSparsity : curve((step - beginStep) / (endStep - beginStep));
  };
}
