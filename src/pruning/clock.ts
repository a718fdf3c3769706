// The step of a schedule: updates since it began. What a callback must know to go on where a checkpoint stood is left with the model.

import type { Memo, Network } from '../model/index.ts';
import { checkWhole } from '../tensor/index.ts';
import { byPath } from './targets.ts';

/** Where a callback begins to count. */
export interface ClockOptions {
  /**
   * The optimizer's update at which the schedule's step 0 lies; default the one at which training with this callback begins. A model
   * read from a checkpoint counts its updates on, so `startAt: 0` goes on with a schedule that began with the training.
   */
  startAt?: number;
  /**
   * Whether to go on where the run stood from which the model is a checkpoint: at its step, with all that had accumulated, so that training
   * resumed with the same options is the same bit for bit. A model that comes from no such run begins. Default false.
   */
  resume?: boolean;
  /** Under which the model keeps the run's state; callbacks of one kind that work together need names that differ. Default the kind. */
  name?: string;
}

/** The names of {@link ClockOptions}. */
export const clockOptions = ['startAt', 'resume', 'name'];

/** What a callback remembers beside its step. */
export interface Remembered {
  /** By name, finite and from 0. */
  readonly numbers?: Readonly<Record<string, number>>;
  /** By `layer/parameter` a number for each weight, storage order. */
  readonly weights?: Readonly<Record<string, Float32Array>>;
}

/** Counts a callback's steps. */
export interface Clock {
  readonly step: number;
  /** @throws before {@link setModel}. */
  readonly model: Network;
  /** Updates that the model's optimizer has made. */
  readonly updates: number;
  setModel(model: Network): void;
  /** @returns what the run to go on from remembered. @throws when what the model keeps of it does not fit the model. */
  begin(remember?: () => Remembered): Remembered | undefined;
  tick(): void;
}

/** A model that was compiled: its optimizer counts its updates. */
interface Counting {
  readonly compiled?: { readonly updater?: { readonly step: number } };
}

/**
 * A clock that shows 0 at the optimizer's update `startAt`, by default when training begins.
 * @throws on a name with a slash, {RangeError} on a `startAt` that is no whole number from 0.
 */
export function clock(kind: string, { startAt, resume = false, name = kind }: ClockOptions): Clock {
  if (name === '' || name.includes('/')) {
    throw new Error(`${kind}: expected a name of one letter or more without slashes, got '${name}'.`);
  }
  if (startAt !== undefined) checkWhole(kind, { startAt }, 0);
  let model: Network | undefined;
  let step: number | undefined;
  const time: Clock = {
    get step() {
      return step ?? 0;
    },
    get model() {
      if (model) return model;
      throw new Error(`${kind}: expected to be a callback of fit(), got called without a model.`);
    },
    get updates() {
      return (model as Counting | undefined)?.compiled?.updater?.step ?? 0;
    },
    setModel(next) {
      if (model && model !== next)
        throw new Error(`${kind}: a callback belongs to one model: make another for another.`);
      model = next;
    },
    begin(remember) {
      if (step !== undefined || !model) return undefined;
      const memo = resume ? model.memos.get(name)?.() : undefined;
      const saved = memo && checked(memo, model, name);
      step = startAt === undefined ? (saved?.step ?? 0) : time.updates - startAt;
      model.memos.set(name, () => {
        const { numbers, weights } = remember?.() ?? {};
        return { data: { step: time.step, ...numbers }, weights };
      });
      return saved;
    },
    tick() {
      step = (step ?? 0) + 1;
    },
  };
  return time;
}

/** A memo that may come from a file, its form checked. */
function checked({ data, weights = {} }: Memo, model: Network, name: string): Remembered & { step: number } {
  const { step, ...numbers } = Object(data) as Record<string, number>;
  const areFit = Object.values(numbers).every((value) => Number.isFinite(value) && value >= 0);
  const parameters = byPath(model);
  const misfit = Object.entries(weights).find(([path, { length }]) => parameters.get(path)?.length !== length);
  if (Number.isSafeInteger(step) && step >= 0 && areFit && !misfit) return { step, numbers, weights };
  throw new Error(
    `${name}: what the model keeps of the run to resume does not fit${misfit ? ` at '${misfit[0]}'` : ''}: leave out \`resume\` to begin anew.`,
  );
}
