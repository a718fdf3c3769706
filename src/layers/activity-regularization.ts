// y = x, with a penalty on it.

import { l1l2 } from '../regularizers/index.ts';
import type { Shape, Tape, Tensor } from '../tensor/index.ts';
import { Layer, type LayerOptions } from './layer.ts';
import { checkOptions } from './options.ts';

/** Options of {@link activityRegularization}, with Keras' names and defaults. */
export interface ActivityRegularizationOptions extends LayerOptions {
  /** Of Σ|x| of a sample; default 0. */
  l1?: number;
  /** Of Σx² of a sample; default 0. */
  l2?: number;
}

class ActivityRegularization extends Layer {
  readonly type = 'activityRegularization';
  override readonly supportsMasking = true;

  constructor(options: ActivityRegularizationOptions) {
    checkOptions('activityRegularization', options, ['l1', 'l2']);
    const { l1, l2, activityRegularizer = l1l2({ l1, l2 }) } = options;
    super({ ...options, activityRegularizer });
  }

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    return [this.oneInput(inputs)];
  }

  override forward([x]: readonly Tensor[], _tape: Tape): Tensor[] {
    return [x];
  }

  override backward([dy]: readonly Tensor[], _tape: Tape): (Tensor | undefined)[] {
    return [dy];
  }

  override config(): Record<string, unknown> {
    return {};
  }
}

/**
 * Passes its input on and adds l1·Σ|x| + l2·Σx², or what `activityRegularizer` says, to the loss: the mean over the samples.
 * @throws RangeError when a strength is negative.
 */
export const activityRegularization = (options: ActivityRegularizationOptions = {}): Layer =>
  new ActivityRegularization(options);
