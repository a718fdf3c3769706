import { byOutput, outputsOf } from './by-output.ts';
import type { Criterion } from './criterion.ts';

/**
 * Σ over the other filters of the Euclidean distance to them: the filters nearest the geometric median of their layer, which the others
 * can replace, go first. (FPGM: He, Liu, Wang, Hu, Yang 2019) out²·weights/out operations. Filters pruned before are no others.
 */
export const geometricMedian: Criterion = ({ values, parameter, mask }) => {
  const { count: outputs, of } = outputsOf(parameter);
  const filters = Array.from({ length: outputs }, () => new Float64Array(values.length / outputs));
  const filled = new Uint32Array(outputs);
  const alive = new Uint8Array(outputs);
  values.forEach((w, i) => {
    const o = of(i);
    filters[o][filled[o]++] = w;
    if (mask?.[i] !== 0) alive[o] = 1;
  });
  const scores = new Float64Array(outputs);
  for (let a = 0; a < outputs; a++) {
    for (let b = a + 1; b < outputs; b++) {
      if (!alive[a] || !alive[b]) continue;
      const distance = Math.sqrt(filters[a].reduce((sum, w, i) => sum + (w - filters[b][i]) * (w - filters[b][i]), 0));
      scores[a] += distance;
      scores[b] += distance;
    }
  }
  return byOutput(scores, parameter);
};
