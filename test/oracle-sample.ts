// What the inference oracle's layers share: samples, and arrays and sizes as configurations have them.

import type { ArrayDescription } from '../src/format/index.ts';

/** Row-major, channels last. */
export interface Sample {
  readonly shape: readonly number[];
  readonly data: Float64Array;
  /** Of a sequence: whether each step is real. */
  readonly mask?: readonly boolean[];
}

/** An array in Keras order, pruned weights 0. */
export function kerasOrder({ shape, axes, data, mask }: ArrayDescription): (...index: number[]) => number {
  const strides: number[] = [];
  for (let place = axes.length - 1, stride = 1; place >= 0; place--) {
    strides[axes[place]] = stride;
    stride *= shape[axes[place]];
  }
  return (...index) => {
    const at = index.reduce((sum, i, axis) => sum + i * strides[axis], 0);
    return mask && !mask[at] ? 0 : data[at];
  };
}

/** One number for both, or two. */
export const pair = (value: number | readonly [number, number] | undefined, otherwise: readonly [number, number]) =>
  value === undefined ? otherwise : typeof value === 'number' ? ([value, value] as const) : value;
