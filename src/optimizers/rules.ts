// The update rules of Keras 3, η the learning rate, t the step from 1. One pass over values, gradient and slots each.
//
//   sgd       w ← w − η·g;  with momentum μ:  v ← μ·v − η·g,  w ← w + v;  Nesterov:  w ← w + μ·v − η·g
//   rmsprop   s ← ρ·s + (1 − ρ)·g²,  w ← w − η·g / √(s + ε);  centered: √(s − a² + ε), a the running mean of g
//   adam      m ← β₁·m + (1 − β₁)·g,  s ← β₂·s + (1 − β₂)·g²,  w ← w − η·√(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√s + ε)

import { kernels, none } from '../engine/index.ts';
import { checkNumber } from '../tensor/index.ts';
import { pow } from '../tensor/math.ts';
import { type Optimizer, type OptimizerOptions, optimizer } from './optimizer.ts';

/** What {@link sgd} takes. */
export interface SgdOptions extends OptimizerOptions {
  /** In [0, 1); default 0. */
  momentum?: number;
  /** Whether to look ahead along the momentum; default false. */
  nesterov?: boolean;
}

/** Gradient descent, with momentum (Polyak 1964; Nesterov 1983; Sutskever et al. 2013). Keras: `SGD`. Default learningRate 0.01. */
export function sgd(options: SgdOptions = {}): Optimizer {
  const { learningRate = 0.01, momentum = 0, nesterov = false } = options ?? {};
  checkNumber('sgd', { momentum }, 'a number in [0, 1)');
  return optimizer(
    {
      name: 'sgd',
      slots: momentum ? ['momentum'] : [],
      own: { momentum, nesterov },
      update({ values, gradient, slots, learningRate }) {
        const velocity = slots.momentum?.buffer ?? none;
        kernels().sgd_f32(
          0,
          values.length,
          learningRate,
          momentum,
          nesterov ? 1 : 0,
          values.buffer,
          gradient.buffer,
          velocity,
        );
      },
    },
    options,
    learningRate,
  );
}

/** What {@link rmsprop} takes. */
export interface RmspropOptions extends OptimizerOptions {
  /** In [0, 1); default 0.9. */
  rho?: number;
  /** In [0, 1); default 0. */
  momentum?: number;
  /** Default 1e-7. */
  epsilon?: number;
  /** Whether to divide by the deviation and not the root of the mean square; default false. */
  centered?: boolean;
}

/** RMSprop (Hinton 2012; centered: Graves 2013). Keras: `RMSprop`. Default learningRate 0.001. */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  const { learningRate = 0.001, rho = 0.9, momentum = 0, epsilon = 1e-7, centered = false } = options ?? {};
  checkNumber('rmsprop', { rho, momentum }, 'a number in [0, 1)');
  checkNumber('rmsprop', { epsilon }, 'a finite number from 0');
  return optimizer(
    {
      name: 'rmsprop',
      slots: ['velocity', ...(momentum ? ['momentum'] : []), ...(centered ? ['averageGradient'] : [])],
      own: { rho, momentum, epsilon, centered },
      update({ values, gradient, slots, learningRate }) {
        kernels().rmsprop_f32(
          0,
          values.length,
          learningRate,
          rho,
          momentum,
          epsilon,
          values.buffer,
          gradient.buffer,
          slots.velocity.buffer,
          slots.momentum?.buffer ?? none,
          slots.averageGradient?.buffer ?? none,
        );
      },
    },
    options,
    learningRate,
  );
}

/** What {@link adam} takes. */
export interface AdamOptions extends OptimizerOptions {
  /** In [0, 1); default 0.9. */
  beta1?: number;
  /** In [0, 1); default 0.999. */
  beta2?: number;
  /** Default 1e-7, as Keras. */
  epsilon?: number;
}

/** Adam (Kingma and Ba 2015), with `weightDecay` AdamW (Loshchilov and Hutter 2019). Keras: `Adam`. Default learningRate 0.001. */
export function adam(options: AdamOptions = {}): Optimizer {
  const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = options ?? {};
  checkNumber('adam', { beta1, beta2 }, 'a number in [0, 1)');
  checkNumber('adam', { epsilon }, 'a finite number from 0');
  return optimizer(
    {
      name: 'adam',
      slots: ['momentum', 'velocity'],
      own: { beta1, beta2, epsilon },
      update({ values, gradient, slots, step, learningRate }) {
        kernels().adam_f32(
          0,
          values.length,
          learningRate,
          beta1,
          beta2,
          epsilon,
          1 - pow(beta1, step),
          1 - pow(beta2, step),
          values.buffer,
          gradient.buffer,
          slots.momentum.buffer,
          slots.velocity.buffer,
        );
      },
    },
    options,
    learningRate,
  );
}
