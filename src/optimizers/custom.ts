// An optimizer of the user's own: one function of flat vectors.

import { checkKnown, type Store } from '../tensor/index.ts';
import { type Optimizer, type OptimizerOptions, optimizer, optimizerOptions } from './optimizer.ts';

/** One parameter in one step as flat vectors, which the rule changes in place. */
export interface VectorUpdate {
  readonly values: Float32Array;
  readonly gradient: Float32Array;
  /** By the names given; zeros at first. */
  readonly slots: Readonly<Record<string, Float32Array>>;
  /** 1 at the first update. */
  readonly step: number;
  readonly learningRate: number;
}

/** What {@link customOptimizer} takes. */
export interface CustomOptimizerOptions extends OptimizerOptions {
  /** For messages. */
  name: string;
  /** Names of the vectors kept for each parameter; default none. */
  slots?: readonly string[];
  /** Changes `values` (and `slots`) in place; pruned weights, clipping and decay are seen to around it. */
  update(update: VectorUpdate): void;
}

/** An optimizer from a function; its vectors are good for the call only. Default learningRate 0.01. */
export function customOptimizer(options: CustomOptimizerOptions): Optimizer {
  checkKnown('customOptimizer', options, ['name', 'slots', 'update', ...optimizerOptions]);
  const { name, slots = [], update, learningRate = 0.01, ...shared } = options;
  const views = (stores: Readonly<Record<string, Store>>) =>
    Object.fromEntries(Object.entries(stores).map(([slot, store]) => [slot, store.view]));
  const { config: _, ...made } = optimizer(
    {
      name,
      slots,
      own: {},
      update: ({ values, gradient, slots, step, learningRate }) =>
        update({ values: values.view, gradient: gradient.view, slots: views(slots), step, learningRate }),
    },
    shared,
    learningRate,
  );
  return made;
}
