// What an optimizer is: a rule that changes one parameter's numbers by its gradient. It holds no state of its own: moments live in
// slots that the updater keeps for each parameter, so that one rule serves several models and all of it can be saved.

import { checkKnown, checkNumber, checkWhole, type Store } from '../tensor/index.ts';

/** What every optimizer takes. */
export interface OptimizerOptions {
  /** The size of a step; default 0.001, of `sgd` and custom ones 0.01. */
  learningRate?: number;
  /** Decoupled decay: w ← w − learningRate·weightDecay·w before each update. (Loshchilov and Hutter 2019) Default none. */
  weightDecay?: number;
  /** Scales each parameter's gradient down to this norm; default none. At most one of the three clips may be given. */
  clipnorm?: number;
  /** Cuts each number of the gradient to [−clipvalue, clipvalue]; default none. */
  clipvalue?: number;
  /** Scales all gradients together down to this norm; default none. */
  globalClipnorm?: number;
  /**
   * Whether to keep a moving average of the weights beside them, average ← emaMomentum·average + (1 − emaMomentum)·w after each update (the
   * first is w), and to put it in their place when `fit` ends. (Polyak and Juditsky 1992) Masks hold in it; zeros of proximal steps alone
   * do not. Default false.
   */
  useEma?: boolean;
  /** In [0, 1]; default 0.99. */
  emaMomentum?: number;
  /** Puts the average in the weights' place also after every so many updates; a whole number from 1, default never. */
  emaOverwriteFrequency?: number;
}

/** A built-in optimizer as plain data. */
export interface OptimizerConfig extends OptimizerOptions {
  /** As `compile` takes it, such as 'adam'. */
  readonly name: string;
  readonly [option: string]: unknown;
}

/** One parameter in one step, for an optimizer's rule. */
export interface ParameterUpdate {
  readonly values: Store;
  /** Of the loss with penalties, masked and clipped. The rule may overwrite it. */
  readonly gradient: Store;
  /** What the rule keeps for this parameter from step to step, by name; zeros at first. */
  readonly slots: Readonly<Record<string, Store>>;
  /** 1 at the first update. */
  readonly step: number;
  readonly learningRate: number;
}

/** What `compile` takes as `optimizer`. {@link customOptimizer} makes one from a function on flat vectors. */
export interface Optimizer extends Readonly<Omit<OptimizerOptions, 'learningRate'>> {
  readonly name: string;
  /** May be changed between steps. */
  learningRate: number;
  /** Names of the vectors kept for each parameter. */
  readonly slots: readonly string[];
  update(update: ParameterUpdate): void;
  /** For saving: what `optimizerOf` reads back; an optimizer without it must be given anew to `loadModel`. */
  config?(): OptimizerConfig;
}

/** A rule of an optimizer and its own options. */
interface Rule {
  readonly name: string;
  readonly slots: readonly string[];
  readonly own: Readonly<Record<string, unknown>>;
  update(update: ParameterUpdate): void;
}

/** The names of {@link OptimizerOptions}. */
export const optimizerOptions = [
  'learningRate',
  'weightDecay',
  'clipnorm',
  'clipvalue',
  'globalClipnorm',
  'useEma',
  'emaMomentum',
  'emaOverwriteFrequency',
];

/** The optimizer of a rule, with what all optimizers share. @throws on an unknown option, RangeError on one out of range. */
export function optimizer(
  { name, slots, own, update }: Rule,
  options: OptimizerOptions,
  learningRate: number,
): Optimizer {
  checkKnown(name, options, [...Object.keys(own), ...optimizerOptions]);
  const { weightDecay, clipnorm, clipvalue, globalClipnorm, useEma, emaMomentum, emaOverwriteFrequency } = options;
  const scales = { weightDecay, clipnorm, clipvalue, globalClipnorm };
  for (const [option, value] of Object.entries({ learningRate, ...scales })) {
    if (value !== undefined) checkNumber(name, { [option]: value }, 'a finite number from 0');
  }
  checkAverage(name, slots, options);
  if ([clipnorm, clipvalue, globalClipnorm].filter((clip) => clip !== undefined).length > 1) {
    throw new Error(`${name}: expected at most one of clipnorm, clipvalue and globalClipnorm.`);
  }
  const all = { ...scales, useEma, emaMomentum, emaOverwriteFrequency };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return {
    name,
    learningRate,
    slots,
    ...given,
    update,
    config() {
      return { name, learningRate: this.learningRate, ...given, ...own };
    },
  };
}

/** The slot of the weights' moving average. */
export const averageSlot = 'movingAverage';

function checkAverage(
  name: string,
  slots: readonly string[],
  { useEma = false, emaMomentum = 0.99, emaOverwriteFrequency = 1 }: OptimizerOptions,
): void {
  checkNumber(name, { emaMomentum }, 'a number in [0, 1]');
  checkWhole(name, { emaOverwriteFrequency }, 1);
  if (useEma && slots.includes(averageSlot)) {
    throw new Error(`${name}: expected slots of other names, '${averageSlot}' is the one that useEma keeps.`);
  }
}
