// R(w) = λ·Σ over groups √|g|·‖w_g‖₂, the groups being the slices along one axis. Whole groups become zero:
//
//   w_g ← w_g·max(0, 1 − η·λ·√|g| / ‖w_g‖₂),     η the learning rate,
//
// after each update of any optimizer, as the proximal l1 does (penalties.ts). (Yuan and Lin 2006; structured sparsity learning: Wen et al.
// 2016). One pass over the weights.

import { checkNumber, type Parameter, type Regularizer } from '../tensor/index.ts';

/** A group lasso as plain data. */
export interface GroupLassoConfig {
  /** What it is made by. */
  readonly name: 'groupLasso';
  /** The strength, a number from 0; default 0.01. */
  readonly lambda?: number;
  /** The Keras axis along whose indices the groups lie; negative counts from the last; default −1. */
  readonly axis?: number;
}

/** The group lasso of these numbers. @throws when lambda is negative or the axis no whole number. */
export function groupLassoOf({ lambda = 0.01, axis = -1 }: GroupLassoConfig): Regularizer {
  checkNumber('groupLasso', { lambda }, 'a finite number from 0');
  checkNumber('groupLasso', { axis }, 'a whole number');
  return {
    name: 'groupLasso',
    value(parameter) {
      const { norms, root } = groupsOf(parameter, axis);
      return lambda * root * norms.reduce((sum, norm) => sum + norm, 0);
    },
    gradient() {},
    proximal(parameter, learningRate) {
      const { of, norms, root } = groupsOf(parameter, axis);
      const factors = norms.map((norm) => (norm > 0 ? Math.max(0, 1 - (learningRate * lambda * root) / norm) : 0));
      const { view } = parameter.values;
      for (let i = 0; i < view.length; i++) view[i] *= factors[of(i)];
    },
    config: () => ({ name: 'groupLasso', lambda, axis }),
  };
}

/** The group of each storage position, the groups' norms, and the square root of their size. */
function groupsOf({ name, shape, axes, values, length }: Parameter, axis: number) {
  const level = axes.indexOf(axis < 0 ? axis + shape.length : axis);
  if (level < 0) throw new Error(`groupLasso: ${name} has ${shape.length} axes, got axis ${axis}.`);
  const count = shape[axes[level]];
  const stride = axes.slice(level + 1).reduce((product, inner) => product * shape[inner], 1);
  const of = (i: number) => Math.floor(i / stride) % count;
  const squares = new Float64Array(count);
  const { view } = values;
  for (let i = 0; i < view.length; i++) squares[of(i)] += view[i] * view[i];
  return { of, norms: squares.map(Math.sqrt), root: Math.sqrt(length / count) };
}
