import { checkKnown, checkNumber, misfit } from '../../tensor/index.ts';
import type { Target } from '../targets.ts';
import { checkLayers, type Scope } from './scope.ts';

/** The least and the greatest sparsity of one layer, fractions in [0, 1]. */
export interface Bounds {
  /** Default 0. */
  floor?: number;
  /** Default 1. */
  ceiling?: number;
}

/**
 * Keeps each layer's sparsity within bounds: for all layers the same, or by layer name (others unbounded). A scope that ranks several
 * layers together still meets its amount, from the layers that have room; one layer alone gets the nearest amount within its bounds.
 * @throws {RangeError} unless 0 ≤ floor ≤ ceiling ≤ 1; when used, on names of no layer that is pruned, and if the bounds leave no way to
 * meet the amount.
 */
export function bounded(scope: Scope, bounds: Bounds | Readonly<Record<string, Bounds>>): Scope {
  const isOne = Object.values(bounds).every((value) => typeof value === 'number');
  const all = isOne ? [bounds as Bounds] : Object.values(bounds as Record<string, Bounds>);
  for (const each of all) {
    checkKnown('bounded', each, ['floor', 'ceiling']);
    const { floor = 0, ceiling = 1 } = each;
    checkNumber('bounded', { floor, ceiling }, 'a number in [0, 1]');
    if (floor > ceiling) throw misfit('bounded', 'ceiling', `a number from ${floor}, the floor`, ceiling);
  }
  const of = ({ layerName }: Target): readonly [number, number] => {
    const { floor = 0, ceiling = 1 } = isOne
      ? (bounds as Bounds)
      : ((bounds as Record<string, Bounds>)[layerName] ?? {});
    return [floor, ceiling];
  };
  return (targets, amount) => {
    if (!isOne) checkLayers(Object.keys(bounds), targets);
    return scope(targets, amount).map((share) => ({ ...share, bounds: share.targets.map(of) }));
  };
}
