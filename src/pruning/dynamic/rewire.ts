// Dynamic sparse training: now and then some weights are dropped and as many others grown, so that a layer's budget never changes.

import { lowest } from '../rules/lowest.ts';
import type { Target } from '../targets.ts';

/** Which weights to drop and which to grow, Keras order. */
export interface Wiring {
  /** The lowest of the kept ones go. */
  readonly drop: ArrayLike<number>;
  /** The highest of the pruned ones come, from value 0. */
  readonly grow: ArrayLike<number>;
}

/**
 * Exchanges the fraction `share` of a parameter's kept weights (as many as there are pruned ones at most). What is dropped now cannot come
 * back now.
 * @returns how many were exchanged.
 */
export function rewire({ parameter }: Target, share: number, { drop, grow }: Wiring): number {
  const { mask } = parameter;
  if (!mask) return 0;
  const before = parameter.toKeras(mask.view);
  const positions = Uint32Array.from(before.keys());
  const kept = positions.filter((i) => before[i] === 1);
  const pruned = positions.filter((i) => before[i] === 0);
  const count = Math.min(Math.round(share * kept.length), pruned.length);
  const ones = new Uint8Array(before.length).fill(1);
  const gone = lowest(Float64Array.from(drop), ones, kept, count);
  const come = lowest(
    Float64Array.from(grow, (score) => -score),
    ones,
    pruned,
    count,
  );
  parameter.setMask(parameter.toStorage(before.map((bit, i) => (gone[i] ? 0 : come[i] ? 1 : bit))));
  return count;
}
