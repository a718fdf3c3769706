// y = γ·(x − mean) / √(variance + ε) + β for each channel; mean and variance are the batch's in training, moving averages
// elsewhere. (Ioffe and Szegedy 2015)

import { batchMoments, type Moments, moveTowards, normalize, normalizeBackward } from '../ops/index.ts';
import { checkNumber, type Parameter, type Shape, showShape, type Tape, type Tensor } from '../tensor/index.ts';
import { initializers } from './initializers.ts';
import { Layer, type LayerOptions } from './layer.ts';
import { checkOptions, describeOptions } from './options.ts';

/** Options of {@link batchNormalization}, with Keras' names and defaults. */
export interface BatchNormalizationOptions extends LayerOptions {
  /** Of the moving averages: share of the old value kept at each step; default 0.99. */
  momentum?: number;
  /** Added to the variance; default 0.001. */
  epsilon?: number;
  /** Whether there is β; default true. */
  center?: boolean;
  /** Whether there is γ; default true. */
  scale?: boolean;
}

class BatchNormalization extends Layer {
  readonly type = 'batchNormalization';
  override readonly supportsMasking = true;
  readonly #options: BatchNormalizationOptions;
  readonly #momentum: number;
  readonly #epsilon: number;
  #gamma: Parameter | undefined;
  #beta: Parameter | undefined;
  #movingMean!: Parameter;
  #movingVariance!: Parameter;

  constructor(options: BatchNormalizationOptions) {
    super(options);
    checkOptions('batchNormalization', options, ['momentum', 'epsilon', 'center', 'scale']);
    const { momentum = 0.99, epsilon = 0.001 } = options;
    checkNumber(this.name || this.type, { momentum }, 'a number in [0, 1]');
    checkNumber(this.name || this.type, { epsilon }, 'a finite number above 0');
    this.#options = options;
    this.#momentum = momentum;
    this.#epsilon = epsilon;
  }

  protected override build(inputs: readonly Shape[]): void {
    const shape = this.oneInput(inputs).slice(-1);
    const { center = true, scale = true } = this.#options;
    const { ones, zeros } = initializers;
    if (scale) this.#gamma = this.addParameter({ name: 'gamma', shape, initializer: ones });
    if (center) this.#beta = this.addParameter({ name: 'beta', shape, initializer: zeros });
    this.#movingMean = this.addParameter({ name: 'movingMean', shape, trainable: false, initializer: zeros });
    this.#movingVariance = this.addParameter({ name: 'movingVariance', shape, trainable: false, initializer: ones });
  }

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    const shape = this.oneInput(inputs);
    const [channels] = this.#movingMean.shape;
    if (shape[shape.length - 1] !== channels) {
      throw this.error(`expected an input of ${channels} channels, got ${showShape(shape)}`);
    }
    return [shape];
  }

  override forward([x]: readonly Tensor[], tape: Tape): Tensor[] {
    const moments = tape.training
      ? batchMoments(x)
      : { mean: this.#movingMean.values.buffer, variance: this.#movingVariance.values.buffer };
    if (tape.training) this.#move(moments);
    tape.push(x, moments);
    return [normalize(x, moments, this.#epsilon, this.#gamma, this.#beta)];
  }

  /** dβ = Σdy, dγ = Σdy·x̂, dx = γ/σ·(dy − mean(dy) − x̂·mean(dy·x̂)) with x̂ the normalized input. */
  override backward([dy]: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    const [x, moments] = tape.pop<[Tensor, Moments]>();
    return [normalizeBackward(x, moments, !tape.training, this.#epsilon, dy, this.#gamma, this.#beta)];
  }

  override config(): Record<string, unknown> {
    return describeOptions(this.#options);
  }

  #move({ mean, variance }: Moments): void {
    moveTowards(this.#movingMean, mean, this.#momentum);
    moveTowards(this.#movingVariance, variance, this.#momentum);
  }
}

/**
 * Normalizes each channel over batch and pixels, or the steps of a sequence; padding that a mask marks counts for neither mean nor variance.
 * Keras: `BatchNormalization`. (Ioffe, Szegedy 2015)
 * @throws on a momentum outside [0, 1] or an epsilon of 0 or less; on a second input of other channels.
 */
export const batchNormalization = (options: BatchNormalizationOptions = {}): Layer => new BatchNormalization(options);
