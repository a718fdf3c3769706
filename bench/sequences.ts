// Network (d) at inference, and one step of an LSTM: 128 units on 16 inputs, one sample, by a session; its gates are what the cell's
// kernel does, σ, tanh and the products element by element.

import { compress, input, lstm, prune, Random, sequential } from '../src/index.ts';
import { kernelEntry } from './kernel-entry.ts';
import { measure } from './measure.ts';
import { predictions } from './model.ts';
import { layerFlops, type StructureName, structures } from './networks.ts';
import { once } from './once.ts';
import { reviewNetwork, reviews } from './reviews.ts';
import type { Effort, Entry, Row, Section, Variant } from './row.ts';
import { denseAndPruned, fixedOf, type Selection } from './selection.ts';

const [features, units] = [16, 128];
const forms: readonly StructureName[] = ['unstructured', 'block4x1', 'block8x1', 'block16x1'];

export const sequences = (selection: Selection): Section => ({
  title: 'model: inference of an LSTM over 256 tokens, dense and sparse in both of its kernels',
  groups: fixedOf(selection, [1, 64]).map((batch) => ({
    entries: (_, variant) =>
      predictions(selection, variant, {
        ...{ name: 'd', network: reviewNetwork, batch },
        sparsities: [0.9],
        structures: forms,
        input: () => reviews(batch).tokens,
      }),
  })),
});

function step(variant: Variant, sparsity: number, structure?: StructureName): Entry {
  const model = once(() => {
    const made = sequential([input({ shape: [1, features] }), lstm({ units })], { name: 'step', seed: 1 });
    if (sparsity > 0 && structure) prune(made, { amount: sparsity, structure: structures[structure] });
    return made;
  });
  return {
    ...{ name: 'session.step', op: 'lstm', shape: { units, inputs: features, batch: 1 }, sparsity, variant },
    structure: structure ?? 'dense',
    get flops() {
      return layerFlops(model())[0].kept;
    },
    get denseFlops() {
      return layerFlops(model())[0].all;
    },
    prepare() {
      const session = compress(model(), { relaxed: variant === 'relaxed' }).session();
      const random = new Random(6, 'bench');
      const x = Float32Array.from({ length: features }, () => 2 * random.uniform() - 1);
      const out = new Float32Array(units);
      return () => session.step(x, out);
    },
  };
}

/** The first entry is the dense step, the last its gates, which get their share of it. */
function withShare(entries: readonly Entry[], effort: Effort): Row[] {
  const rows = measure(entries, effort);
  const [whole] = rows;
  return rows.map((row) => (row.name === cell ? { ...row, share: row.seconds.min / whole.seconds.min } : row));
}

const cell = 'lstm_cell_f32_masked';
const plainCell = { pad: 0, activation: 0, recurrent: 0, masked: 0, keep: 0, inPlace: 1 };

export const lstmStep = (selection: Selection): Section => ({
  title: 'lstm: a step of 128 units on 16 inputs, one sample, and its gates',
  groups: fixedOf(selection, [1]).map((n) => ({
    entries: (kernels, variant) => [
      ...denseAndPruned(selection, [0.9], forms, (sparsity, structure) => step(variant, sparsity, structure)),
      kernelEntry(
        kernels,
        variant,
        cell,
        { ...plainCell, units, n },
        {
          op: 'lstm',
          shape: { units, inputs: features, batch: n },
        },
      ),
    ],
    measure: withShare,
  })),
});
