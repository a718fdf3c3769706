// Operands that do nothing: a residual branch that is 0 in every channel that lives adds nothing, and the sum without it, if one operand
// is left, is no layer at all.

import type { Step } from '../../model/index.ts';
import type { Known, Live } from './live.ts';
import { usesOf } from './masks.ts';
import type { Operands, Wire } from './unfold.ts';

/** `operands` without those of sums that are 0 at all uses; the same map when there are none. */
export function withoutIdle(operands: Operands, { unfolded, constants, masks }: Known, live: Live): Operands {
  const isIdle = ({ first, channels }: Wire) =>
    constants.subarray(first, first + channels).every((x, c) => x === 0 || (Number.isNaN(x) && !live.has(first + c)));
  const found: [Step, readonly number[]][] = [];
  for (const [step, sites] of usesOf(unfolded, 'sum')) {
    const now = operands.get(step) ?? [...step.reads.keys()];
    const busy = masks.needed(sites, isIdle).map((place) => now[place]);
    if (busy.length < now.length) found.push([step, busy]);
  }
  return found.length > 0 ? new Map([...operands, ...found]) : operands;
}
