import { criterion } from './criterion.ts';
import { taylor } from './taylor.ts';

/**
 * |∂L/∂c| at c = 1, with c a switch on the weight (w·c): connection sensitivity, |w·∂L/∂w|. Meant for the untrained network, in one
 * shot, ranked over all layers (`scope: global`). The paper divides by the sum over all weights, which leaves the order as it is.
 * (Lee, Ajanthan, Torr 2019)
 */
export const snip = criterion({ needs: ['gradients'], score: taylor });
