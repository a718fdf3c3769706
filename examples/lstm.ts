// What the examples with an LSTM named `lstm` share.

import { Option } from 'commander';
import { type Model, sparsityReport } from '../src/index.ts';

/** Its activation, as an option of the command line. */
export const activationOption = (): Option =>
  new Option('--activation <name>', 'of the LSTM').choices(['tanh', 'relu', 'linear', 'sigmoid']).default('tanh');

/** The weights of its two kernels, and those that are not 0. */
export function weightsOfLstm(model: Model): { weights: number; weightsKept: number } {
  const kernels = sparsityReport(model).layers.filter(({ layer }) => layer === 'lstm');
  const sum = (of: 'weights' | 'kept') => kernels.reduce((all, kernel) => all + kernel[of], 0);
  return { weights: sum('weights'), weightsKept: sum('kept') };
}
