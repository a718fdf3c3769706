// The steps of W·x + b: a dense layer, or a convolution with its border of zeros.

import { at } from '../engine/index.ts';
import { isBordered, type Tiling, tileScratch, tileSizes, type Window } from '../ops/index.ts';
import type { BufferId } from './blueprint.ts';
import { vectorScratch } from './by-column.ts';
import type { Draftsman, Spot } from './draw.ts';
import { drawCopy, drawEnlarged, wholeOf } from './draw-copy.ts';
import { channelPitch, type Layout } from './layout.ts';
import type { Product, Value } from './operation.ts';
import { panelRun, plainPanel, sparseRun, vectorRun } from './product-run.ts';
import type { Form } from './weights.ts';
import { convolutionGeometry, convolutionWork, denseWork, type Geometry, tapOffsets } from './work.ts';

/** Where the product's output stands. */
export function drawProduct(draft: Draftsman, product: Product): Spot {
  return product.window ? drawConvolution(draft, product, product.window) : drawDense(draft, product);
}

function drawDense(draft: Draftsman, product: Product): Spot {
  const from = draft.takeCompact(product.inputs[0]);
  const { weights, lower } = product;
  const to = draft.spot({ ...from.layout, channels: weights.m }, from.n);
  const columns = channelPitch(from.layout) * from.n;
  const { form, watch } = draft.supply.pick(product, denseWork(columns));
  const { blueprint, supply } = draft;
  const { kernels } = blueprint;
  if (watch) blueprint.step([from.buffer], (address) => watch(address(from.buffer), columns * weights.k));
  if (columns > 1) {
    blueprint.step([from.buffer, to.buffer], (address) => {
      const [x, y] = [address(from.buffer), address(to.buffer)];
      const run = panelRun(kernels, form, supply.prepare(weights), plainPanel(columns, lower));
      return () => run(x, y);
    });
    return to;
  }
  const scratch = blueprint.buffer(vectorScratch(weights));
  blueprint.step([from.buffer, scratch, to.buffer], (address) => {
    const [x, y, s] = [from.buffer, to.buffer, scratch].map(address);
    const prepared = supply.prepare(weights);
    const run = vectorRun(kernels, form, prepared, s, lower);
    return () => run(x, y, prepared.bias);
  });
  return to;
}

function drawConvolution(draft: Draftsman, product: Product, window: Window): Spot {
  const from = bordered(draft, product.inputs[0], window);
  const shape = [window, from.layout, product.weights.m, from.n] as const;
  const { form } = draft.supply.pick(product, convolutionWork(...shape));
  const geometry = convolutionGeometry(...shape, form);
  const to = draft.spot(geometry.output, from.n);
  if (!geometry.direct) drawColumns(draft, product, window, geometry, from, to, form);
  else if (geometry.tiling) drawTiles(draft, product, geometry.tiling, from, to);
  else if (form === 'dense') drawDirectDense(draft, product, window, geometry, from, to);
  else drawDirectSparse(draft, product, window, geometry, from, to, form);
  return to;
}

/** x inside a border of zeros, which is written once: only the inside changes from run to run. */
function bordered(draft: Draftsman, value: Value, window: Window): Spot {
  if (!isBordered(window)) return draft.take(value);
  const pieces = draft.takePieces(value);
  const [{ n }] = pieces.map(({ from }) => from);
  const [rows, columns] = window.padded;
  const channels = pieces.reduce((sum, { from }) => sum + from.layout.channels, 0);
  const layout: Layout = { channels, rows, columns, rowPitch: columns };
  const to: Spot = { buffer: draft.blueprint.pinned(draft.floats(layout, n)), layout, n };
  const whole = wholeOf(to);
  let first = (window.before[0] * columns + window.before[1]) * n;
  for (const { from, enlarged } of pieces) {
    if (enlarged) drawEnlarged(draft, from, enlarged, { ...whole, first });
    else drawCopy(draft, from, { ...whole, first });
    first += from.layout.channels * whole.channel;
  }
  return to;
}

