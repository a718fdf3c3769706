// Which groups of channels an output of the network hangs on. It begins at what must stay (the network's inputs and outputs, softmax,
// opaque layers) and goes back along weights that are not zero. A constant that can be folded into the bias after it is not needed:
//
//   y = f(b + Σ w·x + w'·c)  =  f((b + w'·c) + Σ w·x)        exact where c stands under every tap: not at a border of zeros

import type { Layer } from '../../layers/index.ts';
import type { Constants } from './constants.ts';
import type { Groups } from './groups.ts';
import { activationName, isPadded, kindOf, type Matrix } from './kinds.ts';
import type { Masks } from './masks.ts';
import type { Entry, Site, Unfolded } from './unfold.ts';

/** A network taken apart, and what is known of its channels. */
export interface Known {
  readonly unfolded: Unfolded;
  readonly matrices: ReadonlyMap<Layer, Matrix>;
  readonly constants: Constants;
  readonly folds: ReadonlyMap<Layer, Float64Array>;
  readonly groups: Groups;
  readonly masks: Masks;
  /** The one use of the whole network. */
  readonly ends: Entry;
}

/** What stays, group by group. */
export class Live {
  /** By channel that names a group: 1 when the group stays. */
  readonly #stays: Uint8Array;
  readonly #known: Known;
  /** By group: the outputs of products in it. */
  readonly #rows = new Map<number, { layer: Layer; i: number }[]>();

  constructor(known: Known) {
    const { unfolded, matrices, groups, ends } = known;
    this.#known = known;
    this.#stays = new Uint8Array(unfolded.channels);
    for (const [layer, { m }] of matrices) {
      const { first } = firstUse(unfolded, layer).outputs[0];
      for (let i = 0; i < m; i++) {
        const group = groups.of(first + i);
        const rows = this.#rows.get(group) ?? [];
        rows.push({ layer, i });
        this.#rows.set(group, rows);
      }
    }
    for (const { first, channels } of [...ends.inputs, ...ends.outputs, ...unfolded.sites.flatMap(pinned)]) {
      for (let c = 0; c < channels; c++) this.need(first + c);
    }
  }

  /** Whether a channel stays. */
  has(channel: number): boolean {
    return this.#stays[this.#known.groups.of(channel)] === 1;
  }

  /** Makes a channel's group stay, and all that its values come from. */
  need(channel: number): void {
    const { groups, matrices, folds, unfolded, constants } = this.#known;
    const pending = [channel];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const group = groups.of(next);
      if (this.#stays[group]) continue;
      this.#stays[group] = 1;
      for (const { layer, i } of this.#rows.get(group) ?? []) {
        const { m, k, nonzero, recurrence } = matrices.get(layer) as Matrix;
        const fold = folds.get(layer) as Float64Array;
        const { first } = firstUse(unfolded, layer).inputs[0];
        for (let j = 0; j < k; j++) if (nonzero[i * k + j] && Number.isNaN(fold[j])) pending.push(first + j);
        if (!recurrence) continue;
        const units = firstUse(unfolded, layer).outputs[0].first;
        for (let j = 0; j < m; j++) {
          if (recurrence.recurrent[i * m + j] && Number.isNaN(constants[units + j])) pending.push(units + j);
        }
      }
    }
  }

  /** Makes a channel's group stay though nothing needs it; with what its values come from only where they are constants. */
  fill(channel: number): void {
    const { constants, groups } = this.#known;
    const group = groups.of(channel);
    const isConstant = constants.some((value, at) => !Number.isNaN(value) && groups.of(at) === group);
    if (isConstant) this.need(channel);
    else this.#stays[group] = 1;
  }
}

/** All channels of these wires must stay. */
function pinned({ layer, inputs, outputs }: Site) {
  const kind = kindOf(layer);
  if (kind === 'opaque' || kind === 'mixing') return [...inputs, ...outputs];
  if (kind === 'table') return inputs;
  return kind === 'product' && activationName(layer) === 'softmax' ? outputs : [];
}

/** By product and input: the constant to fold, NaN where the input varies or folding it would not be exact. */
export function foldsOf(
  { uses }: Unfolded,
  matrices: ReadonlyMap<Layer, Matrix>,
  constants: Constants,
): Map<Layer, Float64Array> {
  const folds = new Map<Layer, Float64Array>();
  for (const [layer, { k, bias }] of matrices) {
    const sites = uses.get(layer) ?? [];
    const hasRoom = bias !== undefined && !sites.some(isPadded);
    const [one, ...others] = sites.map(({ inputs: [{ first }] }) => constants.subarray(first, first + k));
    folds.set(
      layer,
      one.map((value, j) => ((value === 0 || hasRoom) && others.every((other) => other[j] === value) ? value : NaN)),
    );
  }
  return folds;
}

/** One use of a layer; channels of the others are in the same groups. */
export const firstUse = ({ uses }: Unfolded, layer: Layer): Site => (uses.get(layer) as readonly Site[])[0];
