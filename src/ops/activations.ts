// Activations y = f(x) and dx = f'(x)·dy. Most tell f' from y, so that x need not be kept; those that cannot see x again.

import { kernels } from '../engine/index.ts';
import { checkNumber, showChoice, Tensor } from '../tensor/index.ts';

/** An activation function as a layer uses it. */
export interface Activation {
  readonly name: string;
  /** Overwrites x with y, and returns it. */
  apply(x: Tensor): Tensor;
  /** The gradient for x, newly allocated. `seen` is y, or x where {@link seesInput}. */
  backward(seen: Tensor, dy: Tensor): Tensor;
  /** Whether f' is told from x: softplus, silu, gelu. */
  readonly seesInput?: boolean;
  /** The activation is max(x, 0), which products apply as they store. */
  readonly isRelu?: boolean;
}

/** Slopes of leakyRelu below zero, as Keras has them: of the function of that name, and of the layer. */
export const leakySlopes = { named: 0.2, layer: 0.3 };

const like = ({ shape, batch }: Tensor): Tensor => Tensor.allocate(shape, batch);

const linear: Activation = { name: 'linear', apply: (x) => x, backward: (_y, dy) => dy };

type ElementWise = 'relu' | 'sigmoid' | 'tanh' | 'softplus' | 'silu' | 'gelu';

/** An element-wise function without numbers of its own. */
const elementWise = (kernel: ElementWise, traits: Partial<Activation> = {}): Activation => ({
  name: kernel,
  ...traits,
  apply(x) {
    kernels()[`${kernel}_f32`](0, x.length, x.buffer, x.buffer);
    return traits.isRelu ? rectified(x) : x;
  },
  backward(seen, dy) {
    if (traits.isRelu && dy.rectified === seen) return dy;
    const dx = like(dy);
    kernels()[`${kernel}_backward_f32`](0, dy.length, seen.buffer, dy.buffer, dx.buffer);
    return dx;
  },
});

/** y, known to be the output of a ReLU. */
function rectified(y: Tensor): Tensor {
  y.rectified = y;
  return y;
}

/** An element-wise function with a number that shapes it below zero. */
const belowZero = (kernel: 'leaky_relu' | 'elu', name: string, shape: number): Activation => ({
  name,
  apply(x) {
    kernels()[`${kernel}_f32`](0, x.length, shape, x.buffer, x.buffer);
    return x;
  },
  backward(y, dy) {
    const dx = like(dy);
    kernels()[`${kernel}_backward_f32`](0, dy.length, shape, y.buffer, dy.buffer, dx.buffer);
    return dx;
  },
});

/** y = x where x > 0, slope·x elsewhere. @throws when the slope is negative: f' could not be told from y. */
export function leakyRelu(slope = leakySlopes.named): Activation {
  checkNumber('leakyRelu', { negativeSlope: slope }, 'a finite number from 0');
  return belowZero('leaky_relu', 'leakyRelu', slope);
}

/** Over the last axis, the channels. */
const softmax: Activation = {
  name: 'softmax',
  apply(x) {
    for (const slab of x.batch.slabs) {
      const n = x.pixels * slab.width;
      kernels().softmax_f32(0, n, x.channels, n, x.slab(slab), x.slab(slab));
    }
    return x;
  },
  backward(y, dy) {
    const dx = like(dy);
    for (const slab of y.batch.slabs) {
      const n = y.pixels * slab.width;
      kernels().softmax_backward_f32(0, n, y.channels, n, y.slab(slab), dy.slab(slab), dx.slab(slab));
    }
    return dx;
  },
};

/** The slope is told from x. */
const ofInput = { seesInput: true };

/** The activations by their Keras names. */
export const activations = {
  linear,
  relu: elementWise('relu', { isRelu: true }),
  leakyRelu: leakyRelu(),
  sigmoid: elementWise('sigmoid'),
  tanh: elementWise('tanh'),
  softmax,
  /**
   * y = x where x > 0, eˣ − 1 elsewhere, wrong by up to 1.5e-7: not relative to y, so that y just below 0 has few true digits. (Clevert,
   * Unterthiner, Hochreiter 2016)
   */
  elu: belowZero('elu', 'elu', 1),
  /** ln(1 + eˣ). */
  softplus: elementWise('softplus', ofInput),
  /** x·Φ(x), exactly. (Hendrycks and Gimpel 2016) */
  gelu: elementWise('gelu', ofInput),
  /** x·sigmoid(x). (Elfwing, Uchibe, Doya 2018) */
  silu: elementWise('silu', ofInput),
  /** silu by its other name. (Ramachandran, Zoph, Le 2017) */
  swish: elementWise('silu', { name: 'swish', ...ofInput }),
} satisfies Record<string, Activation>;

/** An activation by its Keras name. */
export type ActivationName = keyof typeof activations;

/** @throws when no activation has that name. */
export function activationOf(name: ActivationName): Activation {
  if (typeof name === 'string' && Object.hasOwn(activations, name)) return activations[name];
  throw new Error(`Unknown activation ${showChoice(name)}: expected one of ${Object.keys(activations).join(', ')}.`);
}

/** f of a product, and what {@link Activation.backward} must see. ReLU is done by the product itself, which clamps at `lower` as it stores. */
export function activated(activation: Activation, product: (lower: number) => Tensor): { y: Tensor; seen: Tensor } {
  const x = product(activation.isRelu ? 0 : -Infinity);
  return activation.isRelu ? { y: rectified(x), seen: x } : applied(activation, x, activation.seesInput ? x.copy() : x);
}

/** f of `room`, which holds what x does, and is x itself or a place of its own. */
export function applied(activation: Activation, x: Tensor, room: Tensor): { y: Tensor; seen: Tensor } {
  const y = activation.apply(room);
  return { y, seen: activation.seesInput ? x : y };
}
