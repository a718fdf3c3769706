// y[o] = f(Σ over c, d of W[d][c][o]·x[c] moved by d, + b[o]): conv2d over an image of one row.

import { activated, conv2dBackward, conv2d as convolve, pad, type Window, windowOf1d } from '../ops/index.ts';
import { checkWhole, type Shape, showShape, type Tape, type Tensor } from '../tensor/index.ts';
import type { Layer } from './layer.ts';
import { checkChoice } from './options.ts';
import { ProductLayer, type ProductOptions } from './product-layer.ts';

/** Options of {@link conv1d}, with Keras' names and defaults. */
export interface Conv1dOptions extends ProductOptions {
  /** Output channels. */
  filters: number;
  /** Steps of the window. */
  kernelSize: number;
  /** Default 1. */
  strides?: number;
  /**
   * `valid` (default): windows inside the sequence only; `same`: a border of zeros, output length ceil(input / stride); `causal`: zeros
   * before the sequence only, so that no output sees a later step.
   */
  padding?: 'valid' | 'same' | 'causal';
}

class Conv1d extends ProductLayer<Conv1dOptions> {
  readonly type = 'conv1d';

  constructor(options: Conv1dOptions) {
    super('conv1d', options, ['filters', 'kernelSize', 'strides', 'padding']);
    const { filters, kernelSize, strides = 1, padding = 'valid' } = options;
    checkWhole('conv1d', { filters, kernelSize, strides }, 1);
    checkChoice('conv1d', 'padding', padding, ['valid', 'same', 'causal']);
  }

  protected override build(inputs: readonly Shape[]): void {
    const [, channels] = this.oneInput(inputs, 2, '[time, features]');
    const { filters, kernelSize } = this.options;
    this.addWeights(filters, { shape: [kernelSize, channels, filters], axes: [2, 1, 0] });
  }

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    const shape = this.oneInput(inputs, 2, '[time, features]');
    const [kernelSize, channels] = this.kernel.shape;
    if (shape[1] !== channels) throw this.error(`expected an input of ${channels} features, got ${showShape(shape)}`);
    const [, steps] = this.#window(shape).output;
    if (steps < 1) throw this.error(`expected an input of at least ${kernelSize} steps, got ${showShape(shape)}`);
    return [[steps, this.options.filters]];
  }

  override forward([x]: readonly Tensor[], tape: Tape): Tensor[] {
    const window = this.#window(x.shape);
    const xp = pad(x.reshaped([1, ...x.shape]), window);
    const { y, seen } = activated(this.activation, (lower) => convolve(this.kernel, xp, window, this.bias, lower));
    tape.push(xp, seen, window, x.shape);
    return [y.reshaped(y.shape.slice(1))];
  }

  /** dW[o][t] = Σ dy[o]·x moved by tap t, db = Σdy; returns dx[tap t] += Wᵀ·dy. */
  override backward([dy]: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    const [xp, seen, window, shape] = tape.pop<[Tensor, Tensor, Window, Shape]>();
    const slope = this.activation.backward(seen, dy.reshaped(seen.shape));
    return [conv2dBackward(this.kernel, xp, window, slope, this.bias)?.reshaped(shape)];
  }

  #window([time]: Shape): Window {
    const { kernelSize, strides = 1, padding = 'valid' } = this.options;
    return windowOf1d(time, kernelSize, strides, padding);
  }
}

/**
 * 1-D convolution over time, `[time, features]` → `[time', filters]`. Its output has no mask. Keras: `Conv1D`.
 * @throws on an input that is no sequence or shorter than the window, and on unknown options.
 */
export const conv1d = (options: Conv1dOptions): Layer => new Conv1d(options);
