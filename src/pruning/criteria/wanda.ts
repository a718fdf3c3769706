import { criterion } from './criterion.ts';

/**
 * |w|·‖x‖₂, x the layer's inputs that w multiplies, over the data. The paper ranks within each output: `structure: perOutput(amount)`.
 * (Sun, Liu, Bair, Kolter 2024)
 */
export const wanda = criterion({
  needs: ['inputs'],
  score({ values, shape, inputs }) {
    const squares = new Float64Array(inputs.shape[1]);
    inputs.data.forEach((x, i) => {
      squares[i % squares.length] += x * x;
    });
    const outputs = shape[shape.length - 1];
    return Float64Array.from(values, (w, i) => Math.abs(w) * Math.sqrt(squares[Math.floor(i / outputs)]));
  },
});
