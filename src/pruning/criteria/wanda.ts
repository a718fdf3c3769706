import { outputsOf } from './by-output.ts';
import { criterion } from './criterion.ts';

/**
 * |w|·‖x‖₂, x the layer's inputs that w multiplies, over the data. The paper ranks within each output: `structure: perOutput(amount)`.
 * (Sun, Liu, Bair, Kolter 2024)
 */
export const wanda = criterion({
  needs: ['inputNorms'],
  score({ values, inputNorms, parameter }) {
    const { inputOf } = outputsOf(parameter);
    return Float64Array.from(values, (w, i) => Math.abs(w) * inputNorms[inputOf(i)]);
  },
});
