// The windows that a convolution or pooling looks through, and the border of zeros that 'same' puts around an image, so that
// the kernels never look for edges.

import { arena, kernels } from '../engine/index.ts';
import { Tensor } from '../tensor/index.ts';

/** Keras' borders: 'valid', none; 'same', zeros, so that stride 1 keeps the size. */
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
