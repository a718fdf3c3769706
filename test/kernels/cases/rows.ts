// Cases of rows taken from a table and put back: none, some, all of them in another order; widths beside whole vectors.

import type { KernelCase, Sizes } from './case.ts';

const shapes: readonly Sizes[] = [1, 3, 4, 9, 16].flatMap((width) =>
  [0, 1, 4, 7].map((count) => ({ rows: 7, width, count })),
);

/** `count` different rows of seven, not in order. */
const chosen = ({ rows, count }: Sizes) => Array.from({ length: count }, (_, r) => (3 * r + 5) % rows);

const take: KernelCase = {
  name: 'take_rows_f32',
  shapes,
  flops: () => 0,
  make(shape, workspace) {
    const { rows, width, count } = shape;
    const which = chosen(shape);
    const table = workspace.numbers(rows * width);
    const [from, indices] = [workspace.input(table), workspace.indices(which)];
    const output = workspace.output(count * width);
    return {
      extent: count,
      run: (begin, end) => workspace.kernels.take_rows_f32(begin, end, width, indices, from, output.buffer),
      output,
      oracle: () => which.flatMap((row) => Array.from(table.subarray(row * width, (row + 1) * width))),
    };
  },
};

const put: KernelCase = {
  name: 'put_rows_f32',
  shapes,
  flops: () => 0,
  make(shape, workspace) {
    const { rows, width, count } = shape;
    const which = chosen(shape);
    const [part, before] = [workspace.numbers(count * width), workspace.numbers(rows * width)];
    const [from, indices] = [workspace.input(part), workspace.indices(which)];
    const output = workspace.output(rows * width, before);
    return {
      extent: count,
      run: (begin, end) => workspace.kernels.put_rows_f32(begin, end, width, indices, from, output.buffer),
      output,
      oracle: () =>
        before.map((value, at) => {
          const r = which.indexOf(Math.floor(at / width));
          return r < 0 ? value : part[r * width + (at % width)];
        }),
    };
  },
};

export const rows: readonly KernelCase[] = [take, put];
