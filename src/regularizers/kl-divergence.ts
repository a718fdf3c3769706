// Units that are active for few samples each: with ρ̂ⱼ the mean of unit j over the batch and ρ the target,
//
//   λ·Σⱼ KL(ρ ‖ ρ̂ⱼ) = λ·Σⱼ ρ·log(ρ/ρ̂ⱼ) + (1 − ρ)·log((1 − ρ)/(1 − ρ̂ⱼ)),   slope for each sample  λ/N·((1 − ρ)/(1 − ρ̂ⱼ) − ρ/ρ̂ⱼ)
//
// for outputs from 0 to 1, as of a sigmoid. ρ̂ is kept within [1e-7, 1 − 1e-7]. One pass. (Ng 2011, CS294A lecture notes: sparse autoencoder)

import { arena } from '../engine/index.ts';
import { type ActivityRegularizer, checkKnown, checkNumber } from '../tensor/index.ts';
import { log } from '../tensor/math.ts';
import { addToUnits, unitMeans } from './activity.ts';

/** Options of {@link klDivergence} beside the strength. */
export interface KlDivergenceOptions {
  /** The mean activity wanted of each unit, in (0, 1); default 0.05. */
  target?: number;
}

/** What {@link klDivergence} gives as `config()`. */
export interface KlDivergenceConfig {
  /** What it is made by. */
  readonly name: 'klDivergence';
  /** The strength, a number from 0. */
  readonly lambda: number;
  /** The mean activity wanted of each unit, in (0, 1). */
  readonly target: number;
}

const least = 1e-7;

/**
 * λ·Σ KL(target ‖ mean activity) over the units of a layer, for `activityRegularizer`. Default λ 0.01.
 * @throws RangeError when lambda is negative, or the target not within (0, 1).
 */
export function klDivergence(lambda = 0.01, options: KlDivergenceOptions = {}): ActivityRegularizer {
  checkKnown('klDivergence', options, ['target']);
  const { target = 0.05 } = options;
  checkNumber('klDivergence', { lambda }, 'a finite number from 0');
  checkNumber('klDivergence', { target }, 'a number in (0, 1)');
  const within = (mean: number) => Math.min(1 - least, Math.max(least, mean));
  return {
    name: 'klDivergence',
    activityValue(y) {
      const divergence = unitMeans(y).reduce((sum, mean) => {
        const p = within(mean);
        return sum + target * log(target / p) + (1 - target) * log((1 - target) / (1 - p));
      }, 0);
      return lambda * divergence;
    },
    activityGradient(y, dy) {
      const share = lambda / y.batch.size;
      const slopes = Float32Array.from(unitMeans(y), (mean) => {
        const p = within(mean);
        return share * ((1 - target) / (1 - p) - target / p);
      });
      arena.scope(() => addToUnits(dy, slopes, arena.allocate(4 * slopes.length)));
    },
    config: (): KlDivergenceConfig => ({ name: 'klDivergence', lambda, target }),
  };
}
