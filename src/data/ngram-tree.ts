// N-grams as nodes of a tree: the node of "not very good" is the child for "good" of the node of "not very". A node is found by two
// numbers, its parent and its last part, so that millions of bigrams are counted without making a string for any of them.
//
//   parents, lastParts [node]   node 0 is the root
//   slots [power of two]        open addressing: a node that is looked for stands at its hash or in the slots after it; 0 is free

/** Nodes for which there is room at first. */
const few = 1024;

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}

const hash = (parent: number, part: number): number => {
  const mixed = Math.imul(parent, 0x9e3779b1) ^ Math.imul(part, 0x85ebca6b);
  const spread = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
  return spread ^ (spread >>> 15);
};

export class NgramTree {
  /** From 0, in the order of first appearance. */
  readonly #parts = new Map<string, number>();
  readonly #names: string[] = [];
  #size = 1;
  #parents = new Int32Array(few);
  #lastParts = new Int32Array(few);
  #slots = new Int32Array(4 * few);

  /** Nodes, the root among them. */
  get size(): number {
    return this.#size;
  }

  /** The node of an n-gram, made if need be. */
  insert(parts: readonly string[]): number {
    return parts.reduce((node, part) => this.#child(node, this.#partOf(part), true), 0);
  }

  /** Calls `visit` with the node of every n-gram of `shortest` to `longest` parts; nodes that are not there are made. */
  grow(parts: readonly string[], shortest: number, longest: number, visit: (node: number) => void): void {
    this.#visit(
      parts.map((part) => this.#partOf(part)),
      [shortest, longest],
      true,
      visit,
    );
  }

  /** As {@link grow}, but only for nodes that are there. */
  walk(parts: readonly string[], shortest: number, longest: number, visit: (node: number) => void): void {
    this.#visit(
      parts.map((part) => this.#parts.get(part) ?? -1),
      [shortest, longest],
      false,
      visit,
    );
  }

  /** The parts of a node's n-gram. */
  partsOf(node: number): string[] {
    const parts: string[] = [];
    for (let each = node; each !== 0; each = this.#parents[each]) parts.unshift(this.#names[this.#lastParts[each]]);
    return parts;
  }

  #visit(
    ids: readonly number[],
    [shortest, longest]: [number, number],
    grows: boolean,
    visit: (node: number) => void,
  ): void {
    for (let i = 0; i < ids.length; i++) {
      const end = Math.min(i + longest, ids.length);
      for (let j = i, node = 0; j < end; j++) {
        node = this.#child(node, ids[j], grows);
        if (node === 0) break;
        if (j - i + 1 >= shortest) visit(node);
      }
    }
  }

  #partOf(part: string): number {
    const known = this.#parts.get(part);
    if (known !== undefined) return known;
    this.#parts.set(part, this.#names.length);
    return this.#names.push(part) - 1;
  }

  /** The child of a node, 0 when it is not there and not to be made. */
  #child(parent: number, part: number, grows: boolean): number {
    const slots = this.#slots;
    let at = hash(parent, part) & (slots.length - 1);
    for (; slots[at] !== 0; at = (at + 1) & (slots.length - 1)) {
      const node = slots[at];
      if (this.#lastParts[node] === part && this.#parents[node] === parent) return node;
    }
    if (!grows) return 0;
    if (this.#size === this.#parents.length) this.#enlarge();
    const node = this.#size++;
    this.#parents[node] = parent;
    this.#lastParts[node] = part;
    this.#place(node);
    return node;
  }

  #place(node: number): void {
    const slots = this.#slots;
    let at = hash(this.#parents[node], this.#lastParts[node]) & (slots.length - 1);
    while (slots[at] !== 0) at = (at + 1) & (slots.length - 1);
    slots[at] = node;
  }

  #enlarge(): void {
    this.#parents = doubled(this.#parents);
    this.#lastParts = doubled(this.#lastParts);
    this.#slots = new Int32Array(2 * this.#slots.length);
    for (let node = 1; node < this.#size; node++) this.#place(node);
  }
}
