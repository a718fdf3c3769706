// How much is chosen by what it costs: the largest pruning whose loss of accuracy stays within a tolerance.

import { type Network, snapshotOf } from '../../model/index.ts';
import { checkKnown, checkNumber, checkWhole, showValue } from '../../tensor/index.ts';
import { checkFunctions, type PruneOptions, pruningOptions } from '../options.ts';
import type { PruneReport } from '../report.ts';
import { pruneNow } from '../rounds.ts';
import { global } from '../scopes/index.ts';
import { targetsOf } from '../targets.ts';
import { figure } from './figure.ts';

/** Options of {@link adaptivePruning}. */
export interface AdaptiveOptions extends Omit<PruneOptions, 'amount' | 'rule'> {
  /** The figure to hold, larger is better: `() => model.evaluate(x, y).accuracy`. */
  evaluate(): number;
  /** How much of it may be lost, from 0; 0.01 is one point of accuracy. */
  tolerance: number;
  /** `global`: one amount, ranked over all layers (default); `sensitivity`: each layer as much as it bears. */
  by?: 'global' | 'sensitivity';
  /** How finely amounts are searched: to 2^−steps; default 7. */
  steps?: number;
}

/** What {@link adaptivePruning} chose. */
export interface AdaptiveReport extends PruneReport {
  /** The figure before and after. */
  readonly before: number;
  /** The figure after. */
  readonly after: number;
  /** The amount for each layer that `sensitivity` chose; for `global` what each layer lost. */
  readonly amounts: Readonly<Record<string, number>>;
}

/**
 * Prunes as much as `evaluate` bears: by bisection on one global amount, or, by sensitivity, on each layer alone (the others whole), then
 * on a common factor to these amounts. The model is left pruned and not trained; fine-tuning gains more. (Sensitivity: Han et al. 2015;
 * Li et al. 2017) steps evaluations, times layers + 1 by sensitivity.
 * @throws {RangeError} on numbers out of range or NaN from `evaluate`, {TypeError} on what is no number; what `prune` throws. The model is then as it was.
 */
export function adaptivePruning(network: Network, given: AdaptiveOptions): AdaptiveReport {
  checkKnown('adaptivePruning', given, ['evaluate', 'tolerance', 'by', 'steps', ...pruningOptions]);
  const { evaluate, tolerance, by = 'global', steps = 7, ...options } = given;
  checkFunctions('adaptivePruning', { evaluate });
  if (by !== 'global' && by !== 'sensitivity') {
    throw new RangeError(`adaptivePruning: expected by to be 'global' or 'sensitivity', got ${showValue(by)}.`);
  }
  checkNumber('adaptivePruning', { tolerance }, 'a number from 0');
  checkWhole('adaptivePruning', { steps }, 0);
  const names = [...new Set(targetsOf(network, options).map(({ layerName }) => layerName))];
  const saved = snapshotOf(network.parameters);
  const score = () => figure('adaptivePruning', evaluate());
  /** The report of a pruning that the figure bears; undefined, and the model as it was, when it does not. */
  const attempt = (chosen: PruneOptions, least: number): PruneReport | undefined => {
    saved.restore();
    const report = pruneNow(network, { ...options, ...chosen, allowEmpty: true });
    const lost = !options.allowEmpty && report.layers.some(({ kept }) => kept === 0);
    return !lost && score() >= least ? report : undefined;
  };
  const largest = (prune: (amount: number) => PruneOptions, least: number): number => {
    let low = 0;
    for (let i = 0, width = 0.5; i < steps; i++, width /= 2) if (attempt(prune(low + width), least)) low += width;
    return low;
  };
  try {
    const before = score();
    const least = before - tolerance;
    const choose = by === 'global' ? { scope: global, ...options } : undefined;
    let chosen: PruneOptions;
    if (choose) {
      chosen = { ...choose, amount: largest((amount) => ({ ...choose, amount }), least) };
    } else {
      const alone = names.map((name) => [name, largest((amount) => ({ amount: { [name]: amount } }), least)] as const);
      const scaled = (factor: number) => ({
        amount: Object.fromEntries(alone.map(([name, amount]) => [name, factor * amount])),
      });
      chosen = attempt(scaled(1), least) ? scaled(1) : scaled(largest(scaled, least));
    }
    saved.restore();
    const report = pruneNow(network, { ...options, ...chosen });
    const amounts = Object.fromEntries(report.layers.map(({ layer, density }) => [layer, 1 - density]));
    return { ...report, before, after: score(), amounts };
  } catch (error) {
    saved.restore();
    throw error;
  }
}
