// A description becomes a program: nested models inlined, layers lowered to operations.

import type { GraphDescription, LayerDescription, ModelDescription, Reference } from '../format/index.ts';
import type { Shape } from '../tensor/index.ts';
import { checkSize, sameShape, showShape } from '../tensor/index.ts';
import { LayerReader } from './config.ts';
import { lower } from './lower.ts';
import type { Sink } from './lowering.ts';
import { factorsOf, type Operation, type Program, type Value } from './operation.ts';
import { simplify } from './simplify.ts';
import { Weights } from './weights.ts';

/** A model nested in itself over and over would otherwise grow without end. */
const mostOperations = 100_000;

/** The weights of layers by their arrays and by part: one object for all the programs of a model. */
export type Parts = Map<LayerDescription['arrays'], Map<string, Weights>>;

/**
 * @param streams whether the program takes one time step at a time: the first axis of its inputs is time, and is 1.
 * @throws when a layer is unknown, cannot stream, or its arrays or configuration do not fit its inputs; the layer is named.
 */
export function programOf({ graph, name }: ModelDescription, parts: Parts, streams = false): Program {
  const builder = new ProgramBuilder(parts, streams);
  const inputs = graph.inputs.map(([node]) => {
    const layer = graph.layers[graph.nodes[node].layer];
    const shape = new LayerReader(layer, layer.name).shape('shape');
    checkSize(shape, layer.name, 'an input');
    const value = builder.declare(streams ? [1, ...shape.slice(1)] : shape);
    if (streams) builder.setSequence(value);
    return { name: layer.name, value };
  });
  const values = builder.inline(
    graph,
    inputs.map(({ value }) => value),
    '',
    name,
  );
  const outputs = graph.outputs.map(([node], i) => ({
    name: graph.layers[graph.nodes[node].layer].name,
    value: values[i],
    ...(builder.isSequence(values[i]) && { steps: true }),
  }));
  const { shapes, operations } = builder;
  checkNames(name, operations);
  return simplify({ shapes, operations, inputs, outputs });
}

/** @throws when matrices of two layers have one name: their forms are told apart by it. */
function checkNames(model: string, operations: readonly Operation[]): void {
  const named = new Map<string, Weights>();
  for (const { name, weights } of operations.flatMap(factorsOf)) {
    if ((named.get(name) ?? weights) !== weights) {
      throw new Error(
        `${model}: two layers are named '${name}', as 'd' in a model 'inner' and a layer 'inner/d' are: rename one of them.`,
      );
    }
    named.set(name, weights);
  }
}

class ProgramBuilder implements Sink {
  readonly shapes: Shape[] = [];
  readonly operations: Operation[] = [];
  readonly streams: boolean;
  readonly #masks = new Map<Value, Value>();
  readonly #sequences = new Set<Value>();
  readonly #parts: Parts;
  #nodes = 0;

  constructor(parts: Parts, streams: boolean) {
    this.#parts = parts;
    this.streams = streams;
  }

  readonly shapeOf = (value: Value): Shape => this.shapes[value];

  declare(shape: Shape): Value {
    return this.shapes.push(shape) - 1;
  }

  isSequence(value: Value): boolean {
    return this.#sequences.has(value);
  }

  setSequence(value: Value): void {
    this.#sequences.add(value);
  }

  maskOf(value: Value): Value | undefined {
    return this.#masks.get(value);
  }

  setMask(value: Value, mask: Value | undefined): void {
    if (mask !== undefined) this.#masks.set(value, mask);
  }

  append(name: string, operation: Parameters<Sink['append']>[1], inputs: readonly Value[], shape: Shape): Value {
    const output = this.declare(checkSize(shape, name));
    if ('window' in operation && operation.window) {
      const { padded } = operation.window;
      checkSize([...padded, this.shapeOf(inputs[0]).at(-1) as number], name, 'an input with its padding');
    }
    this.operations.push({ ...operation, name, inputs, output } as Operation);
    return output;
  }

  weightsOf(reader: LayerReader, axes: readonly number[], name = 'kernel', bias = 'bias'): Weights {
    return this.partOf(reader, name, () => {
      const array = reader.need(reader.array(name, axes), name);
      return new Weights(array, bias ? reader.vector(bias, array.shape[axes[0]]) : undefined);
    });
  }

  partOf(reader: LayerReader, part: string, make: () => Weights): Weights {
    const { arrays } = reader.layer;
    const parts = this.#parts.get(arrays) ?? new Map<string, Weights>();
    this.#parts.set(arrays, parts);
    const weights = parts.get(part) ?? make();
    parts.set(part, weights);
    return weights;
  }

  lower(reader: LayerReader, inputs: readonly Value[]): readonly Value[] {
    return lower(reader, inputs, this);
  }

  /** The outputs of a graph whose inputs are `inputs`. */
  inline(graph: GraphDescription, inputs: readonly Value[], prefix: string, name: string): Value[] {
    if (inputs.length !== graph.inputs.length) {
      throw new Error(`${name}: expected ${graph.inputs.length} inputs, got ${inputs.length}.`);
    }
    const outputs: Value[][] = [];
    graph.inputs.forEach(([node], i) => {
      outputs[node] = [inputs[i]];
    });
    const find = ([node, output]: Reference): Value => {
      const value = outputs[node][output];
      if (value !== undefined) return value;
      throw new Error(
        `${prefix}${graph.layers[graph.nodes[node].layer].name}: expected an output ${output}, it has none.`,
      );
    };
    graph.nodes.forEach(({ layer: index, inputs: reads }, node) => {
      if (++this.#nodes > mostOperations) throw new Error(`${name}: expected at most ${mostOperations} layers in all.`);
      const layer = graph.layers[index];
      const layerName = prefix + layer.name;
      if (layer.type === 'input') {
        this.#checkInput(outputs[node]?.[0], new LayerReader(layer, layerName));
        return;
      }
      const values = reads.map(find);
      outputs[node] = layer.graph
        ? this.inline(layer.graph, values, `${layerName}/`, layerName)
        : [...this.lower(new LayerReader(layer, layerName), values)];
    });
    return graph.outputs.map(find);
  }

  #checkInput(value: Value | undefined, reader: LayerReader): void {
    const declared = reader.shape('shape');
    if (value === undefined) throw reader.error('expected to be among the inputs of its model');
    const shape = this.isSequence(value) ? [1, ...declared.slice(1)] : declared;
    if (!sameShape(this.shapes[value], shape)) {
      throw reader.error(`expected an input of shape ${showShape(shape)}, got ${showShape(this.shapes[value])}`);
    }
  }
}
