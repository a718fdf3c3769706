// Losses, by their Keras names.

import {
  binaryCrossentropy,
  type CrossentropyOptions,
  categoricalCrossentropy,
  sparseCategoricalCrossentropy,
} from './crossentropy.ts';
import type { Loss, LossConfig } from './loss.ts';
import { meanSquaredError } from './mean-squared-error.ts';
import { type HuberOptions, huber, meanAbsoluteError } from './robust.ts';

export {
  binaryCrossentropy,
  type CrossentropyOptions,
  categoricalCrossentropy,
  sparseCategoricalCrossentropy,
} from './crossentropy.ts';
export { type CustomLossOptions, customLoss } from './custom.ts';
export type { Loss, LossConfig } from './loss.ts';
export { meanSquaredError } from './mean-squared-error.ts';
export { type HuberOptions, huber, meanAbsoluteError } from './robust.ts';

const losses = {
  categoricalCrossentropy,
  sparseCategoricalCrossentropy,
  binaryCrossentropy,
  meanSquaredError,
  mse: meanSquaredError,
  meanAbsoluteError,
  mae: meanAbsoluteError,
  huber,
} satisfies Record<string, (options: CrossentropyOptions & HuberOptions) => Loss>;

/** The names of the built-in losses. */
export type LossName = keyof typeof losses;

/** A built-in loss by name (from probabilities), or a loss. */
export type LossChoice = LossName | Loss;

/** Whether a built-in loss has that name. */
export const isLossName = (name: string): name is LossName => Object.hasOwn(losses, name);

/** The loss of a choice, or of what `config()` gave. @throws when no loss has that name. */
export function lossOf(choice: LossChoice | LossConfig): Loss {
  if (typeof choice === 'object' && 'evaluate' in choice) return choice;
  const { name, fromLogits, delta }: LossConfig = typeof choice === 'string' ? { name: choice } : choice;
  if (!isLossName(name)) {
    throw new Error(`Unknown loss '${name}': expected one of ${Object.keys(losses).join(', ')}, or a loss object.`);
  }
  const make: (options: CrossentropyOptions & HuberOptions) => Loss = losses[name];
  return make({ fromLogits, delta });
}
