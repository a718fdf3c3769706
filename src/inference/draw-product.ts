// The steps of W·x + b: a dense layer, or a convolution with its border of zeros.

import { at, type Buffer, type Kernels } from '../engine/index.ts';
import type { Window } from '../ops/index.ts';
import type { BufferId, Step } from './blueprint.ts';
import { sumsLength } from './by-column.ts';
import type { Draftsman, Spot } from './draw.ts';
import { channelPitch, type Layout } from './layout.ts';
import type { Product } from './operation.ts';
import type { Prepared, SparseBuffers } from './prepared.ts';
import { type Form, heightOf, type Weights } from './weights.ts';
import { convolutionGeometry, denseWork, type Geometry, tapOffsets, type Work } from './work.ts';

/** Chooses the form for a product; the weights are asked for when the plan is built. */
export type Pick = (product: Product, work: Work) => Picked;

export interface Picked {
  readonly form: Form;
  readonly prepared: () => Prepared;
  /** Makes a step that looks at the input of a dense layer, `length` floats, before the product. */
  readonly watch?: (x: Buffer, length: number) => Step;
}

/** Where the product's output stands. */
export function drawProduct(draft: Draftsman, product: Product): Spot {
  return product.window ? drawConvolution(draft, product, product.window) : drawDense(draft, product);
}

function drawDense(draft: Draftsman, product: Product): Spot {
  const from = draft.takeCompact(product.inputs[0]);
  const to = draft.spot({ ...from.layout, channels: product.weights.m });
  const columns = channelPitch(from.layout) * draft.n;
  const { form, prepared, watch } = draft.pick(product, denseWork(columns));
  const { blueprint } = draft;
  const { kernels } = blueprint;
  if (watch) blueprint.step([from.buffer], (address) => watch(address(from.buffer), columns * product.weights.k));
  if (columns > 1) {
    blueprint.step([from.buffer, to.buffer], (address) =>
      panelStep(kernels, form, prepared(), columns, address(from.buffer), address(to.buffer), product.lower),
    );
    return to;
  }
  const scratch = blueprint.buffer(vectorScratch(product.weights));
  blueprint.step([from.buffer, scratch, to.buffer], (address) => {
    const [x, y, s] = [from.buffer, to.buffer, scratch].map(address);
    return vectorStep(kernels, form, prepared(), x, y, s, product.lower);
  });
  return to;
}

/** Floats of scratch that a product with one vector may need. */
export const vectorScratch = ({ m, k }: Weights): number => k + sumsLength(m);

/** y = W·x, one column. */
export function vectorStep(
  kernels: Kernels,
  form: Form,
  weights: Prepared,
  x: Buffer,
  y: Buffer,
  scratch: Buffer,
  lower: number,
): Step {
  const { m, k, isTiled } = weights.weights;
  const { bias } = weights;
  if (form === 'dense' && isTiled) {
    const { gemv_f32_columns } = kernels;
    const a = weights.tiles();
    return () => gemv_f32_columns(m, k, a, x, y, bias, lower, scratch);
  }
  if (form === 'dense') {
    const { gemv_f32_dense } = kernels;
    const a = weights.dense();
    return () => gemv_f32_dense(0, m, k, a, k, x, y, bias, lower);
  }
  if (form === 'csc' || form === 'column4' || form === 'column8' || form === 'column16') {
    const kernel = kernels[`spmv_f32_${form}`];
    const { colptr, rowidx, values } = weights.columns(heightOf(form));
    return () => kernel(m, k, colptr, rowidx, values, x, y, bias, lower, scratch);
  }
  if (form === 'csr') {
    const { spmv_f32_csr } = kernels;
    const { rowptr, colidx, values } = weights.csr();
    return () => spmv_f32_csr(0, m, rowptr, colidx, values, x, y, bias, lower);
  }
  if (form === 'sell4') {
    const { spmv_f32_sell4 } = kernels;
    const { count, slices, records, order } = weights.sell4();
    return () => spmv_f32_sell4(0, count, slices, records, order, x, y, bias, lower);
  }
  const kernel = kernels[`spmv_f32_${form}`];
  const { rows, rowptr, colidx, values } = weights.blocks(form === 'block4' ? 4 : form === 'block8' ? 8 : 16);
  return () => kernel(0, rows, m, rowptr, colidx, values, x, y, bias, lower);
}

