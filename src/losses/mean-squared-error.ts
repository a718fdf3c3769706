// Mean squared error: mean (y − t)² over a sample's features and over samples; gradient 2·(y − t) / count.

import type { Loss } from './loss.ts';
import { panelLoss } from './panel-loss.ts';

/** The mean of (y − t)² over all features; targets of the prediction's shape, any. Keras: `MeanSquaredError`. */
export const meanSquaredError = (): Loss =>
  panelLoss({
    name: 'meanSquaredError',
    kernel: ({ mean_squared_error_f32 }) => mean_squared_error_f32,
    targetShape: (prediction) => prediction,
  });
