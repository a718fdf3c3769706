import { criterion } from './criterion.ts';

/** |w·∂L/∂w|: first-order estimate of what the loss changes when w becomes 0. (Molchanov et al. 2017) Units by their mean. */
export const taylor = criterion({
  needs: ['gradients'],
  score: ({ values, gradients }) => Float64Array.from(values, (w, i) => Math.abs(w * gradients[i])),
});

/** The same with the sum inside: units by |Σ w·∂L/∂w|, what the loss changes when the whole unit goes. (Molchanov et al. 2019) */
export const unitTaylor = criterion({
  needs: ['gradients'],
  score: ({ values, gradients }) => Float64Array.from(values, (w, i) => w * gradients[i]),
  combine: (scores) => Math.abs(scores.reduce((sum, score) => sum + score, 0)),
});
