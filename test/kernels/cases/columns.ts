// Cases of columns taken as rows and added back: all of them, some, none, rows beside groups of four.

import type { KernelCase, Sizes } from './case.ts';

const shapes: readonly Sizes[] = [1, 2, 4, 7, 12].flatMap((m) => [0, 1, 3].map((step) => ({ m, k: 11, step })));

/** Every `step`-th column, or none. */
const chosen = ({ k, step }: Sizes) =>
  step === 0 ? [] : Array.from({ length: Math.ceil(k / step) }, (_, c) => c * step);

const take: KernelCase = {
  name: 'take_columns_f32',
  shapes,
  flops: (shape) => shape.m * chosen(shape).length,
  make(shape, workspace) {
    const { m, k } = shape;
    const columns = chosen(shape);
    const w = workspace.numbers(m * k);
    const [from, indices] = [workspace.input(w), workspace.indices(columns)];
    const output = workspace.output(columns.length * m);
    return {
      extent: columns.length,
      run: (begin, end) => workspace.kernels.take_columns_f32(begin, end, m, k, indices, from, output.buffer),
      output,
      oracle: () => columns.flatMap((column) => Array.from({ length: m }, (_, i) => w[i * k + column])),
    };
  },
};

const add: KernelCase = {
  name: 'add_columns_f32',
  shapes,
  flops: (shape) => shape.m * chosen(shape).length,
  make(shape, workspace) {
    const { m, k } = shape;
    const columns = chosen(shape);
    const [wt, before] = [workspace.numbers(columns.length * m), workspace.numbers(m * k)];
    const [from, indices] = [workspace.input(wt), workspace.indices(columns)];
    const output = workspace.output(m * k, before);
    return {
      extent: columns.length,
      run: (begin, end) => workspace.kernels.add_columns_f32(begin, end, m, k, indices, from, output.buffer),
      output,
      oracle: () =>
        before.map((value, at) => {
          const c = columns.indexOf(at % k);
          return c < 0 ? value : value + wt[c * m + Math.floor(at / k)];
        }),
    };
  },
};

export const columns: readonly KernelCase[] = [take, add];
