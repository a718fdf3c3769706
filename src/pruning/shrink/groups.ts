// Channels that stay or go together: a union-find over all channels, joined along the wires. A convolution's filter, its batch
// normalization, the pooled channel, its nine features after flatten, and what a residual sum adds to it are one group.

import { overlap } from './constants.ts';
import { kindOf } from './kinds.ts';
import type { Entry, Site, Unfolded, Wire } from './unfold.ts';

/** Groups of channels. */
export class Groups {
  readonly #parents: Uint32Array;

  constructor(channels: number) {
    this.#parents = Uint32Array.from({ length: channels }, (_, i) => i);
  }

  /** The group of a channel: its lowest channel. */
  of(channel: number): number {
    const parents = this.#parents;
    let root = channel;
    while (parents[root] !== root) root = parents[root];
    for (let at = channel; at !== root; ) [at, parents[at]] = [parents[at], root];
    return root;
  }

  join(a: number, b: number): void {
    const [low, high] = [this.of(a), this.of(b)].sort((x, y) => x - y);
    this.#parents[high] = low;
  }
}

/** Joins what layers keep in step, and all uses of a layer with weights, or of a model, with each other. */
export function groupsOf({ sites, uses, entries, channels }: Unfolded): Groups {
  const groups = new Groups(channels);
  const alike = (a: Wire, b: Wire) => {
    for (let c = 0; c < a.channels; c++) groups.join(a.first + c, b.first + c);
  };
  const together = (all: readonly (Entry | Site)[]) => {
    const [one, ...others] = all;
    for (const other of others) {
      one.inputs.forEach((wire, i) => {
        alike(wire, other.inputs[i]);
      });
      one.outputs.forEach((wire, i) => {
        alike(wire, other.outputs[i]);
      });
    }
  };
  for (const { layer, inputs, outputs } of sites) {
    const [y] = outputs;
    const kind = kindOf(layer);
    if (kind === 'channelwise' || kind === 'sum' || kind === 'mixing') for (const x of inputs) alike(x, y);
    if (kind === 'shaping') {
      for (let c = 0; c < y.channels; c++) {
        const [from, to] = overlap(inputs[0], y, c);
        for (let i = from; i < to; i++) groups.join(inputs[0].first + i, y.first + c);
      }
    }
    if (kind === 'recurrent') for (const state of [...inputs.slice(1), ...outputs.slice(1)]) alike(state, y);
    if (kind === 'join') {
      let place = y.first;
      for (const { first, channels: own } of inputs) {
        for (let c = 0; c < own; c++) groups.join(first + c, place++);
      }
    }
  }
  for (const [layer, all] of uses) if (layer.parameters.length > 0 || layer.type === 'reshape') together(all);
  for (const all of entries.values()) together(all);
  return groups;
}
