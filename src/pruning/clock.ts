// The step of a schedule: updates since it began.

import type { Network } from '../model/index.ts';

/** Counts a callback's steps. */
export interface Clock {
  readonly step: number;
  /** @throws before {@link setModel}. */
  readonly model: Network;
  setModel(model: Network): void;
  begin(): void;
  tick(): void;
}

/** A model that was compiled: its optimizer counts its updates. */
interface Counting {
  readonly compiled?: { readonly updater?: { readonly step: number } };
}

/** A clock that shows 0 at the optimizer's update `startAt`, by default when training begins. */
export function clock(name: string, startAt: number | undefined): Clock {
  let model: Network | undefined;
  let step: number | undefined;
  return {
    get step() {
      return step ?? 0;
    },
    get model() {
      if (model) return model;
      throw new Error(`${name}: expected to be a callback of fit(), got called without a model.`);
    },
    setModel(next) {
      if (model && model !== next)
        throw new Error(`${name}: a callback belongs to one model: make another for another.`);
      model = next;
    },
    begin() {
      if (step !== undefined) return;
      const done = (model as Counting | undefined)?.compiled?.updater?.step ?? 0;
      step = startAt === undefined ? 0 : done - startAt;
    },
    tick() {
      step = (step ?? 0) + 1;
    },
  };
}
