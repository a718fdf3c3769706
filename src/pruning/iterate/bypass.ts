// Graphs without one of their parts: a layer whose input goes past it, or an operand of a sum.
//
//   a → dense → b      a → b              a → conv → conv → add → b      a → b
//                                         └──────────────────┘

import type { GraphDescription, LayerDescription, NodeDescription, Reference } from '../../format/index.ts';
import { Network } from '../../model/index.ts';
import { type Shape, sameShape } from '../../tensor/index.ts';

/** What can be left out. */
export interface Part {
  /** The models that it lies in, outermost first. */
  readonly within: readonly string[];
  readonly layer: string;
  /** Of a sum: which operand. */
  readonly operand?: number;
}

/** Layers with weights, or models, whose one output has the shape of their one input; and the operands of sums. */
export function partsOf(network: Network, within: readonly string[] = []): Part[] {
  const shapes: Shape[] = [];
  network.ends.inputs.forEach((slot, i) => {
    shapes[slot] = network.inputs[i].shape;
  });
  for (const step of network.steps) {
    step.fills.forEach((slot, i) => {
      shapes[slot] = step.shapes[i];
    });
  }
  return network.layers.flatMap((layer): Part[] => {
    const uses = network.steps.filter((step) => step.layer === layer);
    const inner = layer instanceof Network ? partsOf(layer, [...within, layer.name]) : [];
    if (layer.type === 'add') {
      return uses[0].reads.map((_, operand) => ({ within, layer: layer.name, operand }));
    }
    const keepsShape = uses.every(
      ({ reads, fills }) => reads.length === 1 && fills.length === 1 && sameShape(shapes[reads[0]], shapes[fills[0]]),
    );
    const hasWeights = layer.parameters.some(({ prunable }) => prunable);
    return keepsShape && hasWeights ? [{ within, layer: layer.name }, ...inner] : inner;
  });
}

/** The graph without a part and without what then reaches no output. */
export function bypass(graph: GraphDescription, { within: [model, ...rest], layer, operand }: Part): GraphDescription {
  if (model !== undefined) {
    const inside = (each: LayerDescription) =>
      each.name === model && each.graph
        ? { ...each, graph: bypass(each.graph, { within: rest, layer, operand }) }
        : each;
    return { ...graph, layers: graph.layers.map(inside) };
  }
  const part = graph.layers.findIndex(({ name }) => name === layer);
  const places = new Map<number, Reference>();
  const moved = ([node, output]: Reference): Reference => {
    const [to, first] = places.get(node) as Reference;
    return [to, first + output];
  };
  const nodes: NodeDescription[] = [];
  for (const [i, node] of graph.nodes.entries()) {
    const isPart = node.layer === part;
    const inputs = node.inputs.filter((_, at) => !isPart || at !== operand).map(moved);
    places.set(i, isPart && inputs.length === 1 ? inputs[0] : [nodes.push({ ...node, inputs }) - 1, 0]);
  }
  return withoutIdle({ ...graph, nodes, inputs: graph.inputs.map(moved), outputs: graph.outputs.map(moved) });
}

/** Without nodes that no output needs, and without layers that no node uses. */
function withoutIdle({ layers, nodes, inputs, outputs }: GraphDescription): GraphDescription {
  const needed = new Set([...inputs, ...outputs].map(([node]) => node));
  for (const [i, node] of [...nodes.entries()].reverse()) {
    if (needed.has(i)) for (const [input] of node.inputs) needed.add(input);
  }
  const kept = [...nodes.keys()].filter((i) => needed.has(i));
  const used = [...new Set(kept.map((i) => nodes[i].layer))].sort((a, b) => a - b);
  const moved = ([node, output]: Reference): Reference => [kept.indexOf(node), output];
  return {
    layers: used.map((layer) => layers[layer]),
    nodes: kept.map((i) => ({ layer: used.indexOf(nodes[i].layer), inputs: nodes[i].inputs.map(moved) })),
    inputs: inputs.map(moved),
    outputs: outputs.map(moved),
  };
}

/** The names of all layers that have arrays, those in models as `model/layer`. */
export const weighted = ({ layers }: GraphDescription, prefix = ''): string[] =>
  layers.flatMap(({ name, graph, arrays }) => {
    if (graph) return weighted(graph, `${prefix}${name}/`);
    return Object.keys(arrays).length > 0 ? [prefix + name] : [];
  });
