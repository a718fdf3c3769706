// Penalties on weights: R(w) = l1·Σ|w| + l2·Σw², with ∂R/∂w = l1·sign(w) + 2·l2·w (sign(0) = 0). One pass over the weights each.
//
// The gradient of |w| never makes a weight exactly zero: it jumps to and fro around it. The proximal form leaves the l1 term
// out of the gradient and shrinks after each update instead,
//
//   w ← sign(w)·max(|w| − η·l1, 0),     η the learning rate,
//
// which is proximal gradient descent (ISTA) under plain SGD and yields true zeros. (Daubechies, Defrise, De Mol 2004; Parikh
// and Boyd: Proximal Algorithms, 2014.) Under SGD with momentum, RMSprop and Adam the same threshold η·l1 is taken from every
// weight after the optimizer's own step, not rescaled by the optimizer's denominators: decoupled from it, as AdamW's decay
// is (Loshchilov and Hutter 2019). So λ then weighs against normalised steps, and useful values lie near 1e-3 to 1e-1.

import { kernels } from '../engine/index.ts';
import {
  type ActivityRegularizer,
  checkNumber,
  type Parameter,
  type Regularizer,
  type Tensor,
} from '../tensor/index.ts';
import { addNormGradient, normValue } from './activity.ts';

/** The strengths of a penalty as plain data: what {@link Regularizer.config} gives and `regularizerOf` reads. */
export interface PenaltyConfig {
  /** What it is made by. */
  readonly name: 'l1' | 'l2' | 'l1l2' | 'proximalL1' | 'elasticNet';
  /** The strength of λ·Σ|w|, a number from 0; default 0. */
  readonly l1?: number;
  /** The strength of λ·Σw², a number from 0; default 0. */
  readonly l2?: number;
  /** Whether the l1 part is a shrinkage step after each update, which yields true zeros, and not a gradient; default false, of the last two names true. */
  readonly proximal?: boolean;
}

/** Penalties whose l2 part, too, is worked off by the shrinkage step. */
const isWholeProximal = (name: PenaltyConfig['name']): boolean => name === 'elasticNet';

/** The penalty of these strengths. @throws when a strength is negative or not a finite number. */
export function penalty({
  name,
  l1 = 0,
  l2 = 0,
  proximal = name === 'proximalL1' || isWholeProximal(name),
}: PenaltyConfig): Regularizer & Partial<ActivityRegularizer> {
  checkNumber(name, { l1, l2 }, 'a finite number from 0');
  return {
    name,
    ...(!proximal && {
      activityValue: (y: Tensor) => normValue(y, l1, l2),
      activityGradient: (y: Tensor, dy: Tensor) => addNormGradient(y, dy, l1, l2),
    }),
    value({ values, length }) {
      const { sumabs_f32, sumsq_f32 } = kernels();
      return (l1 && l1 * sumabs_f32(0, length, values.buffer)) + (l2 && l2 * sumsq_f32(0, length, values.buffer));
    },
    gradient({ values, gradient, length }) {
      if (l1 && !proximal) kernels().l1_gradient_f32(0, length, l1, values.buffer, gradient.buffer);
      if (l2 && !isWholeProximal(name)) kernels().axpy_f32(0, length, 2 * l2, values.buffer, gradient.buffer);
    },
    proximal: isWholeProximal(name) ? shrink(l1, l2) : l1 && proximal ? shrink(l1) : undefined,
    config: () => ({ name, ...(l1 && { l1 }), ...(l2 && { l2 }), ...(proximal && { proximal }) }),
  };
}

/** w ← sign(w)·max(|w| − η·l1, 0) / (1 + 2·η·l2): the proximal step of l1·|w| + l2·w². */
const shrink =
  (l1: number, l2 = 0) =>
  ({ values: { buffer }, length }: Parameter, learningRate: number): void => {
    const { soft_threshold_f32, scale_f32 } = kernels();
    soft_threshold_f32(0, length, learningRate * l1, buffer, buffer);
    if (l2) scale_f32(0, length, 1 / (1 + 2 * learningRate * l2), buffer, buffer);
  };
