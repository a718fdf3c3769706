// The largest, or the mean, of each feature over all time steps. The mean is that of the real steps where the input has a mask:
//
//   y[f] = 1/T·Σ_t w[t]·x[t][f],   w = T·mask / Σ mask

import { meanWeights, type Pooling, pool, poolBackward, type Window, weigh, windowOf } from '../ops/index.ts';
import type { Shape, Tape, Tensor } from '../tensor/index.ts';
import { Layer, type LayerOptions } from './layer.ts';
import { checkOptions } from './options.ts';

class GlobalPooling1d extends Layer {
  readonly type: string;
  readonly #kind: Pooling;

  constructor(type: string, kind: Pooling, options: LayerOptions) {
    super(options);
    checkOptions(type, options, []);
    this.type = type;
    this.#kind = kind;
  }

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    const [, features] = this.oneInput(inputs, 2, '[time, features]');
    return [[features]];
  }

  override forward([x]: readonly Tensor[], tape: Tape): Tensor[] {
    const [time, features] = x.shape;
    const weights = this.#kind === 'average' && x.mask ? meanWeights(x.mask) : undefined;
    const column = (weights ? weigh(x, weights) : x).reshaped([time, 1, features]);
    tape.push(x, weights);
    return [pool(this.#kind, column, wholeOf(time)).reshaped([features])];
  }

  /** Max: all of dy to the first largest step. Average: dy times each step's weight. */
  override backward([dy]: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    const [x, weights] = tape.pop<[Tensor, Tensor | undefined]>();
    if (!x.needsGradient) return [undefined];
    const [time, features] = x.shape;
    const column = x.reshaped([time, 1, features]);
    const dx = poolBackward(this.#kind, column, wholeOf(time), dy.reshaped([1, 1, features])).reshaped(x.shape);
    return [weights ? weigh(dx, weights) : dx];
  }

  override config(): Record<string, unknown> {
    return {};
  }
}

/** One window over all steps: a sequence is an image of one column. */
const wholeOf = (time: number): Window => windowOf([time, 1], [time, 1], [1, 1], 'valid');

/** Each feature's largest number, `[time, features]` → `[features]`; padding counts too, as in Keras. Keras: `GlobalMaxPooling1D`. */
export const globalMaxPooling1d = (options: LayerOptions = {}): Layer =>
  new GlobalPooling1d('globalMaxPooling1d', 'max', options);

/**
 * Each feature's mean, `[time, features]` → `[features]`, over the real steps where the input has a mask; 0 for a sample of nothing but
 * padding. Keras: `GlobalAveragePooling1D`.
 */
export const globalAveragePooling1d = (options: LayerOptions = {}): Layer =>
  new GlobalPooling1d('globalAveragePooling1d', 'average', options);
