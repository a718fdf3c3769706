// Convolution, stride 1, 'valid': the dense forward pass and both gradients, and the sparse forward pass, which walks kept
// weights with offsets into the input and needs no im2col.
//
// One image (n = 1) mostly runs over a virtual row: L = (OH − 1)·W + OW outputs in one run, the junk columns included; the
// figures count what is wanted only. Where its rows are whole vectors it runs row by row, unstructured weights in tiles of four rows. A batch
// of 64 is two slabs of 32, which run row by row; 16 is what training pads a few to.

import type { Kernels } from '../src/engine/index.ts';
import { at, none } from '../src/engine/index.ts';
import { blocksFromCsr, csrFromDense, withColumns } from '../src/tensor/sparse/index.ts';
import { geometry } from '../test/kernels/cases/convolution.ts';
import { Workspace } from '../test/kernels/cases/workspace.ts';
import { densityOf, kernelEntry } from './kernel-entry.ts';
import type { Entry, Group, Section, Variant } from './row.ts';
import { fixedOf, type Selection, sparsitiesOf } from './selection.ts';

const images = [
  { height: 13, width: 13, channels: 32, filters: 64, kernel: 3 },
  { height: 12, width: 12, channels: 20, filters: 50, kernel: 5 },
  { height: 28, width: 28, channels: 1, filters: 32, kernel: 3 },
];
const sparsities = [0.8, 0.9, 0.95];

type Shape = (typeof images)[number] & { n: number };

/** Samples of a slab. */
const slab = 32;

/** The slabs of a batch: how many, and the shape of one. */
const slabsOf = (shape: Shape) => ({
  slabs: Math.max(1, shape.n / slab),
  one: { ...shape, n: Math.min(shape.n, slab) },
});

/** One call for each slab, on operands of its own. */
function inSlabs(shape: Shape, call: (one: Shape) => () => void): () => void {
  const { slabs, one } = slabsOf(shape);
  const calls = Array.from({ length: slabs }, () => call(one));
  return () => {
    for (const call of calls) call();
  };
}

/**
 * Runs over whole rows, or over one image as one virtual row: that is faster, unless rows are whole vectors and the junk between
 * them is many.
 */
function runs(shape: Shape) {
  const g = geometry({ ...shape, stride: 1 });
  const { width, n } = shape;
  const virtual = (g.rows - 1) * width + g.outputCols;
  const byRow = n > 1 || (g.outputCols % 8 === 0 && virtual > 1.3 * g.rows * g.outputCols);
  const rows = byRow ? g.rows : 1;
  const length = byRow ? g.length : virtual;
  const yRow = byRow ? g.yRow : virtual;
  const tiled = n === 1 && byRow && g.rows >= 4;
  return { ...g, rows, length, yRow, yChannel: rows * yRow, tiled, flops: 2 * g.taps * g.yLength };
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
    prepare: () => inSlabs(shape, (one) => denseCall(kernels, one)),
  };
}

function denseCall(kernels: Kernels, shape: Shape): () => void {
  const { filters } = shape;
  const { taps, rows, cols, length, xLength, yLength, xRow, xCol, yChannel, offsets } = geometry({ ...shape, stride: 1 });
  const { conv2d_f32_dense, pack_f32_a, panel_rows } = kernels;
  const workspace = new Workspace(kernels, { exact: false });
  const count = Math.ceil(filters / panel_rows());
  const a = workspace.output(count * panel_rows() * taps).buffer;
  pack_f32_a(0, count, filters, taps, taps, 1, workspace.input(workspace.numbers(filters * taps)), a);
  const [x, places] = [workspace.input(workspace.numbers(xLength)), workspace.indices(offsets)];
  const [y, scratch] = [workspace.output(yLength).buffer, workspace.scratch(16 * taps)];
  return () =>
    conv2d_f32_dense(
      0,
      rows,
      cols,
      length,
      filters,
      taps,
      a,
      places,
      x,
      xRow,
      xCol,
      y,
      yChannel,
      none,
      0,
      scratch,
    );
}

function sparse(kernels: Kernels, variant: Variant, shape: Shape, sparsity: number, height: 1 | 4): Entry {
  const { flops, tiled } = runs(shape);
  const unstructured = tiled ? 'conv2d_f32_csr' : 'spmm_f32_csr';
  return {
    name: height === 4 ? 'spmm_f32_block4' : unstructured,
    op: 'conv2d',
    shape,
    sparsity,
    structure: height === 4 ? 'block4x1' : 'unstructured',
    variant,
    flops: flops * densityOf(sparsity),
    denseFlops: flops,
    prepare: () => inSlabs(shape, (one) => sparseCall(kernels, one, densityOf(sparsity), height)),
  };
}

function sparseCall(kernels: Kernels, shape: Shape, density: number, height: 1 | 4): () => void {
  const { filters, n } = shape;
  const { taps, rows, length, xLength, xRow, yRow, yChannel, offsets, tiled } = runs(shape);
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
  if (tiled && height === 1) {
    return () =>
      kernels.conv2d_f32_csr(0, filters, rows, length, n, rowptr, colidx, values, x, xRow, y, yRow, yChannel, none, 0);
  }
  return () => {
    for (let r = 0; r < rows; r++) {
      const [from, to] = [at(x, r * xRow), at(y, r * yRow)];
      if (height === 4) {
        kernels.spmm_f32_block4(
          0,
          blockRows,
          filters,
          length,
          n,
          rowptr,
          colidx,
          values,
          from,
          to,
          yChannel,
          0,
          none,
          0,
        );
      } else kernels.spmm_f32_csr(0, filters, length, n, rowptr, colidx, values, from, to, yChannel, 0, none, 0);
    }
  };
}

/** A kernel of the case table, on every slab. */
function kernel(kernels: Kernels, variant: Variant, name: keyof Kernels, shape: Shape): Entry {
  const { slabs, one } = slabsOf(shape);
  return kernelEntry(kernels, variant, name, { ...one, stride: 1 }, { op: 'conv2d', shape, slabs });
}

/** Forward, dense and sparse; the gradients to the input and to the weights, of as many operations each. */
const group = (shape: Shape, own: readonly number[]): Group => ({
  entries: (kernels, variant) => [
    dense(kernels, variant, shape),
    ...([1, 4] as const).flatMap((height) => own.map((sparsity) => sparse(kernels, variant, shape, sparsity, height))),
    ...(['conv2d_f32_dx', 'sddmm_f32_dense'] as const).map((name) => kernel(kernels, variant, name, shape)),
  ],
});

/** What a convolution by dense products would copy first; no operations. */
const unfold = (shape: Shape): Group => ({
  entries: (kernels, variant) => [kernel(kernels, variant, 'im2col_f32', shape)],
});

export const conv2d = (selection: Selection): Section => ({
  title: 'conv2d: convolutions and their gradients',
  groups: fixedOf(selection, images).flatMap((image) => [
    ...fixedOf(selection, [1, 16, 64]).map((n) => group({ ...image, n }, sparsitiesOf(selection, sparsities))),
    unfold({ ...image, n: 1 }),
  ]),
});
