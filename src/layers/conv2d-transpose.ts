// y[o] = f(Σ over c, dy, dx of W[dy][dx][o][c]·x[c], each pixel of x spread over the window of y that begins at its place times the
// stride, + b[o]): the way back of a convolution. 2·rows·columns·in·out·(input pixels) flops a sample.

import {
  activated,
  conv2dTransposeBackward,
  conv2dTranspose as convolve,
  type Padding,
  transposedWindowOf,
  type Window,
} from '../ops/index.ts';
import { checkWhole, misfit, type Shape, showShape, type Tape, type Tensor } from '../tensor/index.ts';
import type { Layer } from './layer.ts';
import { checkChoice, type Pair, pairOf } from './options.ts';
import { ProductLayer, type ProductOptions } from './product-layer.ts';

/** Options of {@link conv2dTranspose}, with Keras' names and defaults. */
export interface Conv2dTransposeOptions extends ProductOptions {
  /** Output channels. */
  filters: number;
  /** Rows and columns of the window. */
  kernelSize: Pair;
  /** Default 1. */
  strides?: Pair;
  /** `valid` (default): all that a pixel reaches; `same`: output size input · stride. */
  padding?: Padding;
  /** Rows and columns more than the least output that has such an input, below the strides; default: as `padding` says. */
  outputPadding?: number | readonly [number, number];
  /** Pixels from one tap of the window to the next, with strides of 1 only; default 1. */
  dilationRate?: Pair;
}

const own = ['filters', 'kernelSize', 'strides', 'padding', 'outputPadding', 'dilationRate'];

class Conv2dTranspose extends ProductLayer<Conv2dTransposeOptions> {
  readonly type = 'conv2dTranspose';
  readonly #kernelSize: readonly [number, number];
  readonly #strides: readonly [number, number];
  readonly #dilation: readonly [number, number];
  readonly #outputPadding: readonly [number, number] | undefined;

  constructor(options: Conv2dTransposeOptions) {
    super('conv2dTranspose', options, own);
    checkWhole('conv2dTranspose', { filters: options.filters }, 1);
    checkChoice('conv2dTranspose', 'padding', options.padding ?? 'valid', ['valid', 'same']);
    this.#kernelSize = pairOf('conv2dTranspose', 'kernelSize', options.kernelSize);
    this.#strides = pairOf('conv2dTranspose', 'strides', options.strides ?? 1);
    this.#dilation = pairOf('conv2dTranspose', 'dilationRate', options.dilationRate ?? 1);
    this.#outputPadding = outputPaddingOf(options.outputPadding, this.#strides);
    if (Math.max(...this.#strides) > 1 && Math.max(...this.#dilation) > 1) {
      throw new Error('conv2dTranspose: expected strides or dilationRate to be 1, got both above 1.');
    }
  }

  protected override build(inputs: readonly Shape[]): void {
    const channels = this.oneInput(inputs, 3, '[rows, columns, channels]')[2];
    const { filters } = this.options;
    const shape = [...this.#kernelSize, filters, channels];
    this.addWeights(filters, { shape, axes: [2, 3, 0, 1], matrixAxes: [3, 2, 0, 1] });
  }

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    const shape = this.oneInput(inputs, 3, '[rows, columns, channels]');
    if (shape[2] !== this.kernel.shape[3]) {
      throw this.error(`expected an input of ${this.kernel.shape[3]} channels, got ${showShape(shape)}`);
    }
    const { input } = this.#window(shape);
    if (input[0] < 1 || input[1] < 1) {
      throw this.error(`expected outputPadding to leave an output of 1x1 pixels or more, got ${input.join('x')}`);
    }
    return [[...input, this.options.filters]];
  }

  override forward([x]: readonly Tensor[], tape: Tape): Tensor[] {
    const window = this.#window(x.shape);
    const { y, seen } = activated(this.activation, (lower) => convolve(this.kernel, x, window, this.bias, lower));
    tape.push(x, seen, window);
    return [y];
  }

  /** dW[c][o, t] = Σ x[c]·dy[o] moved by tap t, db = Σdy; returns dx = W * dy. */
  override backward([dy]: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    const [x, seen, window] = tape.pop<[Tensor, Tensor, Window]>();
    return [conv2dTransposeBackward(this.kernel, x, window, this.activation.backward(seen, dy), this.bias)];
  }

  #window([rows, columns]: Shape): Window {
    const { padding = 'valid' } = this.options;
    const [input, size] = [[rows, columns] as const, this.#kernelSize];
    return transposedWindowOf(input, size, this.#strides, padding, this.#outputPadding, this.#dilation);
  }
}

/** @throws unless both are whole numbers from 0, below the strides. */
function outputPaddingOf(
  given: Conv2dTransposeOptions['outputPadding'],
  strides: readonly [number, number],
): readonly [number, number] | undefined {
  if (given === undefined || given === null) return undefined;
  const pair = typeof given === 'number' ? ([given, given] as const) : given;
  if (pair.length === 2 && pair.every((count, i) => Number.isInteger(count) && count >= 0 && count < strides[i]))
    return pair;
  throw misfit(
    'conv2dTranspose',
    'outputPadding',
    `whole numbers from 0, below the strides ${strides.join('x')}`,
    given,
  );
}

/**
 * Transposed 2-D convolution, `[rows, columns, channels]` → `[rows', columns', filters]`: the kernel, `[rows, columns, filters, channels]`,
 * is spread around every pixel. (Zeiler, Krishnan, Taylor, Fergus 2010)
 * @throws on an input that is no image, an outputPadding not below the strides or without any output, strides with dilation, and on unknown options.
 */
export const conv2dTranspose = (options: Conv2dTransposeOptions): Layer => new Conv2dTranspose(options);
