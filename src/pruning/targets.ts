// What a pruning may touch: the prunable parameters of a network, each once, with the name of the layer that holds it.

import { Layer } from '../layers/index.ts';
import { Network } from '../model/index.ts';
import { type Parameter, showStranger, showValue } from '../tensor/index.ts';
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
  /** Weights that were not pruned before; default all. */
  readonly left?: number;
}

/** Weights of a target. */
export const weightsOf = ({ parameter, others = [] }: Target): number =>
  others.reduce((sum, other) => sum + other.parameter.length, parameter.length);

/** Weights of a parameter that no mask prunes. */
export const leftOf = ({ mask, length }: Parameter): number =>
  mask ? mask.view.reduce((sum, bit) => sum + bit, 0) : length;

/** Those of the targets that a structure is for. */
export const targetsFor = ({ layerType }: { readonly layerType?: string }, targets: readonly Target[]): Target[] =>
  targets.filter(({ layer }) => layerType === undefined || layer.type === layerType);

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
  /** Names of the layers to prune, `model/layer` within a nested model, whose own name stands for all of its layers; default all. */
  layers?: readonly string[];
  /** Names of layers to leave as they are, in the same way. */
  skip?: readonly string[];
  /** Which of a layer's parameters; default those that are prunable: kernels, never biases. */
  parameters?: (parameter: Parameter, layer: Layer) => boolean;
}

/** The names of {@link Selection}. */
export const selectionOptions = ['layers', 'skip', 'parameters'];

/** @throws when a name is that of no layer, or nothing is left. */
export function targetsOf(network: Network, selection: Selection): Target[] {
  const { parameters = ({ prunable }) => prunable } = selection;
  const chosen = chosenLayers(network, selection);
  const outputs = outputLayers(network);
  const seen = new Set<Parameter>();
  const targets: Target[] = [];
  for (const { layerName, layer } of chosen) {
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

/** @throws {TypeError} when it is no network that trains. */
export function checkNetwork<T extends Network>(network: T): T {
  if (network instanceof Network) return network;
  const given: unknown = network;
  const got = given instanceof Layer ? `a layer of type '${given.type}'` : showStranger(given, Network);
  throw new TypeError(
    `Pruning: expected a model as sequential(), model() or loadModel() make it, got ${got}; a compressed model is pruned before compress().`,
  );
}

/** Layers with these names; the name of a nested model stands for all of its layers. @throws when a name is that of none. */
export function layersNamed(network: Network, names: readonly string[]): Set<string> {
  const all = leaves(checkNetwork(network));
  if (!Array.isArray(names))
    throw new TypeError(`Pruning: expected a list of names of layers, got ${showValue(names)}.`);
  return new Set(
    names.flatMap((name) => {
      const found = all.filter(({ layerName, models }) => layerName === name || models.includes(name));
      if (found.length > 0) return found.map(({ layerName }) => layerName);
      const known = all.map(({ layerName }) => layerName).join(', ');
      throw new Error(`Pruning: there is no layer '${name}', expected one of ${known}.`);
    }),
  );
}

/** The layers that a selection leaves. */
function chosenLayers(network: Network, { layers, skip = [] }: Selection): Leaf[] {
  const chosen = layers && layersNamed(network, layers);
  const skipped = layersNamed(network, skip);
  return leaves(network).filter(({ layerName }) => !skipped.has(layerName) && (chosen?.has(layerName) ?? true));
}

/** Layers that hold trainable matrices, none of which may be pruned. */
export function unsupported(network: Network, selection: Selection): Skipped[] {
  return chosenLayers(network, selection).flatMap(({ layerName, layer }) => {
    const matrices = layer.parameters.filter(({ trainable, shape }) => trainable && shape.length > 1);
    if (matrices.length === 0 || layer.parameters.some(({ prunable }) => prunable)) return [];
    return [{ layer: layerName, reason: `a layer of type '${layer.type}' has no parameters marked prunable` }];
  });
}

/** A layer that is no model. */
interface Leaf {
  /** Within a nested model `model/layer`. */
  readonly layerName: string;
  readonly layer: Layer;
  /** The nested models that it lies in, outermost first: `model`, `model/inner`. */
  readonly models: readonly string[];
}

/** All layers within a network and the networks in it, with their names. */
export function leaves(network: Network, models: readonly string[] = []): Leaf[] {
  return network.layers.flatMap((layer) => {
    const layerName = [...models.slice(-1), layer.name].join('/');
    return layer instanceof Network ? leaves(layer, [...models, layerName]) : [{ layerName, layer, models }];
  });
}

/** The parameters of a network by `layer/parameter`; those of a layer used twice stand once. */
export const byPath = (network: Network): Map<string, Parameter> =>
  new Map(
    leaves(network).flatMap(({ layerName, layer }) =>
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
