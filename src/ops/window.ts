// The windows that a convolution or pooling looks through, and the border of zeros that 'same' puts around an image, so that
// the kernels never look for edges.

import { arena, kernels } from '../engine/index.ts';
import { Tensor } from '../tensor/index.ts';

/** Keras' borders: 'valid', none; 'same', zeros, so that stride 1 keeps the size. */
export type Padding = 'valid' | 'same';

/** Rows and columns. */
export type Sides = readonly [number, number];

/** An image and the larger one around it. */
export interface Border {
  /** Of the inner image. */
  readonly input: Sides;
  /** What lies above and left of it, and the outer size. */
  readonly before: Sides;
  readonly padded: Sides;
}

/** The windows that a convolution or pooling looks through, for one input size; the border holds zeros. */
export interface Window extends Border {
  readonly output: Sides;
  /** Pixels that a window looks at. */
  readonly size: Sides;
  readonly strides: Sides;
  /** From one such pixel to the next. */
  readonly dilation: Sides;
}

/** Pixels above and below, left and right. */
export type Edges = readonly [Sides, Sides];

/** The edges of a whole number for all, [rows, columns], or [[above, below], [left, right]]; undefined for anything else. */
export function edgesOf(size: unknown): Edges | undefined {
  const sides = typeof size === 'number' ? [size, size] : size;
  const edges: unknown[] = Array.isArray(sides) ? sides.map((side) => (Array.isArray(side) ? side : [side, side])) : [];
  const isWhole = (count: unknown) => Number.isInteger(count) && (count as number) >= 0;
  const isRight =
    edges.length === 2 && edges.every((edge) => Array.isArray(edge) && edge.length === 2 && edge.every(isWhole));
  return isRight ? (edges as unknown as Edges) : undefined;
}

/** An image of that size with a border around it. */
export const bordered = ([rows, columns]: Sides, [[above, below], [left, right]]: Edges): Border => ({
  input: [rows, columns],
  before: [above, left],
  padded: [above + rows + below, left + columns + right],
});

/** What is left of an image of that size without its border. */
export const cropped = ([rows, columns]: Sides, [[above, below], [left, right]]: Edges): Border => ({
  input: [rows - above - below, columns - left - right],
  before: [above, left],
  padded: [rows, columns],
});

/** Whether there is a border at all. */
export const isBordered = ({ input, padded }: Border): boolean => padded[0] !== input[0] || padded[1] !== input[1];

const undilated: Sides = [1, 1];

/** Keras' (and TensorFlow's) sizes: 'same' gives ceil(input / stride), the odd zero below and right. */
export function windowOf(
  input: Sides,
  size: Sides,
  strides: Sides,
  padding: Padding,
  dilation: Sides = undilated,
): Window {
  const axis = (i: 0 | 1) => {
    const extent = (size[i] - 1) * dilation[i] + 1;
    if (padding === 'valid')
      return { output: Math.floor((input[i] - extent) / strides[i]) + 1, before: 0, padded: input[i] };
    const output = Math.ceil(input[i] / strides[i]);
    const total = Math.max(0, (output - 1) * strides[i] + extent - input[i]);
    return { output, before: Math.floor(total / 2), padded: input[i] + total };
  };
  const [rows, columns] = [axis(0), axis(1)];
  return {
    input,
    size,
    strides,
    dilation,
    output: [rows.output, columns.output],
    before: [rows.before, columns.before],
    padded: [rows.padded, columns.padded],
  };
}

/** Over a sequence, an image of one row; 'causal' has its zeros before it, so that no output sees a later step. */
export function windowOf1d(time: number, size: number, strides: number, padding: Padding | 'causal'): Window {
  if (padding !== 'causal') return windowOf([1, time], [1, size], [1, strides], padding);
  const window = windowOf([1, time + size - 1], [1, size], [1, strides], 'valid');
  return { ...window, input: [1, time], before: [0, size - 1] };
}

/**
 * The window whose way back is a transposed convolution: it would make an image of `input` from the transposed one's output. Keras' sizes:
 * 'valid' covers all that a pixel reaches, 'same' gives input · stride; an output padding p gives (input − 1)·stride + size + p, or with
 * 'same' (input − 1)·stride + size % 2 + p.
 */
export function transposedWindowOf(
  input: Sides,
  size: Sides,
  strides: Sides,
  padding: Padding,
  outputPadding?: Sides,
  dilation: Sides = undilated,
): Window {
  const axis = (i: 0 | 1) => {
    const extent = (size[i] - 1) * dilation[i] + 1;
    const reached = (input[i] - 1) * strides[i] + extent;
    const more = outputPadding?.[i];
    if (padding === 'valid') {
      const output = reached + (more ?? Math.max(strides[i] - extent, 0));
      return { output, before: 0, padded: output };
    }
    const output = more === undefined ? input[i] * strides[i] : (input[i] - 1) * strides[i] + (extent % 2) + more;
    const before = Math.floor(Math.max(0, reached - output) / 2);
    return { output, before, padded: Math.max(reached, before + output) };
  };
  const [rows, columns] = [axis(0), axis(1)];
  return {
    input: [rows.output, columns.output],
    output: input,
    size,
    strides,
    dilation,
    before: [rows.before, columns.before],
    padded: [rows.padded, columns.padded],
  };
}

/** x with a border of zeros, or x itself when there is none. */
export function pad(x: Tensor, window: Border): Tensor {
  if (!isBordered(window)) return x;
  const y = new Tensor(
    [...window.padded, x.channels],
    x.batch,
    arena.allocate(4 * window.padded[0] * window.padded[1] * x.channels * x.batch.columns),
    x.needsGradient,
  );
  return moved('pad2d_f32', x, y, window);
}

/** The way back of {@link pad}. */
export function crop(x: Tensor, window: Border): Tensor {
  if (!isBordered(window)) return x;
  const y = Tensor.allocate([...window.input, x.channels], x.batch);
  return moved('crop2d_f32', x, y, window);
}

function moved(kernel: 'pad2d_f32' | 'crop2d_f32', x: Tensor, y: Tensor, { input, before, padded }: Border): Tensor {
  for (const slab of x.batch.slabs) {
    kernels()[kernel](x.channels, ...input, slab.width, ...before, ...padded, x.slab(slab), y.slab(slab));
  }
  return y;
}
