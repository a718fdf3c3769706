// The two ways to make a model: a list of layers, or a graph drawn by apply().

import { input, Layer, type SymbolicTensor } from '../layers/index.ts';
import { Network, type NetworkOptions } from '../model/index.ts';
import { checkKnown, showStranger, showValue } from '../tensor/index.ts';
import { Model } from './model.ts';

/** What `sequential` takes beside its layers. */
export interface SequentialOptions {
  /** Default 'sequential', numbered within a model that holds it. */
  name?: string;
  /** Of the initial weights, and of shuffling and dropout in `fit`; default 0. */
  seed?: number;
}

/**
 * A model of layers one after another. Begins with `input({ shape })`, or with a layer that was given `inputShape`, or with a
 * model. Keras: `Sequential`.
 * @throws when there are no layers, no input shape, a layer cannot take what comes before it, or two layers were given one name.
 */
export function sequential(layers: readonly (Layer | SymbolicTensor)[], options: SequentialOptions = {}): Model {
  checkKnown('sequential', options, ['name', 'seed']);
  const { name = 'sequential', seed } = options;
  if (!Array.isArray(layers)) throw new TypeError(`${name}: expected a list of layers, got ${showValue(layers)}.`);
  const wrong = layers.findIndex((layer) => !(layer instanceof Layer || isSymbolic(layer)));
  if (wrong >= 0) {
    throw new TypeError(`${name}: expected layers, got ${showStranger(layers[wrong], Layer)} at position ${wrong}.`);
  }
  const [first, ...rest] = layers;
  if (first === undefined) throw new Error(`${name}: expected at least one layer, got none.`);
  const begin = isSymbolic(first) ? first : input({ shape: inputShapeOf(first, name) });
  let tensor = begin;
  for (const layer of isSymbolic(first) ? rest : layers) {
    if (isSymbolic(layer)) throw new Error(`${name}: expected input() as the first of its layers only.`);
    tensor = layer.apply(tensor);
  }
  return new Model({ inputs: begin, outputs: tensor, name, seed });
}

/**
 * A model of the layers between `inputs` and `outputs`, as `layer.apply(…)` drew them. Keras: `Model`.
 * @throws when an output depends on an input that is not listed, or two layers were given one name.
 */
export const model = (options: NetworkOptions): Model => new Model(options);

const isSymbolic = (layer: Layer | SymbolicTensor): layer is SymbolicTensor =>
  typeof layer === 'object' && layer !== null && 'node' in layer;

function inputShapeOf(layer: Layer, name: string) {
  const shape = layer.inputShape ?? (layer instanceof Network ? layer.inputs[0].shape : undefined);
  if (shape) return shape;
  throw new Error(`${name}: expected input({ shape }) first, or \`inputShape\` in the first layer, got neither.`);
}
