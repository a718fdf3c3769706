// Rows and columns made `size` times as many.

import { type Interpolation, upsample, upsampleBackward } from '../ops/index.ts';
import type { Shape, Tape, Tensor } from '../tensor/index.ts';
import { Layer, type LayerOptions } from './layer.ts';
import { checkChoice, checkOptions, describeOptions, type Pair, pairOf } from './options.ts';

/** Options of {@link upSampling2d}, with Keras' names and defaults. */
export interface UpSampling2dOptions extends LayerOptions {
  /** Factors of rows and columns; default 2. */
  size?: Pair;
  /** `nearest` (default): every pixel repeated; `bilinear`: mixed from the nearest four, half-pixel centres. */
  interpolation?: Interpolation;
}

class UpSampling2d extends Layer {
  readonly type = 'upSampling2d';
  readonly #options: UpSampling2dOptions;
  readonly #size: readonly [number, number];
  readonly #interpolation: Interpolation;

  constructor(options: UpSampling2dOptions) {
    super(options);
    const { size = 2, interpolation = 'nearest' } = options;
    checkOptions('upSampling2d', options, ['size', 'interpolation']);
    checkChoice('upSampling2d', 'interpolation', interpolation, ['nearest', 'bilinear']);
    this.#options = options;
    this.#size = pairOf('upSampling2d', 'size', size);
    this.#interpolation = interpolation;
  }

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    const [rows, columns, channels] = this.oneInput(inputs, 3, '[rows, columns, channels]');
    return [[rows * this.#size[0], columns * this.#size[1], channels]];
  }

  override forward([x]: readonly Tensor[], tape: Tape): Tensor[] {
    tape.push(x);
    return [upsample(x, this.#size, this.#interpolation)];
  }

  /** What each pixel gave, it gets back from: sums of dy. */
  override backward([dy]: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    const [x] = tape.pop<[Tensor]>();
    return [x.needsGradient ? upsampleBackward(dy, x.shape, this.#size, this.#interpolation) : undefined];
  }

  override config(): Record<string, unknown> {
    return describeOptions(this.#options);
  }
}

/**
 * An image made larger, `[rows, columns, channels]` → `[rows·size, columns·size, channels]`.
 * @throws on an input that is no image, a size that is no positive whole number, and another interpolation.
 */
export const upSampling2d = (options: UpSampling2dOptions = {}): Layer => new UpSampling2d(options);
