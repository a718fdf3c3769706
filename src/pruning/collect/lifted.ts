// A masked layer computes the gradients of its kept weights only. Lifting the masks for a while gives those of all.

import type { Parameter } from '../../tensor/index.ts';

/** Runs `work` with no masks set, and sets them again: values, which are 0 where masks prune, are what they were. */
export function lifted<T>(parameters: readonly Parameter[], work: () => T): T {
  const masks = parameters.map(({ mask }) => mask?.view.slice());
  for (const parameter of parameters) parameter.setMask(undefined);
  try {
    return work();
  } finally {
    for (const [i, parameter] of parameters.entries()) parameter.setMask(masks[i]);
  }
}
