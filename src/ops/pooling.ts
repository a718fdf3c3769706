// Pooling over windows of each channel; a window is cut at the border of the image, and the average counts what is left of it.

import { kernels } from '../engine/index.ts';
import { Tensor } from '../tensor/index.ts';
import type { Window } from './window.ts';

export type Pooling = 'max' | 'average';

/** The largest or the mean of each window. */
export function pool(kind: Pooling, x: Tensor, window: Window): Tensor {
  const y = Tensor.allocate([...window.output, x.channels], x.batch);
  const kernel = kind === 'max' ? kernels().max_pool2d_f32 : kernels().average_pool2d_f32;
  for (const slab of x.batch.slabs) {
    const n = slab.width;
    const { sizes, xChannel, xRow, yChannel, yRow } = pitches(window, n);
    kernel(0, x.channels, n, ...sizes, x.slab(slab), xChannel, xRow, y.slab(slab), yChannel, yRow);
  }
  return y;
}

/** Max: all of dy to the first largest of its window, and through the ReLU that x came out of, if any. Average: dy spread evenly. */
export function poolBackward(kind: Pooling, x: Tensor, window: Window, dy: Tensor): Tensor {
  const dx = Tensor.allocate(x.shape, x.batch);
  if (kind === 'max') dx.rectified = x.rectified;
  for (const slab of x.batch.slabs) {
    const n = slab.width;
    const { sizes, xChannel, xRow, yChannel, yRow } = pitches(window, n);
    const [from, to] = [dy.slab(slab), dx.slab(slab)];
    if (kind === 'max') {
      kernels().max_pool2d_backward_f32(
        0,
        x.channels,
        n,
        ...sizes,
        x.slab(slab),
        xChannel,
        xRow,
        from,
        yChannel,
        yRow,
        to,
        Number(x.rectified === x),
      );
    } else {
      kernels().average_pool2d_backward_f32(0, x.channels, n, ...sizes, from, yChannel, yRow, to, xChannel, xRow);
    }
  }
  return dx;
}

function pitches({ input, output, size, strides, before }: Window, n: number) {
  return {
    sizes: [...input, ...output, ...size, ...strides, ...before] as const,
    xChannel: input[0] * input[1] * n,
    xRow: input[1] * n,
    yChannel: output[0] * output[1] * n,
    yRow: output[1] * n,
  };
}
