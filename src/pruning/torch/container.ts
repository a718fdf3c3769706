// The prunings that a parameter went through, one after another; each works on what the ones before it left.

import type { Layer } from '../../layers/index.ts';
import { Network } from '../../model/index.ts';
import type { Parameter } from '../../tensor/index.ts';
import { onesOf, parameterOf } from './parameters.ts';

/** One pruning of one parameter. */
export interface PruningMethod {
  readonly name: string;
  readonly amount?: number;
  /** torch's dimension, of structured ones. */
  readonly dim?: number;
  /** The mask, Keras order, after a parameter that was masked by `before`. */
  mask(layer: Layer, parameter: Parameter, before: Float32Array): Float32Array;
}

const histories = new WeakMap<Parameter, PruningContainer>();

/** A sequence of prunings. torch: `PruningContainer`. */
export class PruningContainer implements Iterable<PruningMethod> {
  readonly #methods: PruningMethod[];

  constructor(...methods: readonly PruningMethod[]) {
    this.#methods = [...methods];
  }

  get length(): number {
    return this.#methods.length;
  }

  /** The method at `index`; negative counts from the last. */
  at(index: number): PruningMethod | undefined {
    return this.#methods.at(index);
  }

  [Symbol.iterator](): Iterator<PruningMethod> {
    return this.#methods[Symbol.iterator]();
  }

  /** torch: `add_pruning_method`. */
  add(method: PruningMethod): void {
    this.#methods.push(method);
  }

  /** Applies all of them, in order, to another parameter. @throws what they throw; the parameter is then as it was. */
  apply(layer: Layer, name: string): Layer {
    const parameter = parameterOf(layer, name);
    let mask = onesOf(parameter);
    for (const method of this.#methods) mask = method.mask(layer, parameter, mask);
    for (const method of this.#methods) record(parameter, method, mask);
    return layer;
  }
}

/** Sets a mask (Keras order) and remembers what made it. */
export function record(parameter: Parameter, method: PruningMethod, mask: Float32Array): void {
  parameter.setMask(parameter.toStorage(mask));
  const history = histories.get(parameter) ?? new PruningContainer();
  histories.set(parameter, history);
  history.add(method);
}

/** The prunings by these functions that a parameter went through since it was last without a mask. @throws on an unknown name. */
export function pruningMethods(layer: Layer, name: string): PruningContainer {
  const parameter = parameterOf(layer, name);
  return (parameter.mask && histories.get(parameter)) || new PruningContainer();
}

/** Whether a parameter of the layer, or of the model's layers, has a mask. torch: `is_pruned`. */
export const isPruned = (layer: Layer): boolean =>
  layer instanceof Network ? layer.layers.some(isPruned) : layer.parameters.some(({ mask }) => mask !== undefined);

/**
 * Makes a pruning permanent: the zeros stay, the mask goes, and training may move all weights again. torch: `remove`.
 * @throws when the parameter is not pruned.
 */
export function remove(layer: Layer, name: string): Layer {
  const parameter = parameterOf(layer, name);
  if (!parameter.mask) {
    throw new Error(`${layer.name || layer.type}: expected '${name}' to be pruned, it has no mask to remove.`);
  }
  parameter.setMask(undefined);
  histories.delete(parameter);
  return layer;
}
