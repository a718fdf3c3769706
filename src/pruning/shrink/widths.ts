// How many units each product keeps: those that live, then dead ones, from the lowest, up to the width asked for. A wire that something
// kept reads has one channel at least.

import type { Layer } from '../../layers/index.ts';
import type { Step } from '../../model/index.ts';
import { firstUse, type Known, type Live } from './live.ts';
import { usesOf } from './masks.ts';
import type { Operands, Wire } from './unfold.ts';

/** The widths that layers of the smaller network may have. */
export interface Widths {
  /** Units, filters and channels are rounded up to a multiple of this, but never above what the layer has; default 1. */
  multiple?: 1 | 4 | 8;
  /** No layer gets narrower than this, or than it is; default none. */
  minimum?: number;
  /**
   * Whether a layer none of whose units reach an output may go (a branch of a concatenation), or keep a single unit where a layer is
   * needed; default false: an error.
   */
  allowEmpty?: boolean;
}

/** Makes dead units stay until all widths are as asked for. @throws when a layer would be left without units. */
export function widen(known: Known, live: Live, { multiple = 1, minimum, allowEmpty = false }: Widths): void {
  const { unfolded, matrices } = known;
  const layers = [...matrices.keys()];
  const widthOf = (wire: Wire) => channelsOf(wire, live).length;
  const raise = (wire: Wire, width: number): boolean => {
    let missing = width - widthOf(wire);
    if (missing <= 0) return false;
    for (let c = 0; c < wire.channels && missing > 0; c++) {
      if (live.has(wire.first + c)) continue;
      live.fill(wire.first + c);
      missing = width - widthOf(wire);
    }
    return true;
  };
  const raiseLayer = (layer: Layer): boolean => {
    const [wire] = firstUse(unfolded, layer).outputs;
    const least = Math.max(widthOf(wire), minimum ?? 0);
    return raise(wire, Math.min(wire.channels, Math.ceil(least / multiple) * multiple));
  };
  const keepFed = (): boolean => {
    const boundaries = [...unfolded.entries.values()].flatMap(([{ inputs, outputs }]) => [...inputs, ...outputs]);
    const read = layers
      .map((layer) => firstUse(unfolded, layer))
      .filter(({ outputs }) => widthOf(outputs[0]) > 0)
      .flatMap(({ inputs }) => inputs);
    return [...boundaries, ...read, ...maskingOperands(known, live)].filter((wire) => raise(wire, 1)).length > 0;
  };
  if (!allowEmpty && minimum === undefined)
    for (const layer of layers) checkLeft(layer, firstUse(unfolded, layer).outputs[0], live);
  for (let changed = true; changed; ) changed = [...layers.map(raiseLayer), keepFed()].includes(true);
}

/** The channels of a wire that stay, counted within it. */
export function channelsOf({ first, channels }: Wire, live: Live): number[] {
  const kept: number[] = [];
  for (let c = 0; c < channels; c++) if (live.has(first + c)) kept.push(c);
  return kept;
}

function checkLeft(layer: Layer, wire: Wire, live: Live): void {
  if (channelsOf(wire, live).length > 0) return;
  throw new Error(
    `shrink: none of the ${wire.channels} units of '${layer.name}' reach an output: allowEmpty: true lets the layer go,` +
      ' or keep one unit where a layer is needed; a minimum width keeps more.',
  );
}

/** The operands of concatenations that have a channel left, where some have none. */
export function fedOperands({ unfolded }: Known, live: Live): Operands {
  const kept = new Map<Step, readonly number[]>();
  for (const [step, [{ inputs }]] of usesOf(unfolded, 'join')) {
    const fed = [...inputs.keys()].filter((place) => !isEmpty(inputs[place], live));
    if (fed.length < inputs.length) kept.set(step, fed);
  }
  return kept;
}

const isEmpty = (wire: Wire, live: Live): boolean => channelsOf(wire, live).length === 0;

/** Operands without a channel that concatenations of some need for their masks. */
function maskingOperands({ unfolded, masks }: Known, live: Live): Wire[] {
  const joins = [...usesOf(unfolded, 'join').values()].filter(([{ outputs }]) => !isEmpty(outputs[0], live));
  return joins.flatMap((sites) =>
    masks.needed(sites, (wire) => isEmpty(wire, live)).map((place) => sites[0].inputs[place]),
  );
}
