// Convolution, stride 1, 'valid': the dense forward pass and both gradients, and the sparse forward pass, which walks kept
// weights with offsets into the input and needs no im2col.
//
// One image (n = 1) runs over virtual rows: L = (OH − 1)·W + OW outputs in one run, the junk columns included; the
// figures count what is wanted only. A slab of 32 runs row by row.

import type { Kernels } from '../src/engine/index.ts';
import { at, none } from '../src/engine/index.ts';
import { blocksFromCsr, csrFromDense, withColumns } from '../src/tensor/sparse/index.ts';
import { geometry } from '../test/kernels/cases/convolution.ts';
import { Workspace } from '../test/kernels/cases/workspace.ts';
import { densityOf, kernelEntry, showShape } from './kernel-entry.ts';
import type { Entry, Group, Variant } from './row.ts';

const images = [
  { height: 13, width: 13, channels: 32, filters: 64, kernel: 3 },
  { height: 12, width: 12, channels: 20, filters: 50, kernel: 5 },
  { height: 28, width: 28, channels: 1, filters: 32, kernel: 3 },
];
const sparsities = [0.8, 0.9, 0.95];

type Shape = (typeof images)[number] & { n: number };

/** Runs over whole rows, or over the image as one virtual row. */
function runs(shape: Shape) {
  const g = geometry({ ...shape, stride: 1 });
  const { width, n } = shape;
  const virtual = (g.rows - 1) * width + g.outputCols;
  const rows = n === 1 ? 1 : g.rows;
  const length = n === 1 ? virtual : g.length;
  const yRow = n === 1 ? virtual : g.yRow;
  return { ...g, rows, length, yRow, yChannel: rows * yRow, flops: 2 * g.taps * g.yLength };
}

function dense(kernels: Kernels, variant: Variant, shape: Shape): Entry {
  const { flops } = runs(shape);
  return {
    name: 'conv2d_f32_dense',
    op: 'conv2d',
    shape,
    sparsity: 0,
    structure: 'dense',
    variant,
    flops,
    denseFlops: flops,
    prepare: () => denseCall(kernels, shape),
  };
}

function denseCall(kernels: Kernels, shape: Shape): () => void {
  const { filters } = shape;
  const { taps, rows, length, xLength, xRow, yRow, yChannel, offsets } = runs(shape);
  const workspace = new Workspace(kernels, { exact: false });
  const count = Math.ceil(filters / kernels.panel_rows());
  const a = workspace.output(count * kernels.panel_rows() * taps).buffer;
  kernels.pack_f32_a(0, count, filters, taps, taps, 1, workspace.input(workspace.numbers(filters * taps)), a);
  const [x, places] = [workspace.input(workspace.numbers(xLength)), workspace.indices(offsets)];
  const [y, scratch] = [workspace.output(filters * yChannel).buffer, workspace.scratch(16 * taps)];
  return () =>
    kernels.conv2d_f32_dense(
      0,
      rows,
      1,
      length,
      filters,
      taps,
      a,
      places,
      x,
      xRow,
      0,
      y,
      yRow,
      0,
      yChannel,
      none,
      0,
      scratch,
    );
}

function sparse(kernels: Kernels, variant: Variant, shape: Shape, sparsity: number, height: 1 | 4): Entry {
  const { flops } = runs(shape);
  return {
    name: height === 4 ? 'spmm_f32_block4' : 'spmm_f32_csr',
    op: 'conv2d',
    shape,
    sparsity,
    structure: height === 4 ? 'block4x1' : 'unstructured',
    variant,
    flops: flops * densityOf(sparsity),
    denseFlops: flops,
    prepare: () => sparseCall(kernels, shape, densityOf(sparsity), height),
  };
}

function sparseCall(kernels: Kernels, shape: Shape, density: number, height: 1 | 4): () => void {
  const { filters, n } = shape;
  const { taps, rows, length, xLength, xRow, yRow, yChannel, offsets } = runs(shape);
  const workspace = new Workspace(kernels, { exact: false });
  const mask = workspace.mask(filters, taps, density, height);
  const csr = csrFromDense(workspace.numbers(filters * taps), filters, taps, mask);
  const pixels = offsets.map((offset) => offset / n);
  const matrix = withColumns(height === 4 ? blocksFromCsr(csr, 4) : csr, pixels);
  const [rowptr, colidx] = [workspace.indices(matrix.rowptr), workspace.indices(matrix.colidx)];
  const values = workspace.input(matrix.values);
  const x = workspace.input(workspace.numbers(xLength));
  const y = workspace.output(filters * yChannel).buffer;
  const blockRows = matrix.rowptr.length - 1;
  return () => {
    for (let r = 0; r < rows; r++) {
      const [from, to] = [at(x, r * xRow), at(y, r * yRow)];
      if (height === 4) {
        kernels.spmm_f32_block4(0, blockRows, filters, length, n, rowptr, colidx, values, from, to, yChannel, none, 0);
      } else kernels.spmm_f32_csr(0, filters, length, n, rowptr, colidx, values, from, to, yChannel, none, 0);
    }
  };
}

const forward = (shape: Shape): Group => ({
  title: `conv2d ${showShape(shape)}`,
  entries: (kernels, variant) => [
    dense(kernels, variant, shape),
    ...([1, 4] as const).flatMap((height) =>
      sparsities.map((sparsity) => sparse(kernels, variant, shape, sparsity, height)),
    ),
  ],
});

const backward = (shape: Shape): Group => ({
  title: `conv2d gradients ${showShape(shape)}`,
  entries: (kernels, variant) =>
    (['conv2d_f32_dense', 'conv2d_f32_dx', 'sddmm_f32_dense'] as const).map((name) =>
      kernelEntry(kernels, variant, name, { ...shape, stride: 1 }, { op: 'conv2d', shape }),
    ),
});

export const conv2d: Group[] = [
  ...images.flatMap((image) => [1, 32].map((n) => forward({ ...image, n }))),
  ...images.map((image) => backward({ ...image, n: 32 })),
];
