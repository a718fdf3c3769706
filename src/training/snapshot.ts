// A model's numbers at one moment, outside the engine's memory: values and masks of all parameters.

import type { Network } from '../model/index.ts';

/** What {@link snapshot} took. */
export interface Snapshot {
  /** Puts it back. */
  restore(): void;
}

/** Copies values and masks of all parameters. */
export function snapshot({ parameters }: Network): Snapshot {
  const copies = parameters.map(({ values, mask }) => ({ values: values.view.slice(), mask: mask?.view.slice() }));
  return {
    restore() {
      for (const [i, parameter] of parameters.entries()) {
        parameter.setMask(copies[i].mask);
        parameter.values.view.set(copies[i].values);
      }
    },
  };
}
