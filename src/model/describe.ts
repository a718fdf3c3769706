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

/** The network's graph, configurations, weights and masks, and what others left with it: copies. */
export function describe(network: Network): ModelDescription {
  const { extra, state } = describeMemos(network.memos);
  return {
    name: network.name,
    graph: describeGraph(network),
    extra: { seed: network.seed, ...extra },
    ...(Object.keys(state).length > 0 && { state }),
  };
}

function describeGraph(network: Network): GraphDescription {
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
    layers: [...inputs, ...network.layers.map(describeLayer)],
    nodes,
    inputs: network.ends.inputs.map((slot) => producers[slot]),
    outputs: network.ends.outputs.map((slot) => producers[slot]),
  };
}

function describeLayer(layer: Layer): LayerDescription {
  const { type, name } = layer;
  const config = wholeConfig(layer);
  if (isNetwork(layer)) return { type, name, config, arrays: {}, graph: describeGraph(layer) };
  return {
    type,
    name,
    config,
    arrays: Object.fromEntries(layer.parameters.map((p) => [p.name, describeParameter(p)])),
  };
}

const describeParameter = ({ shape, axes, values, mask }: Parameter): ArrayDescription => ({
  shape,
  axes,
  data: values.view.slice(),
  ...(mask && { mask: Uint8Array.from(mask.view) }),
});

const isNetwork = (layer: Layer): layer is Network => layer.type === 'model';
