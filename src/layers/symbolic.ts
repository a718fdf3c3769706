// Symbolic tensors: the edges of a network while it is being drawn, before any number flows.

import { checkKnown, checkShape, checkSize, type Shape, showValue } from '../tensor/index.ts';
import type { Layer } from './layer.ts';

/** One use of a layer. */
export interface Node {
  /** Undefined for a network's input. */
  readonly layer: Layer | undefined;
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: SymbolicTensor[];
  /** Of an input: the name the user gave it. */
  readonly name?: string;
}

/** The place of an activation in a network: a shape without numbers. */
export interface SymbolicTensor {
  /** Of one sample, Keras order. */
  readonly shape: Shape;
  readonly node: Node;
}

/** What {@link input} takes. */
export interface InputOptions {
  /** Of one sample, without the batch: `[features]` or `[rows, columns, channels]`. */
  shape: Shape;
  /** Default 'input', numbered where there are several. */
  name?: string;
}

/** One symbolic tensor or several as a list; `complain` makes an error of what is none. */
export function symbolicTensors(given: unknown, complain: (message: string) => Error): readonly SymbolicTensor[] {
  const list = [given].flat() as SymbolicTensor[];
  const wrong = list.findIndex((tensor) => !Object(tensor).node);
  if (wrong < 0) return list;
  throw complain(`expected what input() and apply() give, got ${showValue(list[wrong])}`);
}

/**
 * A network's input. Keras: `Input`.
 * @throws when the shape is not of positive whole numbers, or beyond all bounds.
 */
export function input(options: InputOptions): SymbolicTensor {
  checkKnown('input', options, ['shape', 'name']);
  const { shape, name } = options;
  const node: Node = { layer: undefined, inputs: [], outputs: [], name };
  const tensor = { shape: [...checkSize(checkShape(shape, 'input'), 'input', 'a shape')], node };
  node.outputs.push(tensor);
  return tensor;
}
