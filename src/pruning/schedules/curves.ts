import { cos, pow } from '../../tensor/math.ts';
import { type RampOptions, ramp } from './ramp.ts';
import type { Schedule } from './schedule.ts';

/** Equal steps of sparsity. @throws {RangeError} on numbers out of range. */
export const linearSparsity = (options: RampOptions): Schedule =>
  ramp(
    'linearSparsity',
    options,
    (done) => options.initialSparsity + done * (options.finalSparsity - options.initialSparsity),
  );

/** What `polynomialDecay` is by default. (Zhu and Gupta 2017) @throws {RangeError} on numbers out of range. */
export const cubicSparsity = (options: RampOptions): Schedule =>
  ramp('cubicSparsity', options, (done) => {
    const way = options.initialSparsity - options.finalSparsity;
    return options.finalSparsity + way * pow(1 - done, 3);
  });

/** Equal factors of density: each pruning takes the same share of what is left. @throws {RangeError} on numbers out of range. */
export const exponentialSparsity = (options: RampOptions): Schedule =>
  ramp('exponentialSparsity', options, (done) => {
    const first = 1 - options.initialSparsity;
    return 1 - first * pow((1 - options.finalSparsity) / first, done);
  });

/** Half a cosine: slow, fast, slow. @throws {RangeError} on numbers out of range. */
export const cosineSparsity = (options: RampOptions): Schedule =>
  ramp('cosineSparsity', options, (done) => {
    const way = options.initialSparsity - options.finalSparsity;
    return options.finalSparsity + (way * (1 + cos(Math.PI * done))) / 2;
  });
