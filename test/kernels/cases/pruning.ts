// Cases of top-k and masks: numbers in quarters, so that many magnitudes are equal, and uniform ones.

import type { KernelCase } from './case.ts';
import { uniforms } from './operands.ts';
import type { Workspace } from './workspace.ts';

const shapes = [1, 2, 3, 4, 5, 17, 33, 1000].flatMap((count) =>
  [...new Set([0, 1, Math.ceil(count / 3), count - 1, count, count + 1])].flatMap((k) => [
    { count, k, ties: 0 },
    { count, k, ties: 1 },
  ]),
);

function magnitudes(workspace: Workspace, count: number, ties: number): Float32Array {
  return uniforms(workspace, count).map((v) => (ties ? Math.round(4 * v) / 4 : v * Math.abs(v) ** 20));
}

/** Positions by falling magnitude, equal ones in order. */
const ranked = (x: Float32Array) => Array.from(x.keys()).sort((i, j) => Math.abs(x[j]) - Math.abs(x[i]) || i - j);

function threshold(x: Float32Array, k: number): number {
  if (k === 0) return Infinity;
  return k > x.length ? 0 : Math.abs(x[ranked(x)[k - 1]]);
}

const topk: KernelCase = {
  name: 'topk_threshold_f32',
  shapes,
  flops: ({ count }) => count,
  make({ count, k, ties }, workspace) {
    const x = magnitudes(workspace, count, ties);
    const [input, scratch] = [workspace.input(x), workspace.scratch(4096)];
    return {
      extent: 1,
      run: () => workspace.kernels.topk_threshold_f32(count, k, input, scratch),
      output: workspace.output(0),
      oracle: () => [threshold(x, k)],
    };
  },
};

const masked: KernelCase = {
  name: 'mask_f32',
  shapes: [0, 1, 3, 4, 5, 17, 33].map((length) => ({ length })),
  flops: ({ length }) => length,
  make({ length }, workspace) {
    const x = Float32Array.from(
      magnitudes(workspace, length, 1),
      (v, i) => [v, Number.NaN, -Infinity, -v][(i >> 1) % 4],
    );
    const mask = Float32Array.from(x, (_, i) => (i % 2 === 0 && i % 4 !== 2 ? 1 : 0));
    const [of, from] = [workspace.input(mask), workspace.input(x)];
    const output = workspace.output(length);
    return {
      extent: length,
      run: (begin, end) => workspace.kernels.mask_f32(begin, end, of, from, output.buffer),
      output,
      oracle: () => Array.from(x, (v, i) => (mask[i] ? v : 0)),
    };
  },
};

const keepTopk: KernelCase = {
  name: 'keep_topk_f32',
  shapes: [1, 2, 3, 4, 5, 17, 33, 200].flatMap((count) =>
    [...new Set([1, Math.ceil(count / 3), Math.max(1, count - 1), count])].flatMap((k) =>
      [-1, -0.5, 0, 0.5, 1].map((shift) => ({ rows: 3, count, k, ties: Number(k % 2 === 0), shift })),
    ),
  ),
  flops: ({ rows, count }) => rows * count,
  make({ rows, count, k, ties, shift }, workspace) {
    const x = uniforms(workspace, rows * count).map((v) => (ties ? Math.round(4 * v) / 4 : v) + shift);
    const [input, scratch] = [workspace.input(x), workspace.scratch(4096 + count)];
    const output = workspace.output(rows * count);
    return {
      extent: rows,
      run: (begin, end) => workspace.kernels.keep_topk_f32(begin, end, count, k, input, output.buffer, scratch),
      output,
      oracle: () => {
        const y = new Float64Array(rows * count);
        for (let first = 0; first < rows * count; first += count) {
          const order = Array.from({ length: count }, (_, i) => first + i).sort((i, j) => x[j] - x[i] || i - j);
          for (const i of order.slice(0, k)) y[i] = x[i];
        }
        return y;
      },
    };
  },
};

export const pruning: readonly KernelCase[] = [topk, masked, keepTopk];
