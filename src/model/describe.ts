// A network as plain data, and back.

import type {
  ArrayDescription,
  GraphDescription,
  LayerDescription,
  ModelDescription,
  NodeDescription,
  Reference,
} from '../format/index.ts';
import { input, type Layer, type SymbolicTensor } from '../layers/index.ts';
import { revive } from '../regularizers/index.ts';
import type { Parameter, Shape } from '../tensor/index.ts';
import { Network } from './network.ts';
import { makeLayer } from './registry.ts';

/** The network's graph, configurations, weights and masks: copies. */
export const describe = (network: Network): ModelDescription => ({ name: network.name, graph: describeGraph(network) });

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
  const config = layer.config();
  if (layer instanceof Network) return { type, name, config, arrays: {}, graph: describeGraph(layer) };
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

/** A network like the described one. `make` builds it: a plain {@link Network} or something that extends it. */
export function rebuild<T extends Network>(
  description: ModelDescription,
  make: (options: ConstructorParameters<typeof Network>[0]) => T,
): T {
  return rebuildGraph(description.graph, description.name, 0, make);
}

function rebuildGraph<T extends Network>(
  graph: GraphDescription,
  name: string,
  seed: number,
  make: (options: ConstructorParameters<typeof Network>[0]) => T,
): T {
  const layers = graph.layers.map((described) => (described.type === 'input' ? undefined : rebuildLayer(described)));
  const outputs: SymbolicTensor[][] = [];
  const find = ([node, output]: Reference) => outputs[node][output];
  for (const node of graph.nodes) {
    const layer = layers[node.layer];
    const { config, name: inputName } = graph.layers[node.layer];
    outputs.push(
      layer ? layer.applyAll(node.inputs.map(find)) : [input({ shape: config.shape as Shape, name: inputName })],
    );
  }
  const network = make({ inputs: graph.inputs.map(find), outputs: graph.outputs.map(find), name, seed });
  graph.layers.forEach(({ arrays }, i) => {
    for (const parameter of layers[i]?.parameters ?? [])
      restore(parameter, arrays[parameter.name], `${name}/${layers[i]?.name}`);
  });
  return network;
}

function rebuildLayer({ type, name, config, graph }: LayerDescription): Layer {
  if (type === 'model' && graph)
    return rebuildGraph(graph, name, config.seed as number, (options) => new Network(options));
  return makeLayer(type, { ...revive(config), name });
}

/** Puts saved numbers and mask into a parameter. @throws when they are missing or of another shape. */
function restore(parameter: Parameter, saved: ArrayDescription | undefined, layer: string): void {
  if (!saved || saved.data.length !== parameter.length) {
    throw new Error(
      `${layer}: the file should hold ${parameter.length} numbers for '${parameter.name}', it holds ${saved?.data.length ?? 'none'}.`,
    );
  }
  parameter.values.view.set(saved.data);
  parameter.setMask(saved.mask);
}
