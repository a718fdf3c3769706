// Layers of several inputs: their sum, and their channels one after another.

import { anyMask, everyMask, concatenate as join, split, add as sum } from '../ops/index.ts';
import { type Shape, sameShape, showShape, type Tape, type Tensor } from '../tensor/index.ts';
import { Layer, type LayerOptions } from './layer.ts';
import { checkOptions } from './options.ts';

/** Options of {@link concatenate}. */
export interface ConcatenateOptions extends LayerOptions {
  /** Only the last axis, the channels or features; default −1. */
  axis?: -1;
}

class Add extends Layer {
  readonly type = 'add';

  constructor(options: LayerOptions) {
    super(options);
    checkOptions('add', options, []);
  }

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    if (inputs.length < 2) throw this.error(`expected two inputs or more, got ${inputs.length}`);
    if (!inputs.every((shape) => sameShape(shape, inputs[0]))) {
      throw this.error(`expected inputs of one shape, got ${inputs.map(showShape).join(' and ')}`);
    }
    return [inputs[0]];
  }

  override forward(inputs: readonly Tensor[], tape: Tape): Tensor[] {
    tape.push(inputs.length);
    return [withMask(inputs.reduce(sum), anyMask(inputs))];
  }

  override backward([dy]: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    const [count] = tape.pop<[number]>();
    return Array.from({ length: count }, () => dy);
  }

  override config(): Record<string, unknown> {
    return {};
  }
}

class Concatenate extends Layer {
  readonly type = 'concatenate';

  constructor(options: ConcatenateOptions) {
    super(options);
    checkOptions('concatenate', options, ['axis']);
    const { axis = -1 } = options;
    if (axis !== -1) throw this.error(`expected axis −1, the channels, got ${axis}`);
  }

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    if (inputs.length < 2) throw this.error(`expected two inputs or more, got ${inputs.length}`);
    const [first] = inputs;
    if (!inputs.every((shape) => sameShape(shape.slice(0, -1), first.slice(0, -1)))) {
      throw this.error(`expected inputs that differ in the last axis only, got ${inputs.map(showShape).join(' and ')}`);
    }
    return [[...first.slice(0, -1), inputs.reduce((total, shape) => total + shape[shape.length - 1], 0)]];
  }

  override forward(inputs: readonly Tensor[], tape: Tape): Tensor[] {
    tape.push(...inputs);
    return [withMask(join(inputs), everyMask(inputs))];
  }

  override backward([dy]: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    return split(dy, tape.pop<Tensor[]>());
  }

  override config(): Record<string, unknown> {
    return {};
  }
}

const withMask = (y: Tensor, mask: Tensor | undefined): Tensor => (mask ? y.masked(mask) : y);

/**
 * The sum of two or more inputs of one shape, which is the output's; of sequences with masks, a step is real where any input's is. Keras: `Add`.
 * @throws when the shapes differ.
 */
export const add = (options: LayerOptions = {}): Layer => new Add(options);

/**
 * The inputs' channels (or features) one after another, `[.., a]` and `[.., b]` → `[.., a + b]`; of sequences with masks, a step is real where
 * all inputs' are. Keras: `Concatenate`.
 * @throws when other axes differ.
 */
export const concatenate = (options: ConcatenateOptions = {}): Layer => new Concatenate(options);
