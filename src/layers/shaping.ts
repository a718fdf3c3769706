// Layers that give the same numbers another shape. Nothing moves: activations are stored channel, row, column, so that is the
// order of flatten, and the order in which reshape fills `[rows, columns, channels]`.

import { checkShape, type Shape, showShape, sizeOf, type Tape, type Tensor } from '../tensor/index.ts';
import { Layer, type LayerOptions } from './layer.ts';
import { checkOptions } from './options.ts';

abstract class Reshaping extends Layer {
  override forward([x]: readonly Tensor[], tape: Tape): Tensor[] {
    tape.push(x);
    const [shape] = this.outputShapes([x.shape]);
    return [x.reshaped(shape)];
  }

  override backward([dy]: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    const [x] = tape.pop<[Tensor]>();
    return [dy.reshaped(x.shape)];
  }
}

class Flatten extends Reshaping {
  readonly type = 'flatten';

  constructor(options: LayerOptions) {
    super(options);
    checkOptions('flatten', options, []);
  }

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    return [[sizeOf(this.oneInput(inputs))]];
  }

  override config(): Record<string, unknown> {
    return {};
  }
}

class Reshape extends Reshaping {
  readonly type = 'reshape';
  readonly #target: Shape;

  constructor(options: ReshapeOptions) {
    super(options);
    checkOptions('reshape', options, ['targetShape']);
    this.#target = checkShape(options.targetShape, 'reshape');
  }

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    const shape = this.oneInput(inputs);
    if (sizeOf(shape) !== sizeOf(this.#target)) {
      throw this.error(
        `expected an input of ${sizeOf(this.#target)} numbers for ${showShape(this.#target)}, got ${showShape(shape)}`,
      );
    }
    return [this.#target];
  }

  override config(): Record<string, unknown> {
    return { targetShape: this.#target };
  }
}

/** Options of {@link reshape}. */
export interface ReshapeOptions extends LayerOptions {
  /** Of one sample; an image is `[rows, columns, channels]`. */
  targetShape: Shape;
}

/** Any shape → `[features]`, in the order channel, row, column (Keras: row, column, channel). Free. */
export const flatten = (options: LayerOptions = {}): Layer => new Flatten(options);

/**
 * Any shape → `targetShape` of as many numbers, filled in the order channel, row, column. Free.
 * @throws when the sizes differ.
 */
export const reshape = (options: ReshapeOptions): Layer => new Reshape(options);
