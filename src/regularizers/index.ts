// Regularizers by their Keras names, and the proximal one that makes zeros.

import { type ActivityRegularizer, checkKnown, named, type Regularizer, showChoice } from '../tensor/index.ts';
import { type GroupLassoConfig, groupLassoOf } from './group-lasso.ts';
import { type KlDivergenceConfig, klDivergence } from './kl-divergence.ts';
import { type PenaltyConfig, penalty } from './penalties.ts';

export type { ActivityRegularizer, Regularizer } from '../tensor/index.ts';
export type { GroupLassoConfig } from './group-lasso.ts';
export { type KlDivergenceConfig, type KlDivergenceOptions, klDivergence } from './kl-divergence.ts';
export type { PenaltyConfig } from './penalties.ts';

/** How the l1 part of a penalty is worked off. */
export interface L1Options {
  /** True: a shrinkage step after each update, which yields true zeros ({@link proximalL1}). Default false: a gradient, as Keras. */
  proximal?: boolean;
}

/** A penalty on weights that serves as one on activations too, unless it is proximal. */
export type Penalty = Regularizer & ActivityRegularizer;

/** λ·Σ|w|. Keras: `L1`. Default 0.01. @throws RangeError when lambda is negative. */
export function l1(lambda = 0.01, options: L1Options = {}): Penalty {
  checkKnown('l1', options, ['proximal']);
  return penalty({ name: 'l1', l1: lambda, proximal: options.proximal ?? false }) as Penalty;
}

/** λ·Σw². Keras: `L2`. Default 0.01. @throws RangeError when lambda is negative. */
export const l2 = (lambda = 0.01): Penalty => penalty({ name: 'l2', l2: lambda }) as Penalty;

/** l1·Σ|w| + l2·Σw² (elastic net). Keras: `L1L2`. Defaults 0, as Keras. @throws RangeError when a strength is negative. */
export function l1l2(options: { l1?: number; l2?: number } & L1Options = {}): Penalty {
  checkKnown('l1l2', options, ['l1', 'l2', 'proximal']);
  const { l1 = 0, l2 = 0, proximal = false } = options;
  return penalty({ name: 'l1l2', l1, l2, proximal }) as Penalty;
}

/**
 * λ·Σ|w| by a shrinkage step w ← sign(w)·max(|w| − learningRate·λ, 0) after each update of any optimizer: weights that the
 * loss does not need become exactly zero. Default 0.01. (Daubechies et al. 2004; Parikh and Boyd 2014)
 * @throws RangeError when lambda is negative.
 */
export const proximalL1 = (lambda = 0.01): Regularizer => penalty({ name: 'proximalL1', l1: lambda });

/**
 * l1·Σ|w| + l2·Σw² by a step w ← sign(w)·max(|w| − learningRate·l1, 0) / (1 + 2·learningRate·l2) after each update of any optimizer:
 * zeros as of {@link proximalL1}, and groups of correlated weights kept together. Defaults 0.01. (Zou and Hastie 2005)
 * @throws RangeError when a strength is negative.
 */
export function elasticNet(options: { l1?: number; l2?: number } = {}): Regularizer {
  checkKnown('elasticNet', options, ['l1', 'l2']);
  const { l1 = 0.01, l2 = 0.01 } = options;
  return penalty({ name: 'elasticNet', l1, l2 });
}

/**
 * λ·Σ √|g|·‖w_g‖₂ over the slices g along a Keras axis, by a step after each update that makes whole slices zero: with axis −1 (default)
 * neurons and filters, with −2 the inputs and channels. Default λ 0.01. (Yuan and Lin 2006; Wen et al. 2016)
 * @throws RangeError when lambda is negative; in training, when the weights have no such axis.
 */
export function groupLasso(lambda = 0.01, options: { axis?: number } = {}): Regularizer {
  checkKnown('groupLasso', options, ['axis']);
  return groupLassoOf({ name: 'groupLasso', lambda, axis: options.axis });
}

/** What the built-in regularizers give as `config()`. */
export type RegularizerConfig = PenaltyConfig | GroupLassoConfig;

