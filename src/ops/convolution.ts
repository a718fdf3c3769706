// 2-D convolution of a padded input. Within a slab an output row is a run of OW·n floats, and tap t of it the same run of the
// input moved on by offsets[t]: no im2col. With strides a run is one pixel, n floats.
//
//   x [c][H][W][n]   W (output-major) [m][taps], taps in order (c, row, column)   y [m][OH][OW][n]

import { arena, type Buffer, kernels, none, u32 } from '../engine/index.ts';
import { type Parameter, type Slab, Tensor } from '../tensor/index.ts';
import { addRowSums, matrixSizes, packed } from './dense.ts';
import { convolutionGeometry, type Geometry } from './geometry.ts';
import { sparseMultiply, sparseMultiplyBackward } from './sparse.ts';
import { crop, type Window } from './window.ts';

/** max(W * xp + b, lower), of the padded input. */
export function conv2d(kernel: Parameter, xp: Tensor, window: Window, bias?: Parameter, lower = -Infinity): Tensor {
  const { m, k: taps } = matrixSizes(kernel);
  const geometry = convolutionGeometry(window);
  const y = Tensor.allocate([...window.output, m], xp.batch);
  if (kernel.pattern) {
    sparseMultiply(kernel, kernel.pattern, geometry, xp, y, bias, lower);
    return y;
  }
  arena.scope(() => {
    const { buffer: w } = packed(kernel);
    const scratch = blockScratch(taps);
    const b = bias?.values.buffer ?? none;
    eachSlab(xp, taps, geometry, (slab, offsets) => {
      const { rows, cols, length, xRow, xCol, yRow, yCol, yChannel } = geometry.runs(slab.width);
      const [from, to] = [xp.slab(slab), y.slab(slab)];
      kernels().conv2d_f32_dense(
        0,
        rows,
        cols,
        length,
        m,
        taps,
        w,
        offsets,
        from,
        xRow,
        xCol,
        to,
        yRow,
        yCol,
        yChannel,
        b,
        lower,
        scratch,
      );
    });
  });
  return y;
}

/** Adds to the gradients of kernel and bias; returns the gradient for x (not padded) where it wants one. */
export function conv2dBackward(
  kernel: Parameter,
  xp: Tensor,
  window: Window,
  dy: Tensor,
  bias?: Parameter,
): Tensor | undefined {
  const { m, k: taps } = matrixSizes(kernel);
  const geometry = convolutionGeometry(window);
  const dxp = xp.needsGradient ? Tensor.zeros(xp.shape, xp.batch) : undefined;
  if (bias) addRowSums(dy, bias);
  if (kernel.pattern) sparseMultiplyBackward(kernel, kernel.pattern, geometry, xp, dy, dxp);
  else {
    arena.scope(() => {
      const w = dxp && packed(kernel, true).buffer;
      const dw = kernel.gradient.buffer;
      const scratch = blockScratch(Math.max(taps, m));
      eachSlab(xp, taps, geometry, (slab, offsets) => {
        const { rows, cols, length, xRow, xCol, yRow, yCol, yChannel } = geometry.runs(slab.width);
        const [from, delta] = [xp.slab(slab), dy.slab(slab)];
        kernels().sddmm_f32_dense(
          0,
          m,
          taps,
          rows,
          cols,
          length,
          delta,
          yChannel,
          yRow,
          yCol,
          from,
          offsets,
          xRow,
          xCol,
          dw,
          taps,
          1,
        );
        if (!w) return;
        const to = dxp.slab(slab);
        kernels().conv2d_f32_dx(
          0,
          rows,
          cols,
          length,
          taps,
          m,
          w,
          offsets,
          delta,
          yRow,
          yCol,
          yChannel,
          to,
          xRow,
          xCol,
          scratch,
        );
      });
    });
  }
  return dxp && crop(dxp, window);
}

/** Room for one block, 16 floats wide: its taps or channels, and a tile of products. */
const blockScratch = (taps: number): Buffer => arena.allocate(4 * 16 * (taps + 6));

/** Calls `visit` for each slab with the places of the taps, in elements for that slab's width. */
function eachSlab(xp: Tensor, taps: number, geometry: Geometry, visit: (slab: Slab, offsets: Buffer) => void): void {
  const offsets = arena.allocate(4 * taps);
  let filledFor = 0;
  for (const slab of xp.batch.slabs) {
    if (filledFor !== slab.width) {
      const view = u32(offsets, taps);
      for (let t = 0; t < taps; t++) view[t] = geometry.place(t) * slab.width;
      filledFor = slab.width;
    }
    visit(slab, offsets);
  }
}