/** Y = W·X, X of `columns` columns in rows of that length. */
export function panelStep(
  kernels: Kernels,
  form: Form,
  weights: Prepared,
  columns: number,
  x: Buffer,
  y: Buffer,
  lower: number,
): Step {
  const { m, k } = weights.weights;
  const { bias } = weights;
  if (form === 'dense') {
    const { gemm_f32_panels } = kernels;
    const { count, buffer } = weights.panels();
    return () => gemm_f32_panels(0, count, m, columns, k, buffer, x, 8, columns, y, columns, 0, bias, lower);
  }
  const run = sparseRun(kernels, form, weights, columns, columns, columns, lower);
  return () => run(x, y);
}

/** A sparse product on one run: Y rows of pitch ldy, X rows scale·column. */
function sparseRun(
  kernels: Kernels,
  form: Form,
  weights: Prepared,
  length: number,
  scale: number,
  ldy: number,
  lower: number,
  key?: string,
  columns?: Uint32Array,
): (x: Buffer, y: Buffer) => void {
  const { m } = weights.weights;
  const { bias } = weights;
  const sparse: SparseBuffers = form === 'block4' ? weights.blocks(4, key, columns) : weights.csr(key, columns);
  const { rows, rowptr, colidx, values } = sparse;
  if (form === 'block4') {
    const { spmm_f32_block4 } = kernels;
    return (x, y) => spmm_f32_block4(0, rows, m, length, scale, rowptr, colidx, values, x, y, ldy, bias, lower);
  }
  const { spmm_f32_csr } = kernels;
  return (x, y) => spmm_f32_csr(0, rows, length, scale, rowptr, colidx, values, x, y, ldy, bias, lower);
}

function drawConvolution(draft: Draftsman, product: Product, window: Window): Spot {
  const from = padded(draft, draft.take(product.inputs[0]), window);
  const geometry = convolutionGeometry(window, from.layout, product.weights.m, draft.n);
  const { form, prepared } = draft.pick(product, geometry);
  const to = draft.spot(geometry.output);
  if (!geometry.direct) drawColumns(draft, product, window, geometry, from, to, form, prepared);
  else if (form === 'dense') drawDirectDense(draft, product, window, geometry, from, to, prepared);
  else drawDirectSparse(draft, product, window, geometry, from, to, form, prepared);
  return to;
}

/** x inside a border of zeros, which is written once: only the inside changes from run to run. */
function padded(draft: Draftsman, from: Spot, window: Window): Spot {
  const [rows, columns] = window.padded;
  if (rows === window.input[0] && columns === window.input[1]) return from;
  const { n } = draft;
  const { channels, rows: inRows, columns: inColumns, rowPitch } = from.layout;
  const layout: Layout = { channels, rows, columns, rowPitch: columns };
  const buffer = draft.blueprint.pinned(draft.floats(layout));
  const [top, left] = window.before;
  const inside = (top * columns + left) * n;
  const offsets = draft.blueprint.constant(
    Uint32Array.from({ length: channels }, (_, c) => c * channelPitch(from.layout) * n),
  );
  const { im2col_f32 } = draft.blueprint.kernels;
  draft.blueprint.step([from.buffer, buffer], (address) => {
    const [taps, x, y] = [address(offsets), address(from.buffer), at(address(buffer), inside)];
    const [xRow, yTap, yRow] = [rowPitch * n, channelPitch(layout) * n, columns * n];
    return () => im2col_f32(0, inRows, 1, inColumns * n, channels, taps, x, xRow, 0, y, yTap, yRow, 0);
  });
  return { buffer, layout };
}

