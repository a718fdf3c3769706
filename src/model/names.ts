// Names of layers differ within a network. Those of the form that default names have are numbered anew where they do not:
//
//   dense, dense_1, dense_2, sequential, sequential_1
//
// A layer in several networks has one name in all of them: the new one is new to each.

import type { Layer } from '../layers/layer.ts';

/** For a layer, the names within each network that holds it, past ones too. */
const around = new WeakMap<Layer, readonly Set<string>[]>();

/** Names those of a network's layers that have no name, or a default name that another has. @throws when two chosen names are one. */
export function nameLayers(layers: readonly Layer[], network: string): void {
  const names = new Set<string>();
  const numbered = layers.filter((layer) => {
    const { name } = layer;
    if (name && names.has(name) && !defaultOf(layer)) {
      throw new Error(
        `${network}: expected layers whose names differ, got two named '${name}': give one another \`name\`, or set its \`layer.name\`.`,
      );
    }
    const isNameless = !name || names.has(name);
    if (!isNameless) names.add(name);
    return isNameless;
  });
  for (const layer of numbered) {
    const all = [names, ...(around.get(layer) ?? [])];
    const base = defaultOf(layer) ?? layer.type;
    const named = (count: number) => (count ? `${base}_${count}` : base);
    let count = 0;
    while (all.some((taken) => taken.has(named(count)))) count++;
    layer.name = named(count);
    for (const taken of all) taken.add(layer.name);
  }
  for (const layer of layers) around.set(layer, [...(around.get(layer) ?? []), names]);
}

/** What a layer's name numbers; undefined when it has none, or one of another form, which somebody chose. */
const defaultOf = ({ type, name }: Layer): string | undefined =>
  (type === 'model' ? ['model', 'sequential'] : [type]).find(
    (base) => name === base || (name.startsWith(`${base}_`) && /^\d+$/.test(name.slice(base.length + 1))),
  );
