// A network from plain data: the way back of describe.ts.

import type {
  ArrayDescription,
  GraphDescription,
  LayerDescription,
  ModelDescription,
  Reference,
} from '../format/index.ts';
import { input, type Layer, type SymbolicTensor } from '../layers/index.ts';
import { revive } from '../regularizers/index.ts';
import type { Parameter, Shape } from '../tensor/index.ts';
import { readMemos } from './memos.ts';
import type { Network, NetworkOptions } from './network.ts';
import { makeLayer } from './registry.ts';

/** A network like the described one. `make` builds it, and the models within: plain {@link Network}s or what extends them. */
export function rebuild<T extends Network>(description: ModelDescription, make: (options: NetworkOptions) => T): T {
  const seed = description.extra?.seed as number | undefined;
  const network = rebuildGraph(description.graph, description.name, seed, { make, layers: new Map() });
  for (const [name, memo] of readMemos(description)) network.memos.set(name, memo);
  return network;
}

/** How networks are made, and the layers made so far that are no networks: one for each description. */
interface Workshop<T extends Network> {
  readonly make: (options: NetworkOptions) => T;
  readonly layers: Map<LayerDescription, Layer>;
}

function rebuildGraph<T extends Network>(
  graph: GraphDescription,
  name: string,
  seed: number | undefined,
  workshop: Workshop<T>,
): T {
  const layers = graph.layers.map((described) =>
    described.type === 'input' ? undefined : rebuildLayer(described, workshop),
  );
  const outputs: SymbolicTensor[][] = [];
  const find = ([node, output]: Reference) => outputs[node][output];
  for (const node of graph.nodes) {
    const layer = layers[node.layer];
    const { config, name: inputName } = graph.layers[node.layer];
    outputs.push(
      layer ? layer.applyAll(node.inputs.map(find)) : [input({ shape: config.shape as Shape, name: inputName })],
    );
  }
  const network = workshop.make({ inputs: graph.inputs.map(find), outputs: graph.outputs.map(find), name, seed });
  for (const [i, described] of graph.layers.entries()) {
    if (described.graph) continue; // a network within has put its own in place
    for (const parameter of layers[i]?.parameters ?? []) {
      restore(parameter, described.arrays[parameter.name], `${name}/${described.name}`);
    }
  }
  return network;
}

function rebuildLayer<T extends Network>(described: LayerDescription, workshop: Workshop<T>): Layer {
  const { type, name, config, graph } = described;
  if (type === 'model' && graph) return rebuildGraph(graph, name, config.seed as number, workshop);
  const known = workshop.layers.get(described);
  if (known) return known;
  const made = makeLayer(type, { ...revive(config), name });
  workshop.layers.set(described, made);
  return made;
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