/** A name given to {@link registerRegularizer}; beside literal names, so that an editor still offers those. */
type RegisteredName = string & {};

/** A built-in regularizer's name (at strength 0.01), a registered one's, what `config()` gave, or a regularizer of your own making. */
export type RegularizerChoice = RegularizerConfig['name'] | RegisteredName | RegularizerConfig | Regularizer;

const builtIn: Record<RegularizerConfig['name'], () => Regularizer> = {
  l1,
  l2,
  l1l2: () => l1l2({ l1: 0.01, l2: 0.01 }),
  proximalL1,
  elasticNet,
  groupLasso,
};

const registered = new Map<string, (config: never) => Regularizer>();

/**
 * Makes saved models with a regularizer of your own readable.
 * @param name the `name` that its `config()` gives.
 * @param make makes the regularizer from what `config()` gave.
 * @throws when the name is taken.
 */
export function registerRegularizer(name: string, make: (config: never) => Regularizer): void {
  if (registered.has(name) || Object.hasOwn(builtIn, name)) {
    throw new Error(`A regularizer named '${name}' exists already; give yours another name.`);
  }
  registered.set(name, make);
}

/** The regularizer of a choice; undefined for none. @throws when no regularizer has that name. */
export function regularizerOf(choice: RegularizerChoice | null | undefined): Regularizer | undefined {
  if (choice === undefined || choice === null) return undefined;
  if (typeof choice === 'object' && 'gradient' in choice) return choice;
  const { name } = named(choice);
  const make = registered.get(name);
  if (make) return make((typeof choice === 'string' ? { name } : choice) as never);
  if (!Object.hasOwn(builtIn, name)) {
    const known = [...Object.keys(builtIn), ...registered.keys()].join(', ');
    throw new Error(
      `Unknown regularizer ${showChoice(choice)}: expected one of ${known}; registerRegularizer() adds your own.`,
    );
  }
  if (typeof choice === 'string') return builtIn[choice as RegularizerConfig['name']]();
  return choice.name === 'groupLasso' ? groupLassoOf(choice) : penalty(choice);
}

/** What the built-in activity regularizers give as `config()`. */
export type ActivityRegularizerConfig = PenaltyConfig | KlDivergenceConfig;

/** The name of a built-in regularizer of activations (at strength 0.01), a registered one's, what `config()` gave, or one of your own making. */
export type ActivityRegularizerChoice =
  | 'l1'
  | 'l2'
  | 'l1l2'
  | 'klDivergence'
  | RegisteredName
  | ActivityRegularizerConfig
  | ActivityRegularizer;

/** The activity regularizer of a choice; undefined for none. @throws when no regularizer of activations has that name. */
export function activityRegularizerOf(
  choice: ActivityRegularizerChoice | null | undefined,
): ActivityRegularizer | undefined {
  if (choice === undefined || choice === null) return undefined;
  if (typeof choice === 'object' && 'activityGradient' in choice) return choice;
  const { name, options } = named(choice);
  if (name === 'klDivergence') {
    const { lambda, ...rest } = options as Partial<KlDivergenceConfig>;
    return klDivergence(lambda, rest);
  }
  const made =
    Object.hasOwn(builtIn, name) || registered.has(name) ? regularizerOf(choice as RegularizerChoice) : undefined;
  if (made && 'activityGradient' in made && made.activityGradient) return made as Penalty;
  throw new Error(
    `Unknown activity regularizer ${showChoice(choice)}: expected l1, l2, l1l2 or klDivergence, or an object with activityValue() and activityGradient().`,
  );
}

/** A layer's options or its configuration as it was saved, with its regularizers made. @throws when no regularizer has such a name. */
export function revive<T extends object>(config: T): T {
  const entries = Object.entries(config).map(([key, value]) => [
    key,
    key === 'activityRegularizer'
      ? activityRegularizerOf(value)
      : key.endsWith('Regularizer')
        ? regularizerOf(value)
        : value,
  ]);
  return Object.fromEntries(entries) as T;
}
