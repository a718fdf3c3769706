import { checkNumber } from '../../tensor/index.ts';
import { cos } from '../../tensor/math.ts';
import type { PruningData } from '../collect/data.ts';
import { type DynamicCallback, type DynamicOptions, dynamic } from './callback.ts';
import { checkSamples, denseGradients } from './dense-gradients.ts';
import { rewire } from './rewire.ts';

/** Options of {@link rigl}. */
export interface RiglOptions extends DynamicOptions {
  /** Share of a layer's kept weights exchanged at first; it falls to 0 at `endStep` along half a cosine. Default 0.3. */
  fraction?: number;
  /** Samples for the gradients of pruned weights: at each change the next batch of them (or the next `batches`). */
  data: PruningData;
}

/**
 * The smallest |w| go, the pruned weights with the largest |∂L/∂w| come, from 0. Each layer keeps the number of weights it has when this
 * begins: prune first. (RigL: Evci, Gale, Menick, Castro, Elsen 2020)
 * @throws {RangeError} on numbers out of range, an error without `data`; in training, an error on a model without masks or data that does not fit it.
 */
export function rigl(options: RiglOptions): DynamicCallback {
  const { fraction = 0.3, data } = options ?? {};
  checkNumber('rigl', { fraction }, 'a number in (0, 1)');
  const callback = dynamic('rigl', options, ['fraction', 'data'], ({ model, targets, index, done }) => {
    const parameters = targets.map(({ parameter }) => parameter);
    const gradients = denseGradients(model, parameters, data, index);
    const share = (fraction * (1 + cos(Math.PI * done))) / 2;
    return targets.reduce((grown, target) => {
      const drop = target.parameter.read().data.map(Math.abs);
      const grow = (gradients.get(target.parameter) as Float32Array).map(Math.abs);
      return grown + rewire(target, share, { drop, grow });
    }, 0);
  });
  checkSamples('rigl', data);
  return callback;
}
