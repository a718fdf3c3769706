// y[c] = x[c]·g[c], g = sigmoid(E·relu(R·mean(x) + r) + e): channels turned up or down by what the whole image shows. 2·c·(c/ratio)
// products a sample beside one pass over x. (Hu, Shen, Sun 2018)

import { f32 } from '../engine/index.ts';
import { activations, multiply, multiplyBackward } from '../ops/index.ts';
import { checkWhole, type Parameter, type Shape, type Tape, Tensor } from '../tensor/index.ts';
import { initializerOf } from './initializers.ts';
import { Layer, type LayerOptions } from './layer.ts';
import { checkOptions, describeOptions } from './options.ts';

/** Options of {@link squeezeExcitation}. */
export interface SqueezeExcitationOptions extends LayerOptions {
  /** Channels in each hidden unit; default 4 (the paper has 16, for wide layers). */
  ratio?: number;
}

class SqueezeExcitation extends Layer {
  readonly type = 'squeezeExcitation';
  readonly #options: SqueezeExcitationOptions;
  #reduce!: Parameter;
  #reduceBias!: Parameter;
  #expand!: Parameter;
  #expandBias!: Parameter;

  constructor(options: SqueezeExcitationOptions) {
    super(options);
    checkOptions('squeezeExcitation', options, ['ratio']);
    const { ratio = 4 } = options;
    checkWhole('squeezeExcitation', { ratio }, 1);
    this.#options = options;
  }

  protected override build(inputs: readonly Shape[]): void {
    const [channels] = this.oneInput(inputs).slice(-1);
    const hidden = Math.max(1, Math.floor(channels / (this.#options.ratio ?? 4)));
    const kernel = (name: string, shape: Shape) =>
      this.addParameter({ name, shape, axes: [1, 0], initializer: initializerOf('glorotUniform') });
    const bias = (name: string, length: number) =>
      this.addParameter({ name, shape: [length], initializer: initializerOf('zeros') });
    this.#reduce = kernel('reduceKernel', [channels, hidden]);
    this.#reduceBias = bias('reduceBias', hidden);
    this.#expand = kernel('expandKernel', [hidden, channels]);
    this.#expandBias = bias('expandBias', channels);
  }

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    const shape = this.oneInput(inputs);
    const [channels] = this.#reduce.shape;
    if (shape[shape.length - 1] !== channels) {
      throw this.error(`expected an input of ${channels} channels, got ${shape[shape.length - 1]}`);
    }
    return [shape];
  }

  override forward([x]: readonly Tensor[], tape: Tape): Tensor[] {
    const { mean, hidden, gate } = this.#gate(x);
    const y = Tensor.allocate(x.shape, x.batch);
    eachCell(x, gate, [x, y], (_, factor, from, to, at) => {
      to[at] = factor * from[at];
    });
    tape.push(x, mean, hidden, gate);
    return [y];
  }

  /** dg = Σ dy·x over pixels, back through both products; dx = g·dy + d mean / pixels. */
  override backward([dy]: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    const [x, mean, hidden, gate] = tape.pop<[Tensor, Tensor, Tensor, Tensor]>();
    const dGate = Tensor.zeros(gate.shape, gate.batch);
    eachCell(x, dGate, [x, dy], (sums, _, input, delta, at, cell) => {
      sums[cell] += input[at] * delta[at];
    });
    const dHidden = multiplyBackward(
      this.#expand,
      hidden,
      activations.sigmoid.backward(gate, dGate),
      this.#expandBias,
    ) as Tensor;
    const dMean = multiplyBackward(
      this.#reduce,
      mean,
      activations.relu.backward(hidden, dHidden),
      this.#reduceBias,
    ) as Tensor;
    if (!x.needsGradient) return [undefined];
    const dx = Tensor.allocate(x.shape, x.batch);
    eachCell(x, gate, [dy, dx], (_, factor, from, to, at) => {
      to[at] = factor * from[at];
    });
    const share = 1 / x.pixels;
    eachCell(x, dMean, [dx, dx], (_, slope, to, __, at) => {
      to[at] += slope * share;
    });
    return [dx];
  }

  override config(): Record<string, unknown> {
    return describeOptions(this.#options);
  }

  /** The gate of each channel for each sample. */
  gates(x: Tensor): Tensor {
    return this.#gate(x).gate;
  }

  #gate(x: Tensor): { mean: Tensor; hidden: Tensor; gate: Tensor } {
    const mean = Tensor.zeros([x.channels], x.batch);
    const share = 1 / x.pixels;
    eachCell(x, mean, [x, x], (sums, _, from, __, at, cell) => {
      sums[cell] += from[at] * share;
    });
    const hidden = multiply(this.#reduce, mean, this.#reduceBias, 0);
    return { mean, hidden, gate: activations.sigmoid.apply(multiply(this.#expand, hidden, this.#expandBias)) };
  }
}

/** Visits every element of two tensors shaped like x along with its channel's cell (channel, sample) in `cells`. */
function eachCell(
  x: Tensor,
  cells: Tensor,
  [a, b]: readonly [Tensor, Tensor],
  visit: (cells: Float32Array, value: number, a: Float32Array, b: Float32Array, at: number, cell: number) => void,
): void {
  const { pixels, channels } = x;
  for (const slab of x.batch.slabs) {
    const { width } = slab;
    const view = f32(cells.slab(slab), channels * width);
    const first = f32(a.slab(slab), x.features * width);
    const second = f32(b.slab(slab), x.features * width);
    for (let c = 0, at = 0; c < channels; c++) {
      for (let pixel = 0; pixel < pixels; pixel++) {
        for (let j = 0; j < width; j++, at++) {
          const cell = c * width + j;
          visit(view, view[cell], first, second, at, cell);
        }
      }
    }
  }
}

/**
 * A learned gate for each channel, `[.., channels]` → the same. (Hu, Shen, Sun 2018) After training, the mean
 * gates say which filters matter (pruning criterion `attention`).
 * @throws unless ratio is a positive whole number.
 */
export const squeezeExcitation = (options: SqueezeExcitationOptions = {}): Layer => new SqueezeExcitation(options);
