// Values and masks of parameters at one moment, and where an optimizer stood, to go back to.

import type { Parameter } from '../tensor/index.ts';
import type { Network } from './network.ts';

/** A network at one moment: what lottery tickets are rewound to. */
export interface Snapshot {
  /** Puts values and masks back as they were. */
  restore(): void;
  /**
   * Puts values back under the masks of now: what is pruned stays pruned; and the optimizer to where it stood, its step, learning rate and
   * moments, and the order of samples. A model that was compiled since starts afresh. (Frankle and Carbin 2019; Frankle et al. 2020)
   */
  rewind(): void;
}

interface Updates {
  readonly initial: object;
  state(): object;
  restore(state: object): void;
}

/** A network that may have been compiled: all that a snapshot asks of it. */
interface Trained {
  readonly isCompiled?: boolean;
  readonly compiled?: { readonly updater: Updates };
}

const updaterOf = (network: Trained): Updates | undefined =>
  network.isCompiled ? network.compiled?.updater : undefined;

/** Remembers values and masks of all parameters, and how far a compiled model has been trained: copies. */
export function snapshot(network: Pick<Network, 'parameters'>): Snapshot {
  const parameters = snapshotOf(network.parameters);
  const updater = updaterOf(network as Trained);
  const state = updater?.state();
  return {
    restore: parameters.restore,
    rewind() {
      parameters.rewind();
      const now = updaterOf(network as Trained);
      now?.restore(state && now === updater ? state : now.initial);
    },
  };
}

/** The values and masks of some parameters. */
export function snapshotOf(parameters: readonly Parameter[]): Snapshot {
  const copies = parameters.map(({ values, mask, regrown }) => ({
    values: values.view.slice(),
    mask: mask?.view.slice(),
    regrown: regrown?.slice(),
  }));
  return {
    restore() {
      for (const [i, parameter] of parameters.entries()) {
        parameter.setMask(copies[i].mask);
        parameter.values.view.set(copies[i].values);
        parameter.regrown = copies[i].regrown?.slice();
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
