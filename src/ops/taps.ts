// The dense products of convolutions, slab by slab. A matrix W[m][taps] joins a padded image x of channels that make the taps (in the order
// channel, row, column) with an image y of m channels: run (r, q) of y meets for tap t the run (r, q) of x moved on by offsets[t].
//
//   convolve     y = max(W·x + b, lower)    a convolution, and the gradient through a transposed one
//   scatter      x += Wᵀ·y                  a transposed convolution, and the gradient through a plain one
//   correlate    dW += y·xᵀ
//
// 2·m·taps flops a pixel of y each, or less by tiles (winograd.ts), where that is faster.

import { arena, type Buffer, kernels, none, u32 } from '../engine/index.ts';
import type { Slab, Tensor } from '../tensor/index.ts';
import { gradientScratch, packedMatrix } from './dense.ts';
import { convolutionGeometry } from './geometry.ts';
import type { Window } from './window.ts';
import { convolveTiles, correlateTiles, fasterTiling, scatterTiles, type Tiling } from './winograd.ts';

/** A matrix in storage: m rows of taps. */
export interface Taps {
  readonly buffer: Buffer;
  readonly m: number;
  readonly k: number;
}

/** y = max(W·x + b, lower), all of y. */
export function convolve(w: Taps, window: Window, x: Tensor, y: Tensor, bias: Buffer = none, lower = -Infinity): void {
  const tiling = tilingFor(w, window, x);
  if (tiling) {
    convolveTiles(tiling, w.buffer, x, y, bias, lower);
    return;
  }
  const geometry = convolutionGeometry(window);
  arena.scope(() => {
    const { buffer } = packedMatrix(w);
    const scratch = blockScratch(w.k);
    eachSlab(x, window, w.k, (slab, offsets) => {
      const { rows, cols, length, xRow, xCol, yChannel } = geometry.runs(slab.width);
      const [from, to] = [x.slab(slab), y.slab(slab)];
      kernels().conv2d_f32_dense(
        0,
        rows,
        cols,
        length,
        w.m,
        w.k,
        buffer,
        offsets,
        from,
        xRow,
        xCol,
        to,
        yChannel,
        bias,
        lower,
        scratch,
      );
    });
  });
}

/** x += Wᵀ·y. */
export function scatter(w: Taps, window: Window, y: Tensor, x: Tensor): void {
  const tiling = tilingFor(w, window, x);
  if (tiling) {
    scatterTiles(tiling, w.buffer, y, x);
    return;
  }
  const geometry = convolutionGeometry(window);
  arena.scope(() => {
    const { buffer } = packedMatrix(w, true);
    const scratch = blockScratch(Math.max(w.k, w.m));
    eachSlab(x, window, w.k, (slab, offsets) => {
      const { rows, cols, length, xRow, xCol, yChannel } = geometry.runs(slab.width);
      const [from, to] = [y.slab(slab), x.slab(slab)];
      kernels().conv2d_f32_dx(
        0,
        rows,
        cols,
        length,
        w.k,
        w.m,
        buffer,
        offsets,
        from,
        yChannel,
        to,
        xRow,
        xCol,
        scratch,
      );
    });
  });
}

/** dW += y·xᵀ. */
export function correlate(dw: Taps, window: Window, x: Tensor, y: Tensor): void {
  const tiling = tilingFor(dw, window, x);
  if (tiling) {
    correlateTiles(tiling, dw.buffer, x, y);
    return;
  }
  const geometry = convolutionGeometry(window);
  arena.scope(() => {
    const scratch = arena.allocate(gradientScratch);
    eachSlab(x, window, dw.k, (slab, offsets) => {
      const { rows, cols, length, xRow, xCol, yChannel } = geometry.runs(slab.width);
      const [from, delta] = [x.slab(slab), y.slab(slab)];
      kernels().sddmm_f32_dense(
        0,
        dw.m,
        dw.k,
        rows,
        cols,
        length,
        delta,
        yChannel,
        from,
        offsets,
        xRow,
        xCol,
        dw.buffer,
        dw.k,
        1,
        scratch,
      );
    });
  });
}

/** The tiling that these products go by, if not by taps. */
export function tilingFor(w: { m: number; k: number }, window: Window, { batch }: Tensor): Tiling | undefined {
  const widths = batch.slabs.map(({ width }) => width);
  return fasterTiling(window, w, widths, batch.columns);
}

/** Room for one block, 16 floats wide: its taps or channels, and a tile of products. */
const blockScratch = (taps: number): Buffer => arena.allocate(4 * 16 * (taps + 6));

/** Calls `visit` for each slab with the places of the taps, in elements for that slab's width. */
function eachSlab(x: Tensor, window: Window, taps: number, visit: (slab: Slab, offsets: Buffer) => void): void {
  const { place } = convolutionGeometry(window);
  const offsets = arena.allocate(4 * taps);
  let filledFor = 0;
  for (const slab of x.batch.slabs) {
    if (filledFor !== slab.width) {
      const view = u32(offsets, taps);
      for (let t = 0; t < taps; t++) view[t] = place(t) * slab.width;
      filledFor = slab.width;
    }
    visit(slab, offsets);
  }
}
