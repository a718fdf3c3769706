// Convolution, stride 1, 'valid': the dense forward pass and both gradients, and the sparse forward pass, which walks kept
// weights with offsets into the input and needs no im2col.
//
// Sparse kernels go through an image as compressed models do: one image (n = 1) in tiles of its rows, row by row, or as a virtual row,
// junk columns included; the figures count what is wanted only. Batches run row by row in slabs of 32, narrower ones where a slab's
// image is larger than the cache; 16 is what training pads a few to. Where a dense convolution is faster in Winograd's tiles, its filters
// transformed beforehand, that is what the others are compared with; rates are of the operations by taps.

import { at, type Buffer, type Kernels, none } from '../src/engine/index.ts';
import { builtInCosts } from '../src/inference/cost-table.ts';
import { channelPitch } from '../src/inference/layout.ts';
import type { Form } from '../src/inference/weights.ts';
import { convolutionGeometry, tapOffsets } from '../src/inference/work.ts';
import { fasterTiling, windowOf } from '../src/ops/index.ts';
import { blocksFromCsr, csrFromDense } from '../src/tensor/sparse/index.ts';
import { geometry } from '../test/kernels/cases/convolution.ts';
import { Workspace } from '../test/kernels/cases/workspace.ts';
import { drawn, kernelEntry } from './kernel-entry.ts';
import type { Entry, Group, Section, Variant } from './row.ts';
import { fixedOf, type Selection, sparsitiesOf } from './selection.ts';

const images = [
  { height: 13, width: 13, channels: 32, filters: 64, kernel: 3 },
  { height: 12, width: 12, channels: 20, filters: 50, kernel: 5 },
  { height: 28, width: 28, channels: 1, filters: 32, kernel: 3 },
];
const sparsities = [0.8, 0.9, 0.95];

type Shape = (typeof images)[number] & { n: number };

/** The slabs of a batch: how many, and the shape of one. */
function slabsOf(shape: Shape, form: Form = 'dense') {
  const { height, width, channels, n } = shape;
  const fits = (slab: number) => 4 * height * width * channels * slab <= builtInCosts.far.near;
  const slab = Math.min(n, form === 'dense' ? 32 : ([32, 16, 8].find(fits) ?? 4));
  return { slabs: n / slab, one: { ...shape, n: slab } };
}

/** One call for each slab, on operands of its own. */
function inSlabs(shape: Shape, form: Form, call: (one: Shape) => () => void): () => void {
  const { slabs, one } = slabsOf(shape, form);
  const calls = Array.from({ length: slabs }, () => call(one));
  return () => {
    for (const call of calls) call();
  };
}

const flopsOf = (shape: Shape): number => {
  const { taps, yLength } = geometry({ ...shape, stride: 1 });
  return 2 * taps * yLength;
};

function dense(kernels: Kernels, variant: Variant, shape: Shape): Entry {
  const flops = flopsOf(shape);
  return {
    name: 'conv2d_f32_dense',
    op: 'conv2d',
    shape,
    sparsity: 0,
    structure: 'dense',
    variant,
    flops,
    denseFlops: flops,
    prepare: () => inSlabs(shape, 'dense', (one) => denseCall(kernels, one)),
  };
}

function denseCall(kernels: Kernels, shape: Shape): () => void {
  const { filters } = shape;
  const { taps, rows, cols, length, xLength, yLength, xRow, xCol, yChannel, offsets } = geometry({
    ...shape,
    stride: 1,
  });
  const { conv2d_f32_dense, pack_f32_a, panel_rows } = kernels;
  const workspace = new Workspace(kernels, { exact: false });
  const count = Math.ceil(filters / panel_rows());
  const a = workspace.output(count * panel_rows() * taps).buffer;
  pack_f32_a(0, count, filters, taps, taps, 1, workspace.input(workspace.numbers(filters * taps)), a);
  const [x, places] = [workspace.input(workspace.numbers(xLength)), workspace.indices(offsets)];
  const [y, scratch] = [workspace.output(yLength).buffer, workspace.scratch(16 * taps)];
  return () =>
    conv2d_f32_dense(0, rows, cols, length, filters, taps, a, places, x, xRow, xCol, y, yChannel, none, 0, scratch);
}

/** As a compressed model goes through the shape with its weights in that form. */
function geometryOf({ height, width, channels, filters, kernel, n }: Shape, form: Form) {
  const window = windowOf([height, width], [kernel, kernel], [1, 1], 'valid');
  const input = { channels, rows: height, columns: width, rowPitch: width };
  const runs = convolutionGeometry(window, input, filters, n, form);
  return { ...runs, yChannel: channelPitch(runs.output) * n, columns: tapOffsets(window, input) };
}

