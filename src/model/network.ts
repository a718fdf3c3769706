// A network: layers and how they feed one another, in an order in which each comes after those it reads from. It is itself a
// layer. Every activation has a slot; a node reads slots and fills slots:
//
//   input      slot 0
//   dense      reads 0, fills 1          forward:  nodes in order
//   dense_1    reads 1, fills 2          backward: the other way, gradients of a slot read twice are added
//   add        reads 1 and 2, fills 3

import type { ModelDescription } from '../format/index.ts';
import { Layer } from '../layers/layer.ts';
import { type Node, type SymbolicTensor, symbolicTensors } from '../layers/symbolic.ts';
import { add } from '../ops/index.ts';
import {
  checkKnown,
  type NdArray,
  type Parameter,
  type Shape,
  sameShape,
  showShape,
  type Tape,
  Tensor,
} from '../tensor/index.ts';
import { Random } from '../tensor/random.ts';
import { describe } from './describe.ts';
import type { Memos } from './memos.ts';
import { nameLayers } from './names.ts';
import { summary } from './summary.ts';

/** What a network is made of. */
export interface NetworkOptions {
  /** What `input()` made, one or a list. */
  inputs: SymbolicTensor | readonly SymbolicTensor[];
  /** What layers made of it, one or a list. */
  outputs: SymbolicTensor | readonly SymbolicTensor[];
  /** Default 'model', numbered within a model that holds it. */
  name?: string;
  /** Of the initial weights, and of shuffling and dropout in `fit`; default 0. */
  seed?: number;
}

/** One use of a layer: the slots it reads and fills. */
export interface Step {
  readonly layer: Layer;
  readonly reads: readonly number[];
  readonly fills: readonly number[];
  /** Of the outputs. */
  readonly shapes: readonly Shape[];
}

/** Layers joined into a graph without cycles, itself a layer. Untrainable by itself: `sequential` and `model` make those that train. */
export class Network extends Layer {
  readonly type: string = 'model';
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  readonly seed: number;
  /** The uses of layers in order of execution. */
  readonly steps: readonly Step[];
  /** Each layer once, in order of first use. */
  readonly layers: readonly Layer[];
  /** What others left with the network, kept in files and copies; of a network within another it is not. */
  readonly memos: Memos = new Map();
  readonly #slots = new Map<SymbolicTensor, number>();

