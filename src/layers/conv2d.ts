// y[o] = f(Σ over c, dy, dx of W[dy][dx][c][o]·x[c] moved by (dy, dx), + b[o]): a sparse matrix's product in all but name, since
// each weight multiplies whole rows of the input. 2·rows·columns·in·out·(output pixels) flops a sample.

import {
  activated,
  conv2dBackward,
  conv2d as convolve,
  type Padding,
  pad,
  type Window,
  windowOf,
} from '../ops/index.ts';
import { checkWhole, type Shape, showShape, type Tape, type Tensor } from '../tensor/index.ts';
import type { Layer } from './layer.ts';
import { checkChoice, type Pair, pairOf } from './options.ts';
import { ProductLayer, type ProductOptions } from './product-layer.ts';

/** Options of {@link conv2d}, with Keras' names and defaults. */
export interface Conv2dOptions extends ProductOptions {
  /** Output channels. */
  filters: number;
  /** Rows and columns of the window. */
  kernelSize: Pair;
  /** Default 1. */
  strides?: Pair;
  /** `valid` (default): windows inside the image only; `same`: a border of zeros, output size ceil(input / stride). */
  padding?: Padding;
  /** Pixels from one tap of the window to the next, so that it spans (kernelSize − 1)·dilationRate + 1; default 1. */
  dilationRate?: Pair;
}

const own = ['filters', 'kernelSize', 'strides', 'padding', 'dilationRate'];

class Conv2d extends ProductLayer<Conv2dOptions> {
  readonly type = 'conv2d';
  readonly #kernelSize: readonly [number, number];
  readonly #strides: readonly [number, number];
  readonly #dilation: readonly [number, number];

  constructor(options: Conv2dOptions) {
    super('conv2d', options, own);
    checkWhole('conv2d', { filters: options.filters }, 1);
    checkChoice('conv2d', 'padding', options.padding ?? 'valid', ['valid', 'same']);
    this.#kernelSize = pairOf('conv2d', 'kernelSize', options.kernelSize);
    this.#strides = pairOf('conv2d', 'strides', options.strides ?? 1);
    this.#dilation = pairOf('conv2d', 'dilationRate', options.dilationRate ?? 1);
  }

  protected override build(inputs: readonly Shape[]): void {
    const channels = this.oneInput(inputs, 3, '[rows, columns, channels]')[2];
    const { filters } = this.options;
    this.addWeights(filters, { shape: [...this.#kernelSize, channels, filters], axes: [3, 2, 0, 1] });
  }

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    const shape = this.oneInput(inputs, 3, '[rows, columns, channels]');
    if (shape[2] !== this.kernel.shape[2]) {
      throw this.error(`expected an input of ${this.kernel.shape[2]} channels, got ${showShape(shape)}`);
    }
    const { output } = this.#window(shape);
    if (output[0] < 1 || output[1] < 1) {
      const least = this.#kernelSize.map((size, i) => (size - 1) * this.#dilation[i] + 1);
      throw this.error(`expected an input of at least ${least.join('x')} pixels, got ${showShape(shape)}`);
    }
    return [[...output, this.options.filters]];
  }

  override forward([x]: readonly Tensor[], tape: Tape): Tensor[] {
    const window = this.#window(x.shape);
    const xp = pad(x, window);
    const { y, seen } = activated(this.activation, (lower) => convolve(this.kernel, xp, window, this.bias, lower));
    tape.push(xp, seen, window);
    return [y];
  }

  /** dW[o][t] = Σ dy[o]·x moved by tap t, db = Σdy; returns dx[tap t] += Wᵀ·dy. */
  override backward([dy]: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    const [xp, seen, window] = tape.pop<[Tensor, Tensor, Window]>();
    return [conv2dBackward(this.kernel, xp, window, this.activation.backward(seen, dy), this.bias)];
  }

  #window(shape: Shape): Window {
    const { padding = 'valid' } = this.options;
    return windowOf([shape[0], shape[1]], this.#kernelSize, this.#strides, padding, this.#dilation);
  }
}

/**
 * 2-D convolution, `[rows, columns, channels]` → `[rows', columns', filters]`. With 3 to 5 taps a side, stride 1 and samples in fours it is
 * computed in tiles where that is faster (Lavin, Gray 2016), to within some 1e-6 of the largest sum; a pixel that is
 * not finite then makes NaN of its tile.
 * @throws on an input that is no image or smaller than the window, and on unknown options.
 */
export const conv2d = (options: Conv2dOptions): Layer => new Conv2d(options);
