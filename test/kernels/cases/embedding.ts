// Cases of table rows taken as columns and added back: tokens that repeat, features and columns beside groups of four.

import type { KernelCase, Sizes } from './case.ts';

const shapes: readonly Sizes[] = [1, 3, 4, 10].flatMap((features) =>
  [1, 4, 11].map((n) => ({ features, n, rows: 5, pad: n % 3 })),
);
const tokens = ({ n, rows }: Sizes) => Array.from({ length: n }, (_, j) => (j * j + 3) % rows);

const forward: KernelCase = {
  name: 'embedding_f32',
  shapes,
  flops: ({ features, n }) => features * n,
  make(shape, workspace) {
    const { features, n, rows, pad = 0 } = shape;
    const ids = tokens(shape);
    const pitch = n + pad;
    const [table, before] = [workspace.numbers(rows * features), workspace.numbers(features * pitch)];
    const [from, indices] = [workspace.input(table), workspace.indices(ids)];
    const output = workspace.output(features * pitch, before);
    return {
      extent: n,
      run: (begin, end) => workspace.kernels.embedding_f32(begin, end, features, indices, from, output.buffer, pitch),
      output,
      oracle: () =>
        before.map((value, at) => {
          const [f, j] = [Math.floor(at / pitch), at % pitch];
          return j < n ? table[ids[j] * features + f] : value;
        }),
    };
  },
};

const backward: KernelCase = {
  name: 'embedding_backward_f32',
  shapes,
  tolerance: 1e-6,
  flops: ({ features, n }) => features * n,
  make(shape, workspace) {
    const { features, n, rows, pad = 0 } = shape;
    const ids = tokens(shape);
    const pitch = n + pad;
    const [dy, before] = [workspace.numbers(features * pitch), workspace.numbers(rows * features)];
    const [from, indices] = [workspace.input(dy), workspace.indices(ids)];
    const output = workspace.output(rows * features, before);
    return {
      extent: n,
      run: (begin, end) =>
        workspace.kernels.embedding_backward_f32(begin, end, features, indices, from, pitch, output.buffer),
      output,
      oracle: () =>
        before.map((value, at) => {
          const [row, f] = [Math.floor(at / features), at % features];
          return ids.reduce((sum, id, j) => (id === row ? sum + dy[f * pitch + j] : sum), value);
        }),
    };
  },
};

export const embedding: readonly KernelCase[] = [forward, backward];
