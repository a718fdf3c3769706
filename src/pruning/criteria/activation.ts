import type { NdArray } from '../../tensor/index.ts';
import { byOutput } from './by-output.ts';
import { criterion } from './criterion.ts';

/** Of each column the mean of f. */
function means({ data, shape: [rows, columns] }: NdArray, f: (value: number) => number): Float64Array {
  const sums = new Float64Array(columns);
  data.forEach((value, i) => {
    sums[i % columns] += f(value);
  });
  return sums.map((sum) => sum / rows);
}

/**
 * 1 − APoZ: the share of a neuron's or filter's activations that are above 0, over data and pixels; what is mostly silent goes. (Average
 * percentage of zeros: Hu, Peng, Tai, Tang 2016) For neurons and filters after ReLU.
 */
export const apoz = criterion({
  needs: ['outputs'],
  score: ({ outputs, parameter }) =>
    byOutput(
      means(outputs, (y) => (y > 0 ? 1 : 0)),
      parameter,
    ),
});

/** Mean |activation| of a neuron or filter over data and pixels. (Molchanov et al. 2017) */
export const meanActivation = criterion({
  needs: ['outputs'],
  score: ({ outputs, parameter }) => byOutput(means(outputs, Math.abs), parameter),
});
