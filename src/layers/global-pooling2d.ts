// y[c] = the largest, or the mean, of channel c.

import { type Pooling, pool, poolBackward, type Window, windowOf } from '../ops/index.ts';
import type { Shape, Tape, Tensor } from '../tensor/index.ts';
import { Layer, type LayerOptions } from './layer.ts';
import { checkOptions, describeOptions } from './options.ts';

/** Options of {@link globalAveragePooling2d} and {@link globalMaxPooling2d}, with Keras' names and defaults. */
export interface GlobalPooling2dOptions extends LayerOptions {
  /** Whether the output is an image of one pixel, `[1, 1, channels]`, and not `[channels]`; default false. */
  keepdims?: boolean;
}

class GlobalPooling2d extends Layer {
  readonly type: string;
  readonly #kind: Pooling;
  readonly #options: GlobalPooling2dOptions;

  constructor(type: string, kind: Pooling, options: GlobalPooling2dOptions) {
    super(options);
    checkOptions(type, options, ['keepdims']);
    this.type = type;
    this.#kind = kind;
    this.#options = options;
  }

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    const [, , channels] = this.oneInput(inputs, 3, '[rows, columns, channels]');
    return [this.#options.keepdims ? [1, 1, channels] : [channels]];
  }

  override forward([x]: readonly Tensor[], tape: Tape): Tensor[] {
    const window = whole(x.shape);
    tape.push(x, window);
    return [pool(this.#kind, x, window).reshaped(this.outputShapes([x.shape])[0])];
  }

  override backward([dy]: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    const [x, window] = tape.pop<[Tensor, Window]>();
    if (!x.needsGradient) return [undefined];
    return [poolBackward(this.#kind, x, window, dy.reshaped([1, 1, x.channels]))];
  }

  override config(): Record<string, unknown> {
    return describeOptions(this.#options);
  }
}

/** The window that is the image. */
const whole = ([rows, columns]: Shape): Window => windowOf([rows, columns], [rows, columns], [rows, columns], 'valid');

/**
 * The mean of each channel, `[rows, columns, channels]` → `[channels]`. Keras: `GlobalAveragePooling2D`. (Lin, Chen, Yan 2013)
 * @throws on an input that is no image.
 */
export const globalAveragePooling2d = (options: GlobalPooling2dOptions = {}): Layer =>
  new GlobalPooling2d('globalAveragePooling2d', 'average', options);

/** The largest of each channel, `[rows, columns, channels]` → `[channels]`. Keras: `GlobalMaxPooling2D`. @throws on an input that is no image. */
export const globalMaxPooling2d = (options: GlobalPooling2dOptions = {}): Layer =>
  new GlobalPooling2d('globalMaxPooling2d', 'max', options);
