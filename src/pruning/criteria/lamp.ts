import type { Criterion } from './criterion.ts';

/**
 * w² / Σ u² over the weights u of the layer that are no smaller than w: magnitude made comparable between layers, for `scope: global`.
 * The largest weight of each layer scores 1, so no layer is lost. Among equals the later position comes first. (Lee et al. 2021)
 */
export const lamp: Criterion = ({ values, mask }) => {
  const order = Array.from(values.keys()).sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]) || a - b);
  const scores = new Float64Array(values.length);
  let sum = 0;
  for (const i of order) {
    if (mask?.[i] === 0) continue;
    const square = values[i] * values[i];
    sum += square;
    scores[i] = sum === 0 ? 0 : square / sum;
  }
  return scores;
};
