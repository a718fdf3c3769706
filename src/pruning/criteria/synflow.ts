import { criterion } from './criterion.ts';

/**
 * |w·∂R/∂w|, R the sum of the outputs for an input of ones when every weight is its absolute value and every activation the identity:
 * the synaptic flow through w. Needs no data; meant for the untrained network, over all layers (`scope: global`), in 100 rounds, so
 * that no layer is lost. (Tanaka, Kunin, Yamins, Ganguli 2020)
 */
export const synflow = criterion({
  needs: ['flow'],
  iterations: 100,
  score: ({ values, flow }) => values.map((w, i) => Math.abs(w) * flow[i]),
});
