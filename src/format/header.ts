// The header of a model file: a ModelDescription as JSON, each array replaced by its entry. Nothing in it is believed:
// every field is checked once, here, and what leaves is a ModelDescription that the rest of the house can trust in its form.
//
// A layer that stood before, in the same graph or another, is `{ same: i }`: the i-th of the layers without a graph, from 0.

import type { ArrayEntry } from './array-code.ts';
import type {
  ArrayDescription,
  GraphDescription,
  LayerDescription,
  ModelDescription,
  NodeDescription,
  Reference,
} from './description.ts';
import { FormatError } from './format-error.ts';

/** Turns an entry into its array; called in the order in which arrays stand in the payload. */
export type ArrayReader = (entry: ArrayEntry) => ArrayDescription;

const deepest = 100;
const mostElements = 2 ** 30;
const mostOutputs = 1024;

/** The JSON in `bytes`. @throws {FormatError} on bad UTF-8, bad JSON, nesting without end, keys that change prototypes. */
export function parseHeader(bytes: Uint8Array): unknown {
  checkDepth(bytes);
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return JSON.parse(text, (key, value) => {
      if (key === '__proto__') throw new SyntaxError('a key is named __proto__');
      return value;
    });
  } catch (error) {
    throw damaged(`the header cannot be read (${(error as Error).message})`);
  }
}

/** JSON of a description whose arrays `write` has replaced. @throws {FormatError} on what JSON cannot keep. */
export function formatHeader(
  description: ModelDescription,
  write: (array: ArrayDescription) => ArrayEntry,
): Uint8Array {
  const arrays = (record: Readonly<Record<string, ArrayDescription>>) =>
    Object.fromEntries(Object.entries(record).map(([name, array]) => [name, write(array)]));
  const written = new Map<LayerDescription, number>();
  const layer = (described: LayerDescription): unknown => {
    const same = written.get(described);
    if (same !== undefined) return { same };
    if (!described.graph) written.set(described, written.size);
    const { type, name, config } = described;
    const plain = { type, name, config, arrays: arrays(described.arrays) };
    return described.graph ? { ...plain, graph: graph(described.graph) } : plain;
  };
  const graph = ({ layers, nodes, inputs, outputs }: GraphDescription): unknown => ({
    layers: layers.map(layer),
    nodes: nodes.map((node) => ({ layer: node.layer, inputs: node.inputs })),
    inputs,
    outputs,
  });
  const { name, extra, state } = description;
  const plain = {
    name,
    graph: graph(description.graph),
    ...(extra && { extra }),
    ...(state && { state: arrays(state) }),
  };
  const text = JSON.stringify(plain, (key, value: unknown) => {
    if (key === '__proto__') throw new FormatError('A model cannot be saved with a key named __proto__.');
    if (
      typeof value === 'function' ||
      typeof value === 'bigint' ||
      (typeof value === 'number' && !Number.isFinite(value))
    )
      throw new FormatError(
        `A model file keeps JSON only: '${key}' is ${String(value)}; leave it out or make it a string.`,
      );
    return value;
  });
  return new TextEncoder().encode(text);
}

/** The description that a parsed header and its arrays make. @throws {FormatError} naming what is wrong where. */
export function readHeader(header: unknown, read: ArrayReader): ModelDescription {
  const { name, graph, extra, state } = record(header, 'the header');
  let elements = 0;
  const counted: ArrayReader = (entry) => {
    elements += entry.shape.reduce((product, axis) => product * axis, 1);
    if (elements > mostElements) throw damaged(`it claims to hold more than ${mostElements} numbers`);
    return read(entry);
  };
  return {
    name: string(name, 'the name of the model'),
    graph: readGraph(graph, 'the graph', { read: counted, before: [] }),
    ...(extra !== undefined && { extra: record(extra, 'extra') }),
    ...(state !== undefined && { state: readArrays(state, 'state', counted) }),
  };
}

/** What layers are read with. */
interface LayerSource {
  readonly read: ArrayReader;
  /** The layers without a graph so far. */
  readonly before: LayerDescription[];
}

