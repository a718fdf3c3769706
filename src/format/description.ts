// What a model is, as plain data: the graph, each layer's configuration, the arrays. Bytes are made of it and it of bytes;
// `model` and `inference` each map it to their own objects.

/** A layer: `type` names its factory, `config` is what the factory takes. The graphs that share a layer hold the same object. */
export interface LayerDescription {
  /** The name of its factory, or the one it was registered by. */
  readonly type: string;
  /** Its name in the graph. */
  readonly name: string;
  /** What the factory takes, as JSON. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The layer's parameters by their name within the layer (`kernel`, `bias`, …), each in storage order. */
  readonly arrays: Readonly<Record<string, ArrayDescription>>;
  /** Of a model used as a layer: what is inside it. */
  readonly graph?: GraphDescription;
}

/** Numbers in storage order, `[out, in…]`; Keras axis `axes[s]` stands s-th in storage. */
export interface ArrayDescription {
  /** Keras order. */
  readonly shape: readonly number[];
  /** The Keras axes in the order of storage. */
  readonly axes: readonly number[];
  /** The numbers in storage order. */
  readonly data: Float32Array;
  /** 1 where a weight is kept, 0 where it is pruned and `data` is 0, in storage order. */
  readonly mask?: Uint8Array;
}

/** Output `output` of node `node`. */
export type Reference = readonly [node: number, output: number];

/** One use of a layer, after all the nodes that it reads from. */
export interface NodeDescription {
  /** Index in `layers`. */
  readonly layer: number;
  /** What it reads, in order. */
  readonly inputs: readonly Reference[];
}

/** Layers, their uses in order, and which outputs are the graph's own. Input nodes have layers of type `input`, config `{ shape }`. */
export interface GraphDescription {
  /** Each once, however often it is used. */
  readonly layers: readonly LayerDescription[];
  /** Uses of layers, each after all that it reads. */
  readonly nodes: readonly NodeDescription[];
  /** What the graph's inputs are. */
  readonly inputs: readonly Reference[];
  /** What the graph's outputs are. */
  readonly outputs: readonly Reference[];
}

/** A whole model. */
export interface ModelDescription {
  /** The model's name. */
  readonly name: string;
  /** Its layers, with their arrays, and how they are joined. */
  readonly graph: GraphDescription;
  /** What else a checkpoint or a compressed model keeps, as JSON: optimizer settings, the forms that were chosen, … */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Further arrays by name: optimizer moments, schedule state. */
  readonly state?: Readonly<Record<string, ArrayDescription>>;
}

/** A copy, down to the numbers; what was one object is one in the copy. */
export function copied<T>(description: T): T {
  const copies = new Map<unknown, unknown>();
  const copy = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (!copies.has(value)) copies.set(value, copyOf(value));
    return copies.get(value);
  };
  const copyOf = (value: object): unknown => {
    if (ArrayBuffer.isView(value)) return (value as Float32Array | Uint8Array).slice();
    if (Array.isArray(value)) return value.map(copy);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copy(each)]));
  };
  return copy(description) as T;
}
