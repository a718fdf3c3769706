// What a pruning may touch: the prunable parameters of a network, each once, with the name of the layer that holds it.

import type { Layer } from '../layers/index.ts';
import { Network } from '../model/index.ts';
import type { Parameter } from '../tensor/index.ts';
import type { Skipped } from './report.ts';

/** A parameter that may be pruned. */
export interface Target {
  /** The layer's name; within a nested model `model/layer`. */
  readonly layerName: string;
  readonly layer: Layer;
  readonly parameter: Parameter;
  /** Whether the layer computes an output of the model (what follows it has no weights). */
  readonly isOutput: boolean;
  /** Parameters of the same layer whose units are one with this one's; default none. */
  readonly others?: readonly Target[];
}

/** Weights of a target. */
export const weightsOf = ({ parameter, others = [] }: Target): number =>
  others.reduce((sum, other) => sum + other.parameter.length, parameter.length);

/** Targets of one layer as one. */
export function sharing(targets: readonly Target[]): Target[] {
  const layers = [...new Set(targets.map(({ layer }) => layer))];
  return layers.map((layer) => {
    const [first, ...others] = targets.filter((target) => target.layer === layer);
    return { ...first, others };
  });
}

/** Which layers and parameters are meant. */
export interface Selection {
  /** Names of the layers to prune; default all. */
  layers?: readonly string[];
  /** Names of layers to leave as they are. */
  skip?: readonly string[];
  /** Which of a layer's parameters; default those that are prunable: kernels, never biases. */
  parameters?: (parameter: Parameter, layer: Layer) => boolean;
}

/** The names of {@link Selection}. */
export const selectionOptions = ['layers', 'skip', 'parameters'];

/** @throws when a name is that of no layer, or nothing is left. */
export function targetsOf(
  network: Network,
  { layers, skip = [], parameters = ({ prunable }) => prunable }: Selection,
): Target[] {
  checkNames(network, [...(layers ?? []), ...skip]);
  const all = leaves(network, '');
  const outputs = outputLayers(network);
  const seen = new Set<Parameter>();
  const targets: Target[] = [];
  for (const { layerName, layer } of all) {
    if (skip.includes(layerName) || (layers && !layers.includes(layerName))) continue;
    for (const parameter of layer.parameters) {
      if (seen.has(parameter) || !parameters(parameter, layer)) continue;
      seen.add(parameter);
      targets.push({ layerName, layer, parameter, isOutput: outputs.has(layer) });
    }
  }
  if (targets.length === 0)
    throw new Error(`Pruning: no layer of '${network.name}' that was chosen has weights to prune.`);
  return targets;
}

/** @throws when a name is that of no layer. */
export function checkNames(network: Network, names: readonly string[]): void {
  const known = new Set(leaves(network, '').map(({ layerName }) => layerName));
  for (const name of names) {
    if (known.has(name)) continue;
    throw new Error(`Pruning: there is no layer '${name}', expected one of ${[...known].join(', ')}.`);
  }
}

/** Layers that hold trainable matrices, none of which may be pruned. */
export function unsupported(network: Network, { layers, skip = [] }: Selection): Skipped[] {
  return leaves(network, '').flatMap(({ layerName, layer }) => {
    if (skip.includes(layerName) || (layers && !layers.includes(layerName))) return [];
    const matrices = layer.parameters.filter(({ trainable, shape }) => trainable && shape.length > 1);
    if (matrices.length === 0 || layer.parameters.some(({ prunable }) => prunable)) return [];
    return [{ layer: layerName, reason: `a layer of type '${layer.type}' has no parameters marked prunable` }];
  });
}

/** All layers within a network and the networks in it, with their names. */
export function leaves(network: Network, prefix: string): { layerName: string; layer: Layer }[] {
  return network.layers.flatMap((layer) => {
    const layerName = prefix + layer.name;
    return layer instanceof Network ? leaves(layer, `${layerName}/`) : [{ layerName, layer }];
  });
}

/** The parameters of a network by `layer/parameter`; those of a layer used twice stand once. */
export const byPath = (network: Network): Map<string, Parameter> =>
  new Map(
    leaves(network, '').flatMap(({ layerName, layer }) =>
      layer.parameters.map((parameter) => [`${layerName}/${parameter.name}`, parameter] as const),
    ),
  );

/** The layers with weights from which an output comes with none in between. */
export function outputLayers(network: Network): Set<Layer> {
  const found = new Set<Layer>();
  const producers = new Map(network.steps.flatMap((step) => step.fills.map((slot) => [slot, step] as const)));
  const visited = new Set<number>();
  const pending = [...network.ends.outputs];
  for (let slot = pending.pop(); slot !== undefined; slot = pending.pop()) {
    const step = producers.get(slot);
    if (!step || visited.has(slot)) continue;
    visited.add(slot);
    if (step.layer instanceof Network) for (const layer of outputLayers(step.layer)) found.add(layer);
    else if (step.layer.parameters.some(({ prunable }) => prunable)) found.add(step.layer);
    else pending.push(...step.reads);
  }
  return found;
}
