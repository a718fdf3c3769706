// A network as plain data.

import type {
  ArrayDescription,
  GraphDescription,
  LayerDescription,
  ModelDescription,
  NodeDescription,
  Reference,
} from '../format/index.ts';
import { type Layer, wholeConfig } from '../layers/layer.ts';
import type { Parameter } from '../tensor/index.ts';
import { describeMemos } from './memos.ts';
import type { Network } from './network.ts';

/**
 * The network's graph, configurations, weights and masks, and what others left with it: copies.
 * @throws when two layers hold the same weights: one layer may stand in several places, of nested models too.
 */
export function describe(network: Network): ModelDescription {
  const { extra, state } = describeMemos(network.memos);
  return {
    name: network.name,
    graph: describeGraph(network, { layers: new Map(), holders: new Map() }),
    extra: { seed: network.seed, ...extra },
    ...(Object.keys(state).length > 0 && { state }),
  };
}

/** The layers so far that are no models, each described once, and by parameter the layer that holds it. */
interface Described {
  readonly layers: Map<Layer, LayerDescription>;
  readonly holders: Map<Parameter, Layer>;
}

function describeGraph(network: Network, described: Described): GraphDescription {
  const inputs = network.inputs.map(({ shape, node }, i) => ({
    type: 'input',
    name: node.name ?? (i ? `input_${i}` : 'input'),
    config: { shape },
    arrays: {},
  }));
  const producers: Reference[] = network.ends.inputs.map((_, i) => [i, 0]);
  const nodes: NodeDescription[] = inputs.map((_, layer) => ({ layer, inputs: [] }));
  for (const { layer, reads, fills } of network.steps) {
    nodes.push({ layer: inputs.length + network.layers.indexOf(layer), inputs: reads.map((slot) => producers[slot]) });
    fills.forEach((slot, output) => {
      producers[slot] = [nodes.length - 1, output];
    });
  }
  return {
    layers: [...inputs, ...network.layers.map((layer) => describeLayer(layer, described))],
    nodes,
    inputs: network.ends.inputs.map((slot) => producers[slot]),
    outputs: network.ends.outputs.map((slot) => producers[slot]),
  };
}

function describeLayer(layer: Layer, described: Described): LayerDescription {
  const known = described.layers.get(layer);
  if (known) return known;
  const { type, name } = layer;
  const config = wholeConfig(layer);
  if (isNetwork(layer)) return { type, name, config, arrays: {}, graph: describeGraph(layer, described) };
  checkOwn(layer, described.holders);
  const arrays = Object.fromEntries(layer.parameters.map((p) => [p.name, describeParameter(p)]));
  const made = { type, name, config, arrays };
  described.layers.set(layer, made);
  return made;
}

/** @throws when one of the layer's parameters has another holder, as a dense layer's has within timeDistributed. */
function checkOwn(layer: Layer, holders: Map<Parameter, Layer>): void {
  for (const parameter of layer.parameters) {
    const other = holders.get(parameter);
    if (other) {
      throw new Error(
        `${layer.name}: expected weights of its own, got those of the layer '${other.name}', which files and copies cannot keep as one: use one of the two layers in both places, or give each its own weights.`,
      );
    }
  }
  for (const parameter of layer.parameters) holders.set(parameter, layer);
}

const describeParameter = ({ shape, axes, values, mask }: Parameter): ArrayDescription => ({
  shape,
  axes,
  data: values.view.slice(),
  ...(mask && { mask: Uint8Array.from(mask.view) }),
});

const isNetwork = (layer: Layer): layer is Network => layer.type === 'model';
