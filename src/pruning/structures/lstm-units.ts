import { linear, type Structure } from './structure.ts';

const gates = 4;

/** The unit of each column of a kernel [in, 4·units]: its four gates are `units` columns apart. */
const gateColumns: Structure = ({ name, shape }) => {
  const columns = shape[shape.length - 1];
  if (shape.length !== 2 || columns % gates !== 0) {
    throw new Error(`lstmUnits: expected a kernel [in, 4·units], got ${name} of shape [${shape.join(', ')}].`);
  }
  const count = columns / gates;
  return { count, of: linear(shape, [0, 1]).map((column) => column % count) };
};

/**
 * Whole units of an LSTM: the columns of all four gates in kernel and recurrent kernel; and with them, once a unit has none left, its
 * biases, and its rows in the recurrent kernel and in the kernels of the layers that read it. Its state is then 0 at every step, and
 * `shrink` removes it. (Wen et al. 2018, intrinsic sparse structures) A unit's score is the mean over its columns.
 */
export const lstmUnits: Structure = Object.assign(gateColumns.bind(undefined), { layerType: 'lstm', isShared: true });
