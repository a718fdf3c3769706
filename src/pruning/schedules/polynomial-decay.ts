import { pow } from '../../tensor/math.ts';
import { checkAmount, checkSteps, type Schedule } from './schedule.ts';

/** Options of {@link polynomialDecay}, with TFMOT's names and defaults. */
export interface PolynomialDecayOptions {
  initialSparsity: number;
  finalSparsity: number;
  beginStep: number;
  endStep: number;
  /** Default 3: the cubic of the paper. */
  power?: number;
  /** Steps from one pruning to the next; default 100. */
  frequency?: number;
}

/**
 * s(t) = s_f + (s_i − s_f)·(1 − (t − t_0)/(t_1 − t_0))^power every `frequency` steps from t_0 = `beginStep`, and at
 * t_1 = `endStep` in any case, so that the final sparsity is reached. (Zhu and Gupta 2017)
 * @throws {RangeError} on numbers out of range.
 */
export function polynomialDecay(options: PolynomialDecayOptions): Schedule {
  const { initialSparsity, finalSparsity, beginStep, endStep, power = 3, frequency = 100 } = options;
  checkAmount('polynomialDecay', initialSparsity);
  checkAmount('polynomialDecay', finalSparsity);
  checkSteps('polynomialDecay', beginStep, endStep, frequency);
  if (endStep === Infinity || endStep === beginStep || !(power > 0)) {
    throw new RangeError(
      `polynomialDecay: expected an endStep after beginStep and a power above 0, got ${beginStep}, ${endStep} and ${power}.`,
    );
  }
  return (step) => {
    if (step < beginStep || step > endStep) return undefined;
    if (step !== endStep && (step - beginStep) % frequency !== 0) return undefined;
    const left = 1 - (step - beginStep) / (endStep - beginStep);
    return finalSparsity + (initialSparsity - finalSparsity) * pow(left, power);
  };
}