function sparse(kernels: Kernels, variant: Variant, shape: Shape, sparsity: number, form: 'csr' | 'block4'): Entry {
  const flops = flopsOf(shape);
  const { tiled } = geometryOf(shape, form);
  const { taps } = geometry({ ...shape, stride: 1 });
  const { density, kept } = drawn(kernels, { m: shape.filters, k: taps }, sparsity, form === 'block4' ? 4 : 1);
  return {
    name: tiled ? 'conv2d_f32_csr' : `spmm_f32_${form}`,
    op: 'conv2d',
    shape,
    sparsity,
    structure: form === 'block4' ? 'block4x1' : 'unstructured',
    variant,
    kept,
    get flops() {
      return flops * kept();
    },
    denseFlops: flops,
    prepare: () => inSlabs(shape, form, (one) => sparseCall(kernels, one, density, form)),
  };
}

function sparseCall(kernels: Kernels, shape: Shape, density: number, form: 'csr' | 'block4'): () => void {
  const { filters, n } = shape;
  const { rows, width, tiled, xRow, yRow, yChannel, columns } = geometryOf(shape, form);
  const { taps, xLength } = geometry({ ...shape, stride: 1 });
  const { conv2d_f32_csr, spmm_f32_block4, spmm_f32_csr } = kernels;
  const workspace = new Workspace(kernels, { exact: false });
  const height = form === 'block4' ? 4 : 1;
  const mask = workspace.mask(filters, taps, density, height);
  const csr = csrFromDense(workspace.numbers(filters * taps), filters, taps, mask);
  const matrix = form === 'block4' ? blocksFromCsr(csr, 4) : csr;
  const places = matrix.colidx.map((j) => columns[j] * n);
  const [rowptr, colidx] = [workspace.indices(matrix.rowptr), workspace.indices(places)];
  const values = workspace.input(matrix.values);
  const x = workspace.input(workspace.numbers(xLength));
  const y = workspace.output(filters * yChannel).buffer;
  const count = matrix.rowptr.length - 1;
  if (tiled) {
    return () => conv2d_f32_csr(0, count, rows, width, rowptr, colidx, values, x, xRow, y, yRow, yChannel, none, 0);
  }
  const run =
    form === 'block4'
      ? (from: Buffer, to: Buffer) =>
          spmm_f32_block4(0, count, filters, width, rowptr, colidx, values, from, to, yChannel, 0, none, 0)
      : (from: Buffer, to: Buffer) =>
          spmm_f32_csr(0, count, width, rowptr, colidx, values, from, to, yChannel, 0, none, 0);
  return () => {
    for (let r = 0; r < rows; r++) run(at(x, r * xRow), at(y, r * yRow));
  };
}

/** A kernel of the case table, on every slab. */
function kernel(kernels: Kernels, variant: Variant, name: keyof Kernels, shape: Shape): Entry {
  const { slabs, one } = slabsOf(shape);
  return kernelEntry(kernels, variant, name, { ...one, stride: 1 }, { op: 'conv2d', shape, slabs });
}

/** What goes by tiles, if that is faster. */
function tiles(kernels: Kernels, variant: Variant, shape: Shape, names: readonly (keyof Kernels)[]): Entry[] {
  const { slabs, one } = slabsOf(shape);
  const { height, width, channels, filters, kernel: size } = shape;
  const window = windowOf([height, width], [size, size], [1, 1], 'valid');
  if (!fasterTiling(window, { m: filters, k: channels * size * size }, [one.n])) return [];
  const sizes = { ...one, kernelRows: size, kernelCols: size };
  return names.map((name) => kernelEntry(kernels, variant, name, sizes, { op: 'conv2d', shape, slabs }));
}

/** Forward, dense and sparse; the gradients to the input and to the weights, of as many operations each. */
const group = (shape: Shape, own: readonly number[]): Group => ({
  entries: (kernels, variant) => [
    ...tiles(kernels, variant, shape, ['conv2d_f32_winograd']),
    dense(kernels, variant, shape),
    ...(['csr', 'block4'] as const).flatMap((form) =>
      own.map((sparsity) => sparse(kernels, variant, shape, sparsity, form)),
    ),
    ...tiles(kernels, variant, shape, ['conv2d_dx_f32_winograd', 'conv2d_dw_f32_winograd']),
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