function elementOffsets(draft: Draftsman, window: Window, from: Spot): BufferId {
  return draft.blueprint.constant(tapOffsets(window, from.layout).map((offset) => offset * from.n));
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
): void {
  const { rows, cols, width, xRow, xCol, yRow, yCol, length } = geometry;
  const taps = product.weights.k;
  const scratch = draft.blueprint.buffer(taps * length);
  const offsets = elementOffsets(draft, window, from);
  const { kernels } = draft.blueprint;
  draft.blueprint.step([from.buffer, scratch], (address) => {
    const [table, x, y] = [address(offsets), address(from.buffer), address(scratch)];
    return () => kernels.im2col_f32(0, rows, cols, width, taps, table, x, xRow, xCol, y, length, yRow, yCol);
  });
  draft.blueprint.step([scratch, to.buffer], (address) => {
    const [x, y] = [address(scratch), address(to.buffer)];
    const run = panelRun(kernels, form, draft.supply.prepare(product.weights), plainPanel(length, product.lower));
    return () => run(x, y);
  });
}

function drawTiles(draft: Draftsman, product: Product, tiling: Tiling, from: Spot, to: Spot): void {
  const { n, layout } = from;
  const scratch = draft.blueprint.buffer(tileScratch(tiling, n));
  const sizes = tileSizes(tiling, n, layout.rowPitch * n, channelPitch(layout) * n);
  const { conv2d_f32_winograd } = draft.blueprint.kernels;
  draft.blueprint.step([from.buffer, scratch, to.buffer], (address) => {
    const [x, s, y] = [from.buffer, scratch, to.buffer].map(address);
    const weights = draft.supply.prepare(product.weights);
    const { bias } = weights;
    const filters = weights.filters(tiling);
    return () => conv2d_f32_winograd(...sizes, filters, x, y, bias, product.lower, s);
  });
}

function drawDirectDense(
  draft: Draftsman,
  product: Product,
  window: Window,
  geometry: Geometry,
  from: Spot,
  to: Spot,
): void {
  const { rows, cols, width, xRow, xCol } = geometry;
  const { m, k } = product.weights;
  const { lower } = product;
  const yChannel = channelPitch(to.layout) * from.n;
  const scratch = draft.blueprint.buffer(16 * k);
  const offsets = elementOffsets(draft, window, from);
  const { conv2d_f32_dense } = draft.blueprint.kernels;
  draft.blueprint.step([from.buffer, scratch, to.buffer], (address) => {
    const [x, y, s, table] = [address(from.buffer), address(to.buffer), address(scratch), address(offsets)];
    const weights = draft.supply.prepare(product.weights);
    const { bias } = weights;
    const { buffer: a } = weights.panels();
    return () => conv2d_f32_dense(0, rows, cols, width, m, k, a, table, x, xRow, xCol, y, yChannel, bias, lower, s);
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
): void {
  const { rows, cols, width, tiled, xRow, xCol, yRow, yCol } = geometry;
  const { n } = from;
  const yChannel = channelPitch(to.layout) * n;
  const key = `${from.layout.rowPitch} ${channelPitch(from.layout)}`;
  draft.blueprint.step([from.buffer, to.buffer], (address) => {
    const [x, y] = [address(from.buffer), address(to.buffer)];
    const columns = tapOffsets(window, from.layout);
    const { kernels } = draft.blueprint;
    const weights = draft.supply.prepare(product.weights);
    if (tiled) {
      const { conv2d_f32_csr } = kernels;
      const { rowptr, colidx, values } = weights.csr(key, columns, n);
      const { m } = product.weights;
      const { bias } = weights;
      const { lower } = product;
      return () => conv2d_f32_csr(0, m, rows, width, rowptr, colidx, values, x, xRow, y, yRow, yChannel, bias, lower);
    }
    const run = sparseRun(
      kernels,
      form,
      weights,
      { length: width, ldx: n, ldy: yChannel, lower: product.lower },
      key,
      columns,
    );
    return () => {
      for (let r = 0; r < rows; r++) {
        for (let q = 0; q < cols; q++) run(at(x, r * xRow + q * xCol), at(y, r * yRow + q * yCol));
      }
    };
  });
}
