// Regularizers by their Keras names, and the proximal one that makes zeros.

import type { ActivityRegularizer, Regularizer } from '../tensor/index.ts';
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
export const l1 = (lambda = 0.01, { proximal = false }: L1Options = {}): Penalty =>
  penalty({ name: 'l1', l1: lambda, proximal }) as Penalty;

/** λ·Σw². Keras: `L2`. Default 0.01. @throws RangeError when lambda is negative. */
export const l2 = (lambda = 0.01): Penalty => penalty({ name: 'l2', l2: lambda }) as Penalty;

/** l1·Σ|w| + l2·Σw² (elastic net). Keras: `L1L2`. Defaults 0, as Keras. @throws RangeError when a strength is negative. */
export const l1l2 = ({ l1 = 0, l2 = 0, proximal = false }: { l1?: number; l2?: number } & L1Options = {}): Penalty =>
  penalty({ name: 'l1l2', l1, l2, proximal }) as Penalty;

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
export const elasticNet = ({ l1 = 0.01, l2 = 0.01 }: { l1?: number; l2?: number } = {}): Regularizer =>
  penalty({ name: 'elasticNet', l1, l2 });

/**
 * λ·Σ √|g|·‖w_g‖₂ over the slices g along a Keras axis, by a step after each update that makes whole slices zero: with axis −1 (default)
 * neurons and filters, with −2 the inputs and channels. Default λ 0.01. (Yuan and Lin 2006; Wen et al. 2016)
 * @throws RangeError when lambda is negative; in training, when the weights have no such axis.
 */
export const groupLasso = (lambda = 0.01, { axis = -1 }: { axis?: number } = {}): Regularizer =>
  groupLassoOf({ name: 'groupLasso', lambda, axis });

/** What the built-in regularizers give as `config()`. */
export type RegularizerConfig = PenaltyConfig | GroupLassoConfig;

/** A built-in regularizer's name (at strength 0.01), what `config()` gave, or a regularizer of your own making. */
export type RegularizerChoice = RegularizerConfig['name'] | RegularizerConfig | Regularizer;

const named: Record<RegularizerConfig['name'], () => Regularizer> = {
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
  if (registered.has(name) || Object.hasOwn(named, name)) {
    throw new Error(`A regularizer named '${name}' exists already; give yours another name.`);
  }
  registered.set(name, make);
}

/** The regularizer of a choice; undefined for none. @throws when no regularizer has that name. */
export function regularizerOf(choice: RegularizerChoice | null | undefined): Regularizer | undefined {
  if (choice === undefined || choice === null) return undefined;
  if (typeof choice === 'object' && 'gradient' in choice) return choice;
  const name = typeof choice === 'string' ? choice : choice.name;
  const make = registered.get(name);
  if (make) return make(choice as never);
  if (!Object.hasOwn(named, name)) {
    const known = [...Object.keys(named), ...registered.keys()].join(', ');
    throw new Error(`Unknown regularizer '${name}': expected one of ${known}; registerRegularizer() adds your own.`);
  }
  if (typeof choice === 'string') return named[choice]();
  return choice.name === 'groupLasso' ? groupLassoOf(choice) : penalty(choice);
}

/** What the built-in activity regularizers give as `config()`. */
export type ActivityRegularizerConfig = PenaltyConfig | KlDivergenceConfig;

/** The activity regularizer of what `config()` gave. @throws when no regularizer of activations has that name. */
export function activityRegularizerOf(choice: ActivityRegularizer | ActivityRegularizerConfig): ActivityRegularizer {
  if ('activityGradient' in choice) return choice;
  if (choice.name === 'klDivergence') return klDivergence(choice.lambda, choice);
  const made = regularizerOf(choice as RegularizerChoice);
  if (made && 'activityGradient' in made && made.activityGradient) return made as Penalty;
  throw new Error(
    `Unknown activity regularizer '${choice.name}': expected l1, l2, l1l2 or klDivergence, or an object with activityValue() and activityGradient().`,
  );
}

/** A layer's configuration as it was saved, with its regularizers made again. */
export function revive(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(config).map(([key, value]) => [
    key,
    key === 'activityRegularizer'
      ? activityRegularizerOf(value as ActivityRegularizerConfig)
      : key.endsWith('Regularizer')
        ? regularizerOf(value as RegularizerChoice)
        : value,
  ]);
  return Object.fromEntries(entries);
}
