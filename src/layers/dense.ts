// y = f(W·x + b), one column per sample, or per sample and step of a sequence. 2·in·out flops a column, three times that in training.

import { activated, multiply, multiplyBackward } from '../ops/index.ts';
import { checkWhole, type Shape, showShape, type Tape, type Tensor } from '../tensor/index.ts';
import type { Layer } from './layer.ts';
import { ProductLayer, type ProductOptions } from './product-layer.ts';

/** Options of {@link dense}, with Keras' names and defaults. */
export interface DenseOptions extends ProductOptions {
  /** Outputs. */
  units: number;
}

class Dense extends ProductLayer<DenseOptions> {
  readonly type = 'dense';
  override readonly supportsMasking = true;

  constructor(options: DenseOptions) {
    super('dense', options, ['units']);
    checkWhole('dense', { units: options.units }, 1);
  }

  protected override build(inputs: readonly Shape[]): void {
    const features = this.#features(inputs);
    const { units } = this.options;
    this.addWeights(units, { shape: [features, units], axes: [1, 0] });
  }

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    const features = this.#features(inputs);
    const [expected] = this.kernel.shape;
    if (features !== expected)
      throw this.error(`expected an input of ${expected} features, got ${showShape(inputs[0])}`);
    return [[...inputs[0].slice(0, -1), this.options.units]];
  }

  override takesSparse(): boolean {
    return true;
  }

  override forward([x]: readonly Tensor[], tape: Tape): Tensor[] {
    const { y, seen } = activated(this.activation, (lower) => multiply(this.kernel, x, this.bias, lower));
    tape.push(x, seen);
    return [y];
  }

  /** dW = dy·xᵀ, db = Σdy over the batch; returns dx = Wᵀ·dy. */
  override backward([dy]: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    const [x, seen] = tape.pop<[Tensor, Tensor]>();
    return [multiplyBackward(this.kernel, x, this.activation.backward(seen, dy), this.bias)];
  }

  #features(inputs: readonly Shape[]): number {
    const shape = this.oneInput(inputs);
    if (shape.length > 2) {
      throw this.error(
        `expected an input of shape [features] or [time, features] (put flatten() before a dense layer on images), got ${showShape(shape)}`,
      );
    }
    return shape[shape.length - 1];
  }
}

/**
 * A fully connected layer, `[in]` → `[units]`, or `[time, in]` → `[time, units]`: every step by itself, with the same weights.
 * @throws on units that are not a positive whole number, an unknown activation or option.
 */
export const dense = (options: DenseOptions): Layer => new Dense(options);