  /** @throws on an unknown option, when an output depends on an input that is not listed, and when two layers were given one name. */
  constructor(options: NetworkOptions) {
    checkKnown('model', options, ['inputs', 'outputs', 'name', 'seed']);
    const { inputs, outputs, name = 'model', seed = 0 } = options;
    super({ name });
    this.inputs = symbolicTensors(inputs, (message) => this.error(`inputs: ${message}`));
    this.outputs = symbolicTensors(outputs, (message) => this.error(`outputs: ${message}`));
    if (this.outputs.length === 0) throw this.error('outputs: expected one or more, got none');
    this.seed = seed;
    for (const tensor of this.inputs) {
      if (this.#slots.has(tensor)) {
        throw this.error(
          `expected \`inputs\` that differ, got the one of shape ${showShape(tensor.shape)} twice: name it once`,
        );
      }
      this.#slots.set(tensor, this.#slots.size);
    }
    this.steps = sorted(this.outputs, this.inputs, name).map((node) => {
      for (const tensor of node.outputs) this.#slots.set(tensor, this.#slots.size);
      const shapes = node.outputs.map(({ shape }) => shape);
      return { layer: node.layer, reads: node.inputs.map(this.#slot), fills: node.outputs.map(this.#slot), shapes };
    });
    this.layers = [...new Set(this.steps.map(({ layer }) => layer))];
    nameLayers(this.layers, name);
    const random = new Random(seed, 'weights');
    for (const [i, layer] of this.layers.entries()) layer.initialize(random.split(i));
  }

  #slot = (tensor: SymbolicTensor): number => this.#slots.get(tensor) as number;

  /** Slots of the inputs and of the outputs. */
  get ends(): { inputs: readonly number[]; outputs: readonly number[] } {
    return { inputs: this.inputs.map(this.#slot), outputs: this.outputs.map(this.#slot) };
  }

  /** The layer of that name. @throws when there is none. */
  getLayer(name: string): Layer {
    const found = this.layers.find((layer) => layer.name === name);
    if (found) return found;
    throw this.error(`expected the name of a layer (${this.layers.map((l) => l.name).join(', ')}), got '${name}'`);
  }

  override get parameters(): readonly Parameter[] {
    return [...new Set(this.layers.flatMap(({ parameters }) => parameters))];
  }

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    const expected = this.inputs.map(({ shape }) => shape);
    if (inputs.length !== expected.length || !inputs.every((shape, i) => sameShape(shape, expected[i]))) {
      const show = (shapes: readonly Shape[]) => shapes.map(showShape).join(' and ');
      throw this.error(`expected inputs of shape ${show(expected)}, got ${show(inputs)}`);
    }
    return this.outputs.map(({ shape }) => shape);
  }

  /** The layer that reads the input of that index and cannot do so when it is sparse; undefined where all can. */
  refusesSparse(input: number): Layer | undefined {
    if (this.outputs.some((tensor) => this.#slot(tensor) === input)) return this;
    return this.steps.find(({ layer, reads }) => reads.some((slot, i) => slot === input && !layer.takesSparse(i)))
      ?.layer;
  }

  override takesSparse(input: number): boolean {
    return this.refusesSparse(input) === undefined;
  }

  override checkInput(input: number, data: ArrayLike<number>, argument: string): void {
    for (const { layer, reads } of this.steps) {
      for (const [i, slot] of reads.entries()) if (slot === input) layer.checkInput(i, data, argument);
    }
  }

  /** Those of its layers, as `layer/state`. */
  override get states(): Readonly<Record<string, NdArray>> {
    const all = this.layers.flatMap(({ name, states }) =>
      Object.entries(states).map(([state, array]) => [`${name}/${state}`, array] as const),
    );
    return Object.fromEntries(all);
  }

  override restoreStates(states: Readonly<Record<string, NdArray<ArrayBufferLike>>>): void {
    for (const layer of this.layers) {
      const prefix = `${layer.name}/`;
      const own = Object.entries(states).filter(([path]) => path.startsWith(prefix));
      if (own.length === 0) continue;
      layer.restoreStates(Object.fromEntries(own.map(([path, array]) => [path.slice(prefix.length), array])));
    }
  }

  override resetStates(): void {
    for (const layer of this.layers) layer.resetStates();
  }

  override forward(inputs: readonly Tensor[], tape: Tape): Tensor[] {
    const slots: Tensor[] = [...inputs];
    for (const { layer, reads, fills } of this.steps) {
      const read = reads.map((slot) => slots[slot]);
      const mask = layer.supportsMasking ? read[0].mask : undefined;
      for (const [i, output] of layer.forward(read, tape).entries()) {
        slots[fills[i]] = mask ? output.masked(mask) : output;
        if (tape.penalizes) for (const penalty of layer.penalties) tape.penalty += penalty.activityValue(output);
      }
    }
    tape.push(slots);
    return this.outputs.map((tensor) => slots[this.#slot(tensor)]);
  }

  override backward(gradients: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    const [slots] = tape.pop<[Tensor[]]>();
    const sums: (Tensor | undefined)[] = [];
    const collect = (slot: number, gradient: Tensor | undefined) => {
      const sum = sums[slot];
      sums[slot] = sum && gradient ? add(sum, gradient) : (sum ?? gradient);
    };
    for (const [i, tensor] of this.outputs.entries()) collect(this.#slot(tensor), gradients[i]);
    for (const { layer, reads, fills } of this.steps.toReversed()) {
      const received = fills.map((slot) => sums[slot] ?? Tensor.zeros(slots[slot].shape, slots[slot].batch));
      const whole = tape.penalizes ? received.map((dy, i) => penalized(layer, slots[fills[i]], dy)) : received;
      for (const [i, gradient] of layer.backward(whole, tape).entries()) collect(reads[i], gradient);
    }
    return this.inputs.map((tensor) => sums[this.#slot(tensor)]);
  }

  /** Prints the table of layers that Keras users know, with a density column; by default to the console. */
  summary(print: (table: string) => void = console.log): void {
    print(summary(this));
  }

  /** The network as plain data: graph, configurations, weights and masks, all copies. @throws when two layers hold the same weights. */
  describe(): ModelDescription {
    return describe(this);
  }

  override config(): Record<string, unknown> {
    return { seed: this.seed };
  }

  /** Samples in a slab: 64 when all layers are dense, 32 when images pass through (../tensor/batch.ts). */
  get slabWidth(): number {
    return this.steps.some(({ shapes }) => shapes.some(({ length }) => length > 1)) ? 32 : 64;
  }
}

/** The gradient for a layer's output y, with that of the penalties on it. */
function penalized({ penalties }: Layer, y: Tensor, dy: Tensor): Tensor {
  if (penalties.length === 0) return dy;
  const sum = dy.copy();
  for (const penalty of penalties) penalty.activityGradient(y, sum);
  sum.clearPadding();
  return sum;
}

/** Nodes with a layer that `outputs` need, each after those it reads from. */
function sorted(outputs: readonly SymbolicTensor[], inputs: readonly SymbolicTensor[], name: string): DrawnNode[] {
  const order = new Set<DrawnNode>();
  const known = new Set<Node>(inputs.map(({ node }) => node));
  const visit = (root: Node) => {
    const path: { node: Node; next: number }[] = [{ node: root, next: 0 }];
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const { node } = top;
      const child = known.has(node) ? undefined : node.inputs[top.next++];
      if (child) {
        path.push({ node: child.node, next: 0 });
        continue;
      }
      path.pop();
      if (known.has(node)) continue;
      if (!isDrawn(node)) {
        throw new Error(
          `${name}: an output depends on an input of shape ${showShape(node.outputs[0].shape)} that is not among \`inputs\`.`,
        );
      }
      known.add(node);
      order.add(node);
    }
  };
  for (const { node } of outputs) visit(node);
  return [...order];
}

type DrawnNode = Node & { readonly layer: Layer };
const isDrawn = (node: Node): node is DrawnNode => node.layer !== undefined;
