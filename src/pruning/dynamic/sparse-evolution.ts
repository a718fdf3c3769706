import { checkNumber } from '../../tensor/index.ts';
import { Random } from '../../tensor/random.ts';
import { type DynamicCallback, type DynamicOptions, dynamic } from './callback.ts';
import { rewire } from './rewire.ts';

/** Options of {@link sparseEvolution}. */
export interface SparseEvolutionOptions extends DynamicOptions {
  /** Share of a layer's kept weights exchanged each time; default 0.3. */
  fraction?: number;
}

/**
 * Sparse evolutionary training (SET): the smallest |w| go, as many others come at random, from 0. Each layer keeps the number of weights it has
 * when this begins: prune first. (Mocanu et al. 2018)
 * @throws {RangeError} on numbers out of range; in training, an error on a model without masks.
 */
export function sparseEvolution(options: SparseEvolutionOptions): DynamicCallback {
  const { fraction = 0.3, seed = 0 } = options ?? {};
  checkNumber('sparseEvolution', { fraction }, 'a number in (0, 1)');
  const random = new Random(seed, 'sparseEvolution');
  return dynamic('sparseEvolution', options, ['fraction'], ({ targets, index }) =>
    targets.reduce((grown, target, i) => {
      const draw = random.split(index).split(i);
      const drop = target.parameter.read().data.map(Math.abs);
      return grown + rewire(target, fraction, { drop, grow: drop.map(() => draw.uniform()) });
    }, 0),
  );
}
