// y = the largest, or the mean, of each window of a channel.

import { type Padding, type Pooling, pool, poolBackward, type Window, windowOf } from '../ops/index.ts';
import { type Shape, showShape, type Tape, type Tensor } from '../tensor/index.ts';
import { Layer, type LayerOptions } from './layer.ts';
import { checkChoice, checkOptions, describeOptions, type Pair, pairOf } from './options.ts';

/** Options of {@link maxPooling2d} and {@link averagePooling2d}, with Keras' names and defaults. */
export interface Pooling2dOptions extends LayerOptions {
  /** Rows and columns of the window; default 2. */
  poolSize?: Pair;
  /** Default: the pool size. */
  strides?: Pair;
  /** `valid` (default): whole windows only; `same`: windows may reach over the border and are cut there. */
  padding?: Padding;
}

class Pooling2d extends Layer {
  readonly type: string;
  readonly #kind: Pooling;
  readonly #options: Pooling2dOptions;
  readonly #poolSize: readonly [number, number];
  readonly #strides: readonly [number, number];

  constructor(type: string, kind: Pooling, options: Pooling2dOptions) {
    super(options);
    checkOptions(type, options, ['poolSize', 'strides', 'padding']);
    checkChoice(type, 'padding', options.padding ?? 'valid', ['valid', 'same']);
    this.type = type;
    this.#kind = kind;
    this.#options = options;
    this.#poolSize = pairOf(type, 'poolSize', options.poolSize ?? 2);
    this.#strides = pairOf(type, 'strides', options.strides ?? this.#poolSize);
  }

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    const shape = this.oneInput(inputs, 3, '[rows, columns, channels]');
    const { output } = this.#window(shape);
    if (output[0] < 1 || output[1] < 1) {
      throw this.error(`expected an input of at least ${this.#poolSize.join('x')} pixels, got ${showShape(shape)}`);
    }
    return [[...output, shape[2]]];
  }

  override forward([x]: readonly Tensor[], tape: Tape): Tensor[] {
    const window = this.#window(x.shape);
    tape.push(x, window);
    return [pool(this.#kind, x, window)];
  }

  override backward([dy]: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    const [x, window] = tape.pop<[Tensor, Window]>();
    return [x.needsGradient ? poolBackward(this.#kind, x, window, dy) : undefined];
  }

  override config(): Record<string, unknown> {
    return describeOptions(this.#options);
  }

  #window(shape: Shape): Window {
    return windowOf([shape[0], shape[1]], this.#poolSize, this.#strides, this.#options.padding ?? 'valid');
  }
}

/**
 * The largest of each window, `[rows, columns, channels]` → `[rows', columns', channels]`. Keras: `MaxPooling2D`.
 * @throws on an input that is no image or smaller than the window.
 */
export const maxPooling2d = (options: Pooling2dOptions = {}): Layer => new Pooling2d('maxPooling2d', 'max', options);

/**
 * The mean of each window, `[rows, columns, channels]` → `[rows', columns', channels]`. Keras: `AveragePooling2D`.
 * @throws on an input that is no image or smaller than the window.
 */
export const averagePooling2d = (options: Pooling2dOptions = {}): Layer =>
  new Pooling2d('averagePooling2d', 'average', options);