function elementOffsets(draft: Draftsman, window: Window, from: Spot): BufferId {
  return draft.blueprint.constant(tapOffsets(window, from.layout).map((offset) => offset * draft.n));
}

/** im2col, then a product like a dense layer's. */
function drawColumns(
  draft: Draftsman,
  product: Product,
  window: Window,
  geometry: Geometry,
  from: Spot,
  to: Spot,
  form: Form,
  prepared: () => Prepared,
): void {
  const { rows, cols, xRow, xCol, yRow, yCol, length } = geometry;
  const { n } = draft;
  const taps = product.weights.k;
  const scratch = draft.blueprint.buffer(taps * length);
  const offsets = elementOffsets(draft, window, from);
  const { kernels } = draft.blueprint;
  draft.blueprint.step([from.buffer, scratch], (address) => {
    const [table, x, y] = [address(offsets), address(from.buffer), address(scratch)];
    return () => kernels.im2col_f32(0, rows, cols, n, taps, table, x, xRow, xCol, y, length, yRow, yCol);
  });
  draft.blueprint.step([scratch, to.buffer], (address) =>
    panelStep(kernels, form, prepared(), length, address(scratch), address(to.buffer), product.lower),
  );
}

function drawDirectDense(
  draft: Draftsman,
  product: Product,
  window: Window,
  geometry: Geometry,
  from: Spot,
  to: Spot,
  prepared: () => Prepared,
): void {
  const { rows, cols, length, xRow, xCol, yRow, yCol } = geometry;
  const { m, k } = product.weights;
  const { lower } = product;
  const yChannel = channelPitch(to.layout) * draft.n;
  const scratch = draft.blueprint.buffer(16 * k);
  const offsets = elementOffsets(draft, window, from);
  const { conv2d_f32_dense } = draft.blueprint.kernels;
  draft.blueprint.step([from.buffer, scratch, to.buffer], (address) => {
    const [x, y, s, table] = [address(from.buffer), address(to.buffer), address(scratch), address(offsets)];
    const weights = prepared();
    const { bias } = weights;
    const { buffer: a } = weights.panels();
    return () =>
      conv2d_f32_dense(0, rows, cols, length, m, k, a, table, x, xRow, xCol, y, yRow, yCol, yChannel, bias, lower, s);
  });
}

function drawDirectSparse(
  draft: Draftsman,
  product: Product,
  window: Window,
  geometry: Geometry,
  from: Spot,
  to: Spot,
  form: Form,
  prepared: () => Prepared,
): void {
  const { rows, cols, length, tiled, xRow, xCol, yRow, yCol } = geometry;
  const { n } = draft;
  const yChannel = channelPitch(to.layout) * n;
  const key = `${from.layout.rowPitch} ${channelPitch(from.layout)}`;
  draft.blueprint.step([from.buffer, to.buffer], (address) => {
    const [x, y] = [address(from.buffer), address(to.buffer)];
    const columns = tapOffsets(window, from.layout);
    const { kernels } = draft.blueprint;
    if (tiled && form === 'csr') {
      const { conv2d_f32_csr } = kernels;
      const weights = prepared();
      const { rowptr, colidx, values } = weights.csr(key, columns);
      const { m } = product.weights;
      const { bias } = weights;
      const { lower } = product;
      return () =>
        conv2d_f32_csr(0, m, rows, length, n, rowptr, colidx, values, x, xRow, y, yRow, yChannel, bias, lower);
    }
    const run = sparseRun(kernels, form, prepared(), length, n, yChannel, product.lower, key, columns);
    return () => {
      for (let r = 0; r < rows; r++) {
        for (let q = 0; q < cols; q++) run(at(x, r * xRow + q * xCol), at(y, r * yRow + q * yCol));
      }
    };
  });
}
