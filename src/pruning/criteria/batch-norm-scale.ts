import { byOutput } from './by-output.ts';
import { criterion } from './criterion.ts';

/** |γ| of the batch normalization that follows: neurons and filters that it scales down go. (Network slimming: Liu et al. 2017) */
export const batchNormScale = criterion({
  needs: ['scale'],
  score: ({ scale, parameter }) => byOutput(scale, parameter),
});
