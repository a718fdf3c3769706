import { checkNumber } from '../../tensor/index.ts';
import { pow } from '../../tensor/math.ts';
import { type RampOptions, ramp } from './ramp.ts';
import type { Schedule } from './schedule.ts';

/** Options of {@link polynomialDecay}, with TFMOT's names and defaults. */
export interface PolynomialDecayOptions extends RampOptions {
  /** Default 3: the cubic of the paper. */
  power?: number;
}

/**
 * s(t) = s_f + (s_i − s_f)·(1 − (t − t_0)/(t_1 − t_0))^power every `frequency` steps from t_0 = `beginStep`, as TFMOT; and, beyond it, at
 * t_1 = `endStep` in any case, so that the final sparsity is reached also when the frequency does not divide the way. (Zhu and Gupta 2017)
 * @throws {RangeError} on numbers out of range.
 */
export function polynomialDecay(options: PolynomialDecayOptions): Schedule {
  const { initialSparsity, finalSparsity, power = 3 } = options;
  checkNumber('polynomialDecay', { power }, 'a number above 0');
  const way = initialSparsity - finalSparsity;
  return ramp('polynomialDecay', options, (done) => finalSparsity + way * pow(1 - done, power), ['power']);
}
