// Losses that large errors pull at no harder than with a fixed force: means over a sample's features and over samples.
//
//   mean absolute error   |d|, d = y − t                                      slope sign(d)
//   Huber                 ½·d² where |d| ≤ δ, δ·(|d| − ½·δ) beyond            slope d, cut to ±δ

import { checkKnown, checkNumber } from '../tensor/index.ts';
import type { Loss } from './loss.ts';
import { panelLoss } from './panel-loss.ts';

/** Options of {@link huber}. */
export interface HuberOptions {
  /** The error from which on the loss grows in proportion to it, above 0; default 1. */
  delta?: number;
}

/** The mean of |y − t| over all features; targets of the prediction's shape, any. Keras: `MeanAbsoluteError`. */
export const meanAbsoluteError = (): Loss =>
  panelLoss({
    name: 'meanAbsoluteError',
    kernel: ({ mean_absolute_error_f32 }) => mean_absolute_error_f32,
    targetShape: (prediction) => prediction,
  });

/** Squared near 0, absolute beyond delta. Keras: `Huber`. (Huber 1964) @throws RangeError unless delta is a number above 0. */
export function huber(options: HuberOptions = {}): Loss {
  checkKnown('huber', options, ['delta']);
  const { delta = 1 } = options;
  checkNumber('huber', { delta }, 'a finite number above 0');
  return panelLoss({
    name: 'huber',
    kernel:
      ({ huber_f32 }) =>
      (features, n, width, target, y, scale, loss, dx) =>
        huber_f32(features, n, width, target, y, scale, delta, loss, dx),
    options: { delta },
    targetShape: (prediction) => prediction,
  });
}
