// Operands that do nothing: a residual branch that is 0 in every channel that lives adds nothing, and the sum without it, if one operand
// is left, is no layer at all.

import type { Step } from '../../model/index.ts';
import { kindOf } from './kinds.ts';
import type { Known, Live } from './live.ts';
import type { Operands, Site, Wire } from './unfold.ts';

/** `operands` without those of sums that are 0 at all uses; the same map when there are none. */
export function withoutIdle(operands: Operands, { unfolded, constants }: Known, live: Live): Operands {
  const isIdle = ({ first, channels }: Wire) =>
    constants.subarray(first, first + channels).every((x, c) => x === 0 || (Number.isNaN(x) && !live.has(first + c)));
  const sums = new Map<Step, Site[]>();
  for (const site of unfolded.sites) {
    if (kindOf(site.layer) === 'sum') sums.set(site.step, [...(sums.get(site.step) ?? []), site]);
  }
  const found: [Step, readonly number[]][] = [];
  for (const [step, sites] of sums) {
    const now = operands.get(step) ?? step.reads.map((_, i) => i);
    const busy = now.filter((_, i) => !sites.every(({ inputs }) => isIdle(inputs[i])));
    if (busy.length < now.length) found.push([step, busy.length > 0 ? busy : now.slice(0, 1)]);
  }
  return found.length > 0 ? new Map([...operands, ...found]) : operands;
}
