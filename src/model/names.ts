// Names of layers differ within a network. Those of the form that default names have are numbered anew where they do not:
//
//   dense, dense_1, dense_2, sequential, sequential_1
//
// A layer in several networks has one name in all of them: the new one is new to each.

import type { Layer } from '../layers/layer.ts';

/** The layers of a network. */
type Home = readonly Layer[];

/** For a layer, the networks that hold it. */
const homes = new WeakMap<Layer, readonly Held[]>();

/** A network that may be gone; where the host has no weak references (some edge runtimes), it stays as long as its layers. */
interface Held {
  deref(): Home | undefined;
}

const held = (home: Home): Held => (typeof WeakRef === 'function' ? new WeakRef(home) : { deref: () => home });

/** Names those of a network's layers that have no name, or a default name that another has. @throws when two chosen names are one. */
export function nameLayers(layers: Home, network: string): void {
  const names = new Set<string>();
  const unnamed = layers.filter((layer) => {
    const { name } = layer;
    if (name && names.has(name) && !defaultOf(layer)) {
      throw new Error(
        `${network}: expected layers whose names differ, got two named '${name}': give one another \`name\`, or set its \`layer.name\`.`,
      );
    }
    const isUnnamed = !name || names.has(name);
    if (!isUnnamed) names.add(name);
    return isUnnamed;
  });
  for (const layer of unnamed) {
    const others = (homes.get(layer) ?? []).flatMap((home) => home.deref()?.map(({ name }) => name) ?? []);
    const taken = new Set([...names, ...others]);
    const base = defaultOf(layer) ?? layer.type;
    const named = (count: number) => (count ? `${base}_${count}` : base);
    let count = 0;
    while (taken.has(named(count))) count++;
    layer.name = named(count);
    names.add(layer.name);
  }
  const here = held(layers);
  for (const layer of layers) homes.set(layer, [...(homes.get(layer) ?? []).filter((home) => home.deref()), here]);
}

/** What a layer's name numbers; undefined when it has none, or one of another form, which somebody chose. */
const defaultOf = ({ type, name }: Layer): string | undefined =>
  (type === 'model' ? ['model', 'sequential'] : [type]).find(
    (base) => name === base || (name.startsWith(`${base}_`) && /^\d+$/.test(name.slice(base.length + 1))),
  );
