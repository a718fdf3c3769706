// A border of zeros around an image, and the way back: a border cut off.

import { type Border, bordered, crop, cropped, type Edges, edgesOf, pad } from '../ops/index.ts';
import { misfit, type Shape, showShape, type Tape, type Tensor } from '../tensor/index.ts';
import { Layer, type LayerOptions } from './layer.ts';
import { checkOptions } from './options.ts';

/** Pixels of one side: the same above, below, left and right; [rows, columns]; or [[above, below], [left, right]]. */
export type BorderSize =
  | number
  | readonly [number, number]
  | readonly [readonly [number, number], readonly [number, number]];

/** Options of {@link zeroPadding2d}, with Keras' names and defaults. */
export interface ZeroPadding2dOptions extends LayerOptions {
  /** Default 1. */
  padding?: BorderSize;
}

/** Options of {@link cropping2d}, with Keras' names and defaults. */
export interface Cropping2dOptions extends LayerOptions {
  /** Default 0. */
  cropping?: BorderSize;
}

abstract class Border2d extends Layer {
  readonly #option: string;
  protected readonly edges: Edges;

  constructor(type: string, option: string, size: BorderSize, options: LayerOptions) {
    super(options);
    checkOptions(type, options, [option]);
    this.#option = option;
    const edges = edgesOf(size);
    if (!edges) {
      throw misfit(type, option, 'a whole number from 0, [rows, columns] or [[above, below], [left, right]]', size);
    }
    this.edges = edges;
  }

  /** The border for an input of that shape. */
  protected abstract border(shape: Shape): Border;

  override config(): Record<string, unknown> {
    return { [this.#option]: this.edges };
  }
}

class ZeroPadding2d extends Border2d {
  readonly type = 'zeroPadding2d';

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    const shape = this.oneInput(inputs, 3, '[rows, columns, channels]');
    return [[...this.border(shape).padded, shape[2]]];
  }

  override forward([x]: readonly Tensor[], tape: Tape): Tensor[] {
    const border = this.border(x.shape);
    tape.push(border);
    return [pad(x, border)];
  }

  override backward([dy]: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    const [border] = tape.pop<[Border]>();
    return [crop(dy, border)];
  }

  protected override border([rows, columns]: Shape): Border {
    return bordered([rows, columns], this.edges);
  }
}

class Cropping2d extends Border2d {
  readonly type = 'cropping2d';

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    const shape = this.oneInput(inputs, 3, '[rows, columns, channels]');
    const { input } = this.border(shape);
    if (input[0] < 1 || input[1] < 1) {
      throw this.error(`expected an input larger than what is cropped, got ${showShape(shape)}`);
    }
    return [[...input, shape[2]]];
  }

  override forward([x]: readonly Tensor[], tape: Tape): Tensor[] {
    const border = this.border(x.shape);
    tape.push(border);
    return [crop(x, border)];
  }

  override backward([dy]: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    const [border] = tape.pop<[Border]>();
    return [pad(dy, border)];
  }

  protected override border([rows, columns]: Shape): Border {
    return cropped([rows, columns], this.edges);
  }
}

/**
 * A border of zeros, `[rows, columns, channels]` → `[rows + above + below, columns + left + right, channels]`. Keras: `ZeroPadding2D`.
 * @throws on an input that is no image, and on sizes that are no whole numbers from 0.
 */
export const zeroPadding2d = (options: ZeroPadding2dOptions = {}): Layer =>
  new ZeroPadding2d('zeroPadding2d', 'padding', options.padding ?? 1, options);

/**
 * The image without a border, `[rows, columns, channels]` → `[rows − above − below, columns − left − right, channels]`. Keras: `Cropping2D`.
 * @throws on an input that is no image or has nothing left.
 */
export const cropping2d = (options: Cropping2dOptions = {}): Layer =>
  new Cropping2d('cropping2d', 'cropping', options.cropping ?? 0, options);
