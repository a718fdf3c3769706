// Structures along axes: the weights that share an index on the chosen Keras axes go together.

import { inputAxisOf, outputAxisOf } from '../../tensor/index.ts';
import { linear, type Structure } from './structure.ts';

/**
 * The slices of a parameter at each index of the chosen axes: `slices(-1)` are the filters of a convolution and the neurons of a dense
 * layer, `slices(0)` the rows of a table.
 * @param axes Keras axes; negative ones count from the last.
 * @throws (when used) on a parameter that has not these axes.
 */
export const slices =
  (...axes: number[]): Structure =>
  ({ name, shape }) => {
    const chosen = axes.map((axis) => (axis < 0 ? axis + shape.length : axis));
    if (!axes.length || !chosen.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < shape.length)) {
      throw new Error(
        `slices: ${name} has ${shape.length} axes, expected some of these, got ${axes.join(', ') || 'none'}.`,
      );
    }
    const weights = shape.map(() => 0);
    let count = 1;
    for (const axis of [...new Set(chosen)].sort((a, b) => b - a)) {
      weights[axis] = count;
      count *= shape[axis];
    }
    return { count, of: linear(shape, weights) };
  };

/** All weights into one output: the neurons of a dense layer, the features of a table. */
export const neurons: Structure = (parameter) => slices(outputAxisOf(parameter))(parameter);

/** All weights into one output channel. */
export const filters: Structure = neurons;

/** All weights out of one input: a channel of a convolution's input, a feature of a dense layer's. */
export const channels: Structure = (parameter) => slices(inputAxisOf(parameter))(parameter);

/** All features of one token of an embedding. Files leave such rows out; `shrink` lets them stand, since tokens are numbers of rows. */
export const embeddingRows: Structure = Object.assign(slices(0), { layerType: 'embedding' });

/** The 2-D slices of a convolution, one for each pair of input and output channel; of a dense layer single weights. */
export const kernelSlices: Structure = (parameter) =>
  slices(inputAxisOf(parameter), outputAxisOf(parameter))(parameter);

/** The rows of the matrix [out, in·row·column]: one for each output. */
export const matrixRows: Structure = neurons;

/** The columns of that matrix: one for each input, and in a convolution for each tap of its window. */
export const matrixColumns: Structure = (parameter) => {
  const outputs = outputAxisOf(parameter);
  return slices(...[...parameter.shape.keys()].filter((axis) => axis !== outputs))(parameter);
};
