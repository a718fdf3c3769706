// An activation as a layer of its own: y = f(x).

import {
  type Activation,
  type ActivationName,
  activationOf,
  applied,
  leakyRelu as leaky,
  leakySlopes,
} from '../ops/index.ts';
import type { Shape, Tape, Tensor } from '../tensor/index.ts';
import { Layer, type LayerOptions } from './layer.ts';
import { checkOptions } from './options.ts';

/** Options of {@link activation}. */
export interface ActivationOptions extends LayerOptions {
  /** The function's name, such as 'relu' or 'softmax'. */
  activation: ActivationName;
}

/** Options of {@link leakyRelu}. */
export interface LeakyReluOptions extends LayerOptions {
  /** Slope below zero, 0 or more; default 0.3, as Keras' layer has it (its function has 0.2). */
  negativeSlope?: number;
}

class ActivationLayer extends Layer {
  readonly type: string;
  override readonly supportsMasking = true;
  readonly #activation: Activation;
  readonly #config: Record<string, unknown>;

  constructor(type: string, options: LayerOptions, activation: Activation, config: Record<string, unknown>) {
    super(options);
    this.type = type;
    this.#activation = activation;
    this.#config = config;
  }

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    return [this.oneInput(inputs)];
  }

  override forward([x]: readonly Tensor[], tape: Tape): Tensor[] {
    const { y, seen } = applied(this.#activation, x, x.copy());
    tape.push(seen);
    return [y];
  }

  override backward([dy]: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    const [seen] = tape.pop<[Tensor]>();
    return [this.#activation.backward(seen, dy)];
  }

  override config(): Record<string, unknown> {
    return this.#config;
  }
}

/**
 * Of any shape, element by element: relu, leakyRelu, elu, sigmoid, tanh, softplus, gelu, silu (swish) or softmax (over the last axis).
 * Keras: `Activation`.
 * @throws on another name.
 */
export function activation(options: ActivationOptions): Layer {
  checkOptions('activation', options, ['activation']);
  const { activation } = options;
  return new ActivationLayer('activation', options, activationOf(activation), { activation });
}

/** y = x above zero and negativeSlope·x below, of any shape. Keras: `LeakyReLU`. (Maas, Hannun, Ng 2013) @throws when the slope is negative. */
export function leakyRelu(options: LeakyReluOptions = {}): Layer {
  checkOptions('leakyRelu', options, ['negativeSlope']);
  const { negativeSlope = leakySlopes.layer } = options;
  return new ActivationLayer('leakyRelu', options, leaky(negativeSlope), { negativeSlope });
}
