// A network with the models inside it taken apart: every use of a layer, and the wires between them. Channels are numbered through all
// wires, so that what is known of a channel stands in flat arrays:
//
//   wire       first   channels        site      a use of a layer: reads wires, fills wires
//   image      0       3               step      the place in its network; of a model used twice, each step has two sites
//   conv2d     3       8
//   flatten    11      72              (8 channels of 9 pixels; features in the order channel, row, column)

import type { Layer } from '../../layers/index.ts';
import { Network, type Step } from '../../model/index.ts';
import { type Shape, sizeOf } from '../../tensor/index.ts';

/** An activation on its way: channels `first` up to `first + channels`. */
export interface Wire {
  readonly shape: Shape;
  readonly first: number;
  readonly channels: number;
  /** Numbers of one channel of one sample. */
  readonly pixels: number;
}

/** One use of a layer that is no model. */
export interface Site {
  readonly layer: Layer;
  readonly step: Step;
  readonly inputs: readonly Wire[];
  readonly outputs: readonly Wire[];
}

/** The inputs and outputs of a network at one of its uses; the outermost has one. */
export interface Entry {
  readonly inputs: readonly Wire[];
  readonly outputs: readonly Wire[];
}

/** A network taken apart. */
export interface Unfolded {
  /** Each after those it reads from. */
  readonly sites: readonly Site[];
  /** By layer, in order of first use. */
  readonly uses: ReadonlyMap<Layer, readonly Site[]>;
  readonly entries: ReadonlyMap<Network, readonly Entry[]>;
  /** Channels of all wires. */
  readonly channels: number;
}

/** The operands, by index, that stay of steps with several inputs; a step not named keeps all. */
export type Operands = ReadonlyMap<Step, readonly number[]>;

/** The slots that a step reads, with operands left out. */
export const readsOf = ({ reads }: Pick<Step, 'reads'>, kept: readonly number[] | undefined): readonly number[] =>
  kept ? kept.map((operand) => reads[operand]) : reads;

/** Whether a step only passes on the one operand it has left. */
export const isPassage = (step: Step, operands: Operands): boolean => operands.get(step)?.length === 1;

/** The steps, in all networks, that an output needs. */
export function reachable(network: Network, operands: Operands): Set<Step> {
  const needed = new Set<Step>();
  const visited = new Set<Network>();
  const visit = (each: Network) => {
    if (visited.has(each)) return;
    visited.add(each);
    const slots = new Set(each.ends.outputs);
    for (const step of each.steps.toReversed()) {
      if (!step.fills.some((slot) => slots.has(slot))) continue;
      needed.add(step);
      for (const slot of readsOf(step, operands.get(step))) slots.add(slot);
      if (step.layer instanceof Network) visit(step.layer);
    }
  };
  visit(network);
  return needed;
}

/** Takes a network apart, without what no output needs. */
export function unfold(network: Network, operands: Operands = new Map()): Unfolded {
  const needed = reachable(network, operands);
  const sites: Site[] = [];
  const entries = new Map<Network, Entry[]>();
  let channels = 0;
  const wire = (shape: Shape): Wire => {
    const own = shape[shape.length - 1];
    const made = { shape, first: channels, channels: own, pixels: sizeOf(shape) / own };
    channels += own;
    return made;
  };
  const enter = (each: Network, inputs: readonly Wire[]): Wire[] => {
    const wires: Wire[] = [...inputs];
    for (const step of each.steps) {
      if (!needed.has(step)) continue;
      const read = readsOf(step, operands.get(step)).map((slot) => wires[slot]);
      const outputs = filled(step, read);
      step.fills.forEach((slot, i) => {
        wires[slot] = outputs[i];
      });
    }
    const outputs = each.ends.outputs.map((slot) => wires[slot]);
    entries.set(each, [...(entries.get(each) ?? []), { inputs, outputs }]);
    return outputs;
  };
  const filled = (step: Step, inputs: readonly Wire[]): readonly Wire[] => {
    const { layer, shapes } = step;
    if (layer instanceof Network) return enter(layer, inputs);
    if (isPassage(step, operands)) return inputs;
    const outputs = shapes.map(wire);
    sites.push({ layer, step, inputs, outputs });
    return outputs;
  };
  enter(
    network,
    network.inputs.map(({ shape }) => wire(shape)),
  );
  const uses = new Map<Layer, Site[]>();
  for (const site of sites) uses.set(site.layer, [...(uses.get(site.layer) ?? []), site]);
  return { sites, uses, entries, channels };
}
