// Values and masks of parameters at one moment, to go back to.

import type { Parameter } from '../tensor/index.ts';
import type { Network } from './network.ts';

/** The values of a network at one moment: what lottery tickets are rewound to. */
export interface Snapshot {
  /** Puts values and masks back as they were. */
  restore(): void;
  /** Puts values back under the masks of now: what is pruned stays pruned. (Frankle and Carbin 2019; Frankle et al. 2020) */
  rewind(): void;
}

/** Remembers values and masks of all parameters: copies. */
export const snapshot = ({ parameters }: Pick<Network, 'parameters'>): Snapshot => snapshotOf(parameters);

/** The same of some parameters. */
export function snapshotOf(parameters: readonly Parameter[]): Snapshot {
  const copies = parameters.map(({ values, mask }) => ({ values: values.view.slice(), mask: mask?.view.slice() }));
  return {
    restore() {
      for (const [i, parameter] of parameters.entries()) {
        parameter.setMask(copies[i].mask);
        parameter.values.view.set(copies[i].values);
      }
    },
    rewind() {
      for (const [i, { values, mask }] of parameters.entries()) {
        const kept = mask?.view.slice();
        values.view.set(kept ? copies[i].values.map((value, at) => (kept[at] ? value : 0)) : copies[i].values);
      }
    },
  };
}
