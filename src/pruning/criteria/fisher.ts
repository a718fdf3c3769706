import { criterion } from './criterion.ts';

/**
 * ½·w²·F with F the mean over samples of (∂L/∂w)², the diagonal of the empirical Fisher matrix that stands for the Hessian: what the
 * loss gains when w becomes 0, in a minimum. (Optimal brain damage: LeCun, Denker, Solla 1990; Fisher: Theis et al. 2018) A
 * backward pass for each sample. Units by the sum.
 */
export const fisher = criterion({
  needs: ['squaredGradients'],
  score: ({ values, squaredGradients }) => Float64Array.from(values, (w, i) => 0.5 * w * w * squaredGradients[i]),
  combine: (scores) => scores.reduce((sum, score) => sum + score, 0),
});
