// What dense layers and convolutions share: a kernel, a bias with a number for each output, and f after the product.

import { type Activation, type ActivationName, activationOf } from '../ops/index.ts';
import { type RegularizerChoice, revive } from '../regularizers/index.ts';
import type { Parameter, Regularizer, Shape } from '../tensor/index.ts';
import { type InitializerChoice, initializerOf } from './initializers.ts';
import { Layer, type LayerOptions } from './layer.ts';
import { checkOptions, describeOptions } from './options.ts';

/** What layers of one product take. */
export interface ProductOptions extends LayerOptions {
  /** Default `linear`. */
  activation?: ActivationName;
  /** Default true. */
  useBias?: boolean;
  /** Default `glorotUniform`. */
  kernelInitializer?: InitializerChoice;
  /** Default `zeros`. */
  biasInitializer?: InitializerChoice;
  /** A regularizer, or the name of one: 'l1', 'l2', … of strength 0.01; default none. */
  kernelRegularizer?: RegularizerChoice;
  /** As `kernelRegularizer`, of the bias; default none. */
  biasRegularizer?: RegularizerChoice;
}

const shared = [
  'activation',
  'useBias',
  'kernelInitializer',
  'biasInitializer',
  'kernelRegularizer',
  'biasRegularizer',
];

export abstract class ProductLayer<Options extends ProductOptions> extends Layer {
  protected readonly options: Options;
  protected readonly activation: Activation;
  protected kernel!: Parameter;
  protected bias: Parameter | undefined;

  /** @param own the options that not all such layers take. @throws on unknown options, activations and regularizers. */
  constructor(type: string, options: Options, own: readonly string[]) {
    super(options);
    checkOptions(type, options, [...own, ...shared]);
    this.options = revive(options);
    this.activation = activationOf(options.activation ?? 'linear');
  }

  /** Makes the kernel, and the bias unless there shall be none; to be called by `build`. */
  protected addWeights(
    outputs: number,
    kernel: { shape: Shape; axes: readonly number[]; matrixAxes?: readonly number[] },
  ): void {
    const { useBias = true, kernelInitializer, biasInitializer, kernelRegularizer, biasRegularizer } = this.options;
    this.kernel = this.addParameter({
      ...kernel,
      name: 'kernel',
      prunable: true,
      initializer: initializerOf(kernelInitializer ?? 'glorotUniform'),
      regularizer: kernelRegularizer as Regularizer,
    });
    if (!useBias) return;
    this.bias = this.addParameter({
      name: 'bias',
      shape: [outputs],
      initializer: initializerOf(biasInitializer ?? 'zeros'),
      regularizer: biasRegularizer as Regularizer,
    });
  }

  override config(): Record<string, unknown> {
    return describeOptions(this.options);
  }
}