function readGraph(value: unknown, where: string, from: LayerSource): GraphDescription {
  const source = record(value, where);
  const layers = list(source.layers, `the layers of ${where}`).map((layer, i) => readLayer(layer, `layer ${i}`, from));
  checkNames(layers, where);
  const nodes: NodeDescription[] = [];
  const outputsOf = (node: number) => layers[nodes[node].layer].graph?.outputs.length ?? mostOutputs;
  const reference = (value: unknown, what: string): Reference => {
    const pair = list(value, what);
    const node = index(pair[0], nodes.length, `${what}: the node`);
    const output = index(pair[1], outputsOf(node), `${what}: the output`);
    if (pair.length !== 2) throw damaged(`${what} is not a pair`);
    return [node, output];
  };
  const references = (value: unknown, what: string) =>
    list(value, what).map((pair, i) => reference(pair, `${what}, number ${i},`));
  list(source.nodes, `the nodes of ${where}`).forEach((value, i) => {
    const node = record(value, `node ${i}`);
    const layer = index(node.layer, layers.length, `node ${i}: the layer`);
    nodes.push({ layer, inputs: references(node.inputs, `the inputs of node ${i}`) });
  });
  const inputs = references(source.inputs, `the inputs of ${where}`);
  const outputs = references(source.outputs, `the outputs of ${where}`);
  if (inputs.some(([node]) => layers[nodes[node].layer].type !== 'input')) {
    throw damaged(`an input of ${where} is not a node of type 'input'`);
  }
  if (new Set(inputs.map(([node]) => node)).size < inputs.length) throw damaged(`${where} has an input twice`);
  if (inputs.length === 0 || outputs.length === 0) throw damaged(`${where} has no inputs or no outputs`);
  return { layers, nodes, inputs, outputs };
}

/** @throws {FormatError} when two layers have one name; inputs may have that of a layer. */
function checkNames(layers: readonly LayerDescription[], where: string): void {
  const names = new Set<string>();
  for (const { type, name } of layers) {
    if (type === 'input') continue;
    if (names.has(name)) {
      throw damaged(`two layers of ${where} are named '${name}'; names within a model must differ, rename one of them`);
    }
    names.add(name);
  }
}

function readLayer(value: unknown, where: string, from: LayerSource): LayerDescription {
  const { read, before } = from;
  const { type, name, config, arrays, graph, same } = record(value, where);
  if (same !== undefined) return before[index(same, before.length, `what ${where} is the same as`)];
  const named = `layer '${string(name, `the name of ${where}`)}'`;
  const layer: LayerDescription = {
    type: string(type, `the type of ${named}`),
    name: string(name, where),
    config: record(config, `the configuration of ${named}`),
    arrays: readArrays(arrays, named, read),
  };
  if (graph !== undefined) return { ...layer, graph: readGraph(graph, `the graph of ${named}`, from) };
  before.push(layer);
  return layer;
}

function readArrays(value: unknown, where: string, read: ArrayReader): Record<string, ArrayDescription> {
  const arrays = Object.entries(record(value, `the arrays of ${where}`));
  return Object.fromEntries(
    arrays.map(([name, entry]) => [name, read(readEntry(entry, `array '${name}' of ${where}`))]),
  );
}

function readEntry(value: unknown, where: string): ArrayEntry {
  const { shape, axes, code, block, values, pattern, masked } = record(value, where);
  const sizes = list(shape, `the shape of ${where}`).map((size) => count(size, `the shape of ${where}`));
  const order = list(axes, `the axes of ${where}`).map((axis) => index(axis, sizes.length, `the axes of ${where}`));
  if (order.length !== sizes.length || new Set(order).size !== order.length) {
    throw damaged(`the axes of ${where} are not those of its shape`);
  }
  if (!(sizes.reduce((product, size) => product * size, 1) <= mostElements)) throw damaged(`${where} is too large`);
  if (masked !== undefined && masked !== true) throw damaged(`'masked' of ${where} is not true`);
  const common = { shape: sizes, axes: order, ...(masked === true && { masked: true as const }) };
  if (code === undefined) return common;
  if (code !== 'bits' && code !== 'gaps') throw damaged(`${where} has an unknown code`);
  const sides = list(block, `the block of ${where}`).map((side) => count(side, `the block of ${where}`));
  const [rows, columns] = sides;
  if (sides.length !== 2 || rows < 1 || columns < 1 || rows > 256 || columns > 256) {
    throw damaged(`the block of ${where} is not of 1 to 256 rows and columns`);
  }
  return {
    ...common,
    code,
    block: [rows, columns],
    values: count(values, `the values of ${where}`),
    pattern: count(pattern, `the pattern of ${where}`),
  };
}

/** @throws {FormatError} when braces and brackets nest too deeply to be walked by recursion. */
function checkDepth(bytes: Uint8Array): void {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (quoted) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) quoted = false;
    } else if (byte === 0x22) quoted = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > deepest) throw damaged(`the header nests more than ${deepest} deep`);
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
}

/** An error about the file's content. */
export const damaged = (what: string) => new FormatError(`The model file is damaged: ${what}.`);

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw damaged(`${what} is not an object`);
  return value as Record<string, unknown>;
}

function list(value: unknown, what: string): unknown[] {
  if (!Array.isArray(value)) throw damaged(`${what} is not a list`);
  return value;
}

function string(value: unknown, what: string): string {
  if (typeof value !== 'string') throw damaged(`${what} is not a string`);
  return value;
}

function count(value: unknown, what: string): number {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > 0xffffffff) {
    throw damaged(`${what} is not made of whole numbers`);
  }
  return value as number;
}

function index(value: unknown, below: number, what: string): number {
  const number = count(value, what);
  if (number >= below) throw damaged(`${what} is ${number}, expected less than ${below}`);
  return number;
}
