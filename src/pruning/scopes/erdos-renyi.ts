// Erdős–Rényi: a layer's density goes with the sum of its sides over their product, so that large layers lose most.
//
//   density_l = min(1, ε·(in + out) / (in·out)),   with the kernel: ε·(in + out + rows + columns) / (in·out·rows·columns)
//
// and ε such that all layers together meet the amount. A layer that keeps less than that already keeps what it has.

import { countOf } from '../rules/amount.ts';
import { type Target, weightsOf } from '../targets.ts';
import type { Scope } from './scope.ts';

/** Densities by inputs and outputs alone, whatever the window of a convolution. (SET: Mocanu et al. 2018) Output layers included. */
export const erdosRenyi: Scope = spread((shape) => shape.slice(-2));

/** Densities by all sides of the kernel. (RigL: Evci et al. 2020) Output layers included. */
export const erdosRenyiKernel: Scope = spread((shape) => shape);

function spread(sides: (shape: readonly number[]) => readonly number[]): Scope {
  return (targets, amount) => {
    if (amount === undefined) throw new Error('Erdős–Rényi scopes expect an amount, got a rule.');
    const sizes = targets.map(weightsOf);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const weights = targets.map(({ parameter }) => {
      const lengths = sides(parameter.shape);
      return lengths.reduce((sum, side) => sum + side, 0) / lengths.reduce((product, side) => product * side, 1);
    });
    const limits = targets.map(({ left }, i) => left ?? sizes[i]);
    const wanted = sizes.map((size, i) => weights[i] * size);
    const kept = apportion(limits, wanted, total - countOf(amount, total));
    return targets.map((target: Target, i) => ({ targets: [target], amount: { count: sizes[i] - kept[i] } }));
  };
}

/** Whole numbers near ε·wantedᵢ, none above its limit, that add up to `total` or all limits: the largest remainders are rounded up. */
function apportion(limits: readonly number[], wanted: readonly number[], total: number): number[] {
  const full = new Set<number>();
  let epsilon = 0;
  for (let changed = true; changed; ) {
    let room = total;
    let sum = 0;
    for (const [i, limit] of limits.entries()) {
      if (full.has(i)) room -= limit;
      else sum += wanted[i];
    }
    epsilon = sum > 0 ? room / sum : 0;
    const before = full.size;
    for (const [i, limit] of limits.entries()) if (epsilon * wanted[i] > limit) full.add(i);
    changed = full.size > before;
  }
  const exact = limits.map((limit, i) => (full.has(i) ? limit : epsilon * wanted[i]));
  const kept = exact.map(Math.floor);
  const order = [...limits.keys()].sort((a, b) => exact[b] - kept[b] - (exact[a] - kept[a]) || a - b);
  let missing = total - kept.reduce((sum, count) => sum + count, 0);
  for (const i of order) {
    if (missing <= 0) break;
    if (kept[i] === limits[i]) continue;
    kept[i]++;
    missing--;
  }
  return kept;
}
