// The network's description without what goes: steps that no output needs, passages, channels.

import type { GraphDescription, LayerDescription, NodeDescription, Reference } from '../../format/index.ts';
import { Network } from '../../model/index.ts';
import { firstUse, type Known, type Live } from './live.ts';
import { type Channels, slice } from './slice.ts';
import { isPassage, type Operands, reachable, readsOf } from './unfold.ts';
import { channelsOf } from './widths.ts';

/** What was cut. */
export interface Cut {
  readonly graph: GraphDescription;
  /** By `layer/parameter`, models outermost: the position in the old storage of each number of the new. */
  readonly places: ReadonlyMap<string, Uint32Array>;
  /** By layer: the channels that stay; those not named went whole. */
  readonly channels: ReadonlyMap<string, Channels>;
}

/** Cuts a network's description to what stays. */
export function cut(network: Network, described: GraphDescription, known: Known, live: Live, operands: Operands): Cut {
  const needed = reachable(network, operands);
  const places = new Map<string, Uint32Array>();
  const channels = new Map<string, Channels>();
  /** A layer in several graphs is one in theirs too. */
  const cuts = new Map<LayerDescription, LayerDescription>();

  const cutLayer = (layer: Network['layers'][number], old: LayerDescription, prefix: string): LayerDescription => {
    const name = prefix + old.name;
    if (layer instanceof Network && old.graph) return { ...old, graph: cutGraph(layer, old.graph, `${name}/`) };
    const { inputs, outputs } = firstUse(known.unfolded, layer);
    const kept = { inputs: channelsOf(inputs[0], live), outputs: channelsOf(outputs[0], live) };
    channels.set(name, kept);
    const sliced = slice(layer, old, kept, known.matrices.get(layer), known.folds.get(layer));
    for (const [parameter, positions] of sliced.places) places.set(`${name}/${parameter}`, positions);
    const description = cuts.get(old) ?? sliced.description;
    cuts.set(old, description);
    return description;
  };

  const cutGraph = (each: Network, old: GraphDescription, prefix: string): GraphDescription => {
    const count = each.inputs.length;
    const entries = known.unfolded.entries.get(each) ?? [];
    const layers: LayerDescription[] = old.layers.slice(0, count).map((input, i) => ({
      ...input,
      config: { shape: [...each.inputs[i].shape.slice(0, -1), channelsOf(entries[0].inputs[i], live).length] },
    }));
    const indices = new Map<unknown, number>();
    const nodes: NodeDescription[] = layers.map((_, layer) => ({ layer, inputs: [] }));
    const producers = new Map<number, Reference>(each.ends.inputs.map((slot, i) => [slot, [i, 0]]));
    const producer = (slot: number) => producers.get(slot) as Reference;
    for (const step of each.steps) {
      if (!needed.has(step)) continue;
      const reads = readsOf(step, operands.get(step)).map(producer);
      if (isPassage(step, operands)) {
        producers.set(step.fills[0], reads[0]);
        continue;
      }
      const { layer } = step;
      if (!indices.has(layer)) {
        indices.set(layer, layers.length);
        layers.push(cutLayer(layer, old.layers[count + each.layers.indexOf(layer)], prefix));
      }
      nodes.push({ layer: indices.get(layer) as number, inputs: reads });
      for (const [output, slot] of step.fills.entries()) producers.set(slot, [nodes.length - 1, output]);
    }
    const { inputs, outputs } = each.ends;
    return { layers, nodes, inputs: inputs.map(producer), outputs: outputs.map(producer) };
  };

  return { graph: cutGraph(network, described, ''), places, channels };
}
