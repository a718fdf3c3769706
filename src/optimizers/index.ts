// Optimizers, by their Keras names.

import { named, showChoice } from '../tensor/index.ts';
import type { Optimizer, OptimizerConfig } from './optimizer.ts';
import { adam, rmsprop, sgd } from './rules.ts';

export { type CustomOptimizerOptions, customOptimizer, type VectorUpdate } from './custom.ts';
export type { Optimizer, OptimizerConfig, OptimizerOptions, ParameterUpdate } from './optimizer.ts';
export { type AdamOptions, adam, type RmspropOptions, rmsprop, type SgdOptions, sgd } from './rules.ts';
export { Updater } from './updater.ts';

const optimizers = { sgd, rmsprop, adam } satisfies Record<string, (options?: object) => Optimizer>;

/** The names of the built-in optimizers. */
export type OptimizerName = keyof typeof optimizers;

/** A built-in optimizer by name (with its defaults), or an optimizer. */
export type OptimizerChoice = OptimizerName | Optimizer;

/** Whether a built-in optimizer has that name. */
const isOptimizerName = (name: string): name is OptimizerName => Object.hasOwn(optimizers, name);

/** The optimizer of a choice, or of what `config()` gave. @throws when no optimizer has that name. */
export function optimizerOf(choice: OptimizerChoice | OptimizerConfig): Optimizer {
  if (typeof choice === 'object' && choice && 'update' in choice) return choice as Optimizer;
  const { name, options } = named(choice);
  if (!isOptimizerName(name)) {
    throw new Error(
      `Unknown optimizer ${showChoice(choice)}: expected one of ${Object.keys(optimizers).join(', ')}, or an optimizer object.`,
    );
  }
  return optimizers[name](options);
}
