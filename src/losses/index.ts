// Losses, by their Keras names.

import { named, showChoice } from '../tensor/index.ts';
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
const isLossName = (name: string): name is LossName => Object.hasOwn(losses, name);

/** The loss of a choice, or of what `config()` gave. @throws when no loss has that name. */
export function lossOf(choice: LossChoice | LossConfig): Loss {
  if (typeof choice === 'object' && choice && 'evaluate' in choice) return choice;
  const { name, options } = named(choice);
  if (!isLossName(name)) {
    const known = Object.keys(losses).join(', ');
    throw new Error(`Unknown loss ${showChoice(choice)}: expected one of ${known}, or a loss object.`);
  }
  const make: (options: CrossentropyOptions & HuberOptions) => Loss = losses[name];
  return make(options);
}
