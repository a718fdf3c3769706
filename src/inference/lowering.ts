// What the lowering of layers has to work with.

import { leakySlopes } from '../ops/index.ts';
import { type Shape, sameShape, showShape, sizeOf } from '../tensor/index.ts';
import type { LayerReader } from './config.ts';
import type { Activate, Operation, Value } from './operation.ts';
import type { Weights } from './weights.ts';

/** An operation before it has its place among the others. */
type Placed = 'name' | 'inputs' | 'output';
type Bare<T> = T extends Operation ? Omit<T, Placed> : never;

/** What lowering appends to. */
export interface Sink {
  /** Whether the program runs one time step at a time, for a session. */
  readonly streams: boolean;
  shapeOf(value: Value): Shape;
  /** Whether a value is one step of a sequence, [1, ..], in a program that streams. */
  isSequence(value: Value): boolean;
  setSequence(value: Value): void;
  /** The mask of a sequence, or undefined where all its steps are real. */
  maskOf(value: Value): Value | undefined;
  setMask(value: Value, mask: Value | undefined): void;
  /** A value that an operation has besides its output. */
  declare(shape: Shape): Value;
  /** Appends an operation and returns its output. */
  append(name: string, operation: Bare<Operation>, inputs: readonly Value[], shape: Shape): Value;
  /** The weights of a layer, one object however often the layer is used: the array of that name, and its bias. */
  weightsOf(reader: LayerReader, axes: readonly number[], name?: string, bias?: string): Weights;
  /** What `make` gives, one object for each part of a layer however often the layer is used. */
  partOf(reader: LayerReader, part: string, make: () => Weights): Weights;
  /** The outputs of a layer within a layer. */
  lower(reader: LayerReader, inputs: readonly Value[]): readonly Value[];
}

/** The output of one use of a layer, or its outputs. */
export type Lowering = (reader: LayerReader, inputs: readonly Value[], sink: Sink) => Value | readonly Value[];

const activationNames = [
  'linear',
  'relu',
  'leakyRelu',
  'sigmoid',
  'tanh',
  'softmax',
  'elu',
  'softplus',
  'gelu',
  'silu',
  'swish',
] as const;

/** The activation in the layer's configuration. */
export const activate = (reader: LayerReader, x: Value, sink: Sink): Value => {
  const activation = reader.choice('activation', activationNames, 'linear');
  return appendActivation(reader.name, activation === 'swish' ? 'silu' : activation, leakySlopes.named, x, sink);
};

/** Nothing for `linear`. */
export function appendActivation(
  name: string,
  activation: Activate['activation'] | 'linear',
  slope: number,
  x: Value,
  sink: Sink,
): Value {
  if (activation === 'linear') return x;
  return sink.append(name, { kind: 'activate', activation, slope }, [x], sink.shapeOf(x));
}

/** The same numbers under another shape, without a mask. */
export const viewAs = (reader: LayerReader, inputs: readonly Value[], sink: Sink, shape: Shape): Value => {
  const from = reader.oneInput(inputs.map(sink.shapeOf));
  if (sizeOf(from) !== sizeOf(shape)) {
    throw reader.error(`expected an input of ${sizeOf(shape)} numbers, got the shape ${showShape(from)}`);
  }
  const isSame = sameShape(from, shape) && sink.maskOf(inputs[0]) === undefined;
  return isSame ? inputs[0] : sink.append(reader.name, { kind: 'view' }, inputs, shape);
};
