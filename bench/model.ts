// Whole models, as a user calls them: typed array in, typed array out.

import { compress, type Model } from '../src/index.ts';
import { digits, layerFlops, network, networkNames, type StructureName } from './networks.ts';
import { once } from './once.ts';
import type { Entry, Section, Variant } from './row.ts';
import { denseAndPruned, fixedOf, type Selection } from './selection.ts';

const batches = [1, 64, 256];
const forms: readonly StructureName[] = ['unstructured', 'block4x1', 'block8x1', 'block16x1'];

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** A network that runs dense, and pruned to each sparsity in each structure. */
export interface Predicted {
  readonly name: string;
  readonly network: (sparsity: number, structure?: StructureName) => Model;
  readonly batch: number;
  readonly sparsities: readonly number[];
  readonly structures: readonly StructureName[];
  /** A batch. */
  readonly input: () => Float32Array;
}

/** Each of them compressed, called with a batch. */
export const predictions = (selection: Selection, variant: Variant, predicted: Predicted): Entry[] =>
  denseAndPruned(selection, predicted.sparsities, predicted.structures, (sparsity, structure) =>
    prediction(variant, predicted, sparsity, structure),
  );

function prediction(
  variant: Variant,
  { name, network, batch, input }: Predicted,
  sparsity: number,
  structure?: StructureName,
): Entry {
  const trained = once(() => network(sparsity, structure));
  return {
    name: 'predict',
    op: 'model',
    shape: { model: name, batch },
    sparsity,
    structure: structure ?? 'dense',
    variant,
    get flops() {
      return batch * sum(layerFlops(trained()).map(({ kept }) => kept));
    },
    get denseFlops() {
      return batch * sum(layerFlops(trained()).map(({ all }) => all));
    },
    prepare() {
      const ready = compress(trained(), { batch, relaxed: variant === 'relaxed' });
      const x = input();
      const out = new Float32Array(ready.predict(x).data.length);
      return () => ready.predict(x, out);
    },
  };
}

export const model = (selection: Selection): Section => ({
  title: 'model: inference, dense and sparse in every layer but the last',
  groups: fixedOf(
    selection,
    networkNames.flatMap((name) => batches.map((batch) => [name, batch] as const)),
  ).map(([name, batch]) => ({
    entries: (_, variant) =>
      predictions(selection, variant, {
        name,
        network: (sparsity, structure) => network(name, sparsity, structure),
        batch,
        sparsities: [0.9],
        structures: forms,
        input: () => digits(batch).images,
      }),
  })),
});
