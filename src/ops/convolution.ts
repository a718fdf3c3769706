// 2-D convolution. Within a slab an output row is a run of OW·n floats, and tap t of it the same run of the input moved on by
// offsets[t]: no im2col. With strides a run is one pixel, n floats.
//
//   x [c][H][W][n]   W (output-major) [m][taps], taps in order (c, row, column)   y [m][OH][OW][n]
//
// 'same' pads the input with a border of zeros first, so that the kernels never look for edges.

import { arena, type Buffer, kernels, none, u32 } from '../engine/index.ts';
import { type Parameter, type Slab, Tensor } from '../tensor/index.ts';
import { addRowSums, packed } from './dense.ts';

export type Padding = 'valid' | 'same';

/** The windows that a convolution or pooling looks through, for one input size. */
export interface Window {
  /** Input and output rows and columns. */
  readonly input: readonly [number, number];
  readonly output: readonly [number, number];
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  /** Zeros above and left, and the padded size. */
  readonly before: readonly [number, number];
  readonly padded: readonly [number, number];
}

/** Keras' (and TensorFlow's) sizes: 'same' gives ceil(input / stride), the odd zero below and right. */
export function windowOf(
  input: readonly [number, number],
  size: readonly [number, number],
  strides: readonly [number, number],
  padding: Padding,
): Window {
  const axis = (i: 0 | 1) => {
    if (padding === 'valid')
      return { output: Math.floor((input[i] - size[i]) / strides[i]) + 1, before: 0, padded: input[i] };
    const output = Math.ceil(input[i] / strides[i]);
    const total = Math.max(0, (output - 1) * strides[i] + size[i] - input[i]);
    return { output, before: Math.floor(total / 2), padded: input[i] + total };
  };
  const [rows, columns] = [axis(0), axis(1)];
  return {
    input,
    size,
    strides,
    output: [rows.output, columns.output],
    before: [rows.before, columns.before],
    padded: [rows.padded, columns.padded],
  };
}

const isPadded = ({ input, padded }: Window): boolean => input[0] !== padded[0] || input[1] !== padded[1];

/** x with the window's border of zeros, or x itself when it needs none. */
export function pad(x: Tensor, window: Window): Tensor {
  if (!isPadded(window)) return x;
  const y = new Tensor(
    [...window.padded, x.channels],
    x.batch,
    arena.allocate(4 * window.padded[0] * window.padded[1] * x.channels * x.batch.columns),
    x.needsGradient,
  );
  for (const slab of x.batch.slabs) {
    kernels().pad2d_f32(
      x.channels,
      ...window.input,
      slab.width,
      ...window.before,
      ...window.padded,
      x.slab(slab),
      y.slab(slab),
    );
  }
  return y;
}

/** The way back of {@link pad}. */
export function crop(x: Tensor, window: Window): Tensor {
  if (!isPadded(window)) return x;
  const y = Tensor.allocate([...window.input, x.channels], x.batch);
  for (const slab of x.batch.slabs) {
    kernels().crop2d_f32(
      x.channels,
      ...window.input,
      slab.width,
      ...window.before,
      ...window.padded,
      x.slab(slab),
      y.slab(slab),
    );
  }
  return y;
}

/** Rows, columns and pitches of the runs of one slab. */
function runsOf({ output: [rows, columns], strides, padded }: Window, n: number) {
  const whole = strides[1] === 1;
  return {
    rows,
    cols: whole ? 1 : columns,
    length: whole ? columns * n : n,
    xRow: strides[0] * padded[1] * n,
    xCol: strides[1] * n,
    yRow: columns * n,
    yCol: n,
    yChannel: rows * columns * n,
  };
}

/** offsets[t], in elements, of tap (channel, row, column) in a padded input of width n. */
function fillTapOffsets(offsets: Buffer, channels: number, { size, padded }: Window, n: number): void {
  const view = u32(offsets, channels * size[0] * size[1]);
  let t = 0;
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < size[0]; i++) {
      for (let j = 0; j < size[1]; j++) view[t++] = ((c * padded[0] + i) * padded[1] + j) * n;
    }
  }
}

/** Calls `visit` for each slab with the tap offsets for its width. */
function eachSlab(xp: Tensor, window: Window, visit: (slab: Slab, offsets: Buffer) => void): void {
  const offsets = arena.allocate(4 * xp.channels * window.size[0] * window.size[1]);
  let filledFor = 0;
  for (const slab of xp.batch.slabs) {
    if (filledFor !== slab.width) fillTapOffsets(offsets, xp.channels, window, slab.width);
    filledFor = slab.width;
    visit(slab, offsets);
  }
}

/** Floats of scratch that a block of output needs: its taps, 16 wide. */
const scratchBytes = (taps: number): number => 4 * 16 * taps;

/** max(W * xp + b, lower), of the padded input. */
export function conv2d(kernel: Parameter, xp: Tensor, window: Window, bias?: Parameter, lower = -Infinity): Tensor {
  const m = kernel.shape[3];
  const taps = kernel.length / m;
  const y = Tensor.allocate([...window.output, m], xp.batch);
  arena.scope(() => {
    const w = packed(kernel);
    const scratch = arena.allocate(scratchBytes(taps));
    const b = bias?.values.buffer ?? none;
    eachSlab(xp, window, (slab, offsets) => {
      const r = runsOf(window, slab.width);
      kernels().conv2d_f32_dense(
        0,
        r.rows,
        r.cols,
        r.length,
        m,
        taps,
        w.buffer,
        offsets,
        xp.slab(slab),
        r.xRow,
        r.xCol,
        y.slab(slab),
        r.yRow,
        r.yCol,
        r.yChannel,
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
  const m = kernel.shape[3];
  const taps = kernel.length / m;
  const dxp = xp.needsGradient ? Tensor.zeros(xp.shape, xp.batch) : undefined;
  if (bias) addRowSums(dy, bias);
  arena.scope(() => {
    const w = dxp && packed(kernel, true);
    const scratch = arena.allocate(scratchBytes(Math.max(taps, m)));
    eachSlab(xp, window, (slab, offsets) => {
      const r = runsOf(window, slab.width);
      kernels().sddmm_f32_dense(
        0,
        m,
        taps,
        r.rows,
        r.cols,
        r.length,
        dy.slab(slab),
        r.yChannel,
        r.yRow,
        r.yCol,
        xp.slab(slab),
        offsets,
        r.xRow,
        r.xCol,
        kernel.gradient.buffer,
        taps,
        1,
      );
      if (!w) return;
      kernels().conv2d_f32_dx(
        0,
        r.rows,
        r.cols,
        r.length,
        taps,
        m,
        w.buffer,
        offsets,
        dy.slab(slab),
        r.yRow,
        r.yCol,
        r.yChannel,
        dxp.slab(slab),
        r.xRow,
        r.xCol,
        scratch,
      );
    });
  });
  return dxp && crop(dxp, window);
}
