// y = x/(1 − rate) with probability 1 − rate, else 0; in training only. Which elements go is a function of the seed, the step
// and the place of the layer, so that nothing is stored for the backward pass. (Srivastava et al. 2014)

import { drop } from '../ops/index.ts';
import { checkNumber, type Shape, type Tape, type Tensor } from '../tensor/index.ts';
import { Layer, type LayerOptions } from './layer.ts';
import { checkOptions } from './options.ts';

/** Options of {@link dropout}. */
export interface DropoutOptions extends LayerOptions {
  /** Share of the elements to drop, in [0, 1). */
  rate: number;
}

class Dropout extends Layer {
  readonly type = 'dropout';
  override readonly supportsMasking = true;
  readonly #rate: number;

  constructor(options: DropoutOptions) {
    super(options);
    checkOptions('dropout', options, ['rate']);
    checkNumber('dropout', { rate: options.rate }, 'a number in [0, 1)');
    this.#rate = options.rate;
  }

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    return [this.oneInput(inputs)];
  }

  override forward([x]: readonly Tensor[], tape: Tape): Tensor[] {
    if (!tape.training || this.#rate === 0) {
      tape.push(undefined);
      return [x];
    }
    const stream = tape.draw();
    tape.push(stream);
    return [drop(x, this.#rate, tape, stream)];
  }

  override backward([dy]: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    const [stream] = tape.pop<[number | undefined]>();
    return [stream === undefined ? dy : drop(dy, this.#rate, tape, stream)];
  }

  override config(): Record<string, unknown> {
    return { rate: this.#rate };
  }
}

/**
 * Makes elements 0 at random in training, each with probability `rate`, and the others 1 / (1 − rate) times as large; does nothing in
 * inference. Any shape. Keras: `Dropout`. (Srivastava et al. 2014)
 * @throws unless rate lies in [0, 1).
 */
export const dropout = (options: DropoutOptions): Layer => new Dropout(options);
