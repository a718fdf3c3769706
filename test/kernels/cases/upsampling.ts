// Cases of upsampling: factors of one to three, maps of one row and column, pitches beyond their rows.

import type { KernelCase, Sizes } from './case.ts';
import { uniforms } from './operands.ts';

type Pass = 'upsample2d_f32' | 'upsample2d_backward_f32' | 'bilinear2d_f32' | 'bilinear2d_backward_f32';

const shapes: readonly Sizes[] = [
  { rows: 1, cols: 1, down: 3, across: 2 },
  { rows: 3, cols: 5, down: 2, across: 2 },
  { rows: 2, cols: 9, down: 1, across: 2 },
  { rows: 4, cols: 3, down: 3, across: 1 },
].flatMap((map) => [1, 2, 4, 5, 17, 32].map((n) => ({ ...map, n, channels: 3 })));

/** What pixel i of a side gives to pixel r of the longer side. */
const shares: Record<'upsample' | 'bilinear', (r: number, factor: number, i: number, count: number) => number> = {
  upsample: (r, factor, i) => (Math.floor(r / factor) === i ? 1 : 0),
  bilinear(r, factor, i, count) {
    const at = Math.min(Math.max((r + 0.5) / factor - 0.5, 0), count - 1);
    return Math.max(0, 1 - Math.abs(at - i));
  },
};

function upsample(name: Pass, tolerance: number): KernelCase {
  const backward = name.includes('backward');
  const share = shares[name.startsWith('bilinear') ? 'bilinear' : 'upsample'];
  return {
    name,
    tolerance,
    shapes,
    flops: ({ rows, cols, down, across, n, channels }) => rows * cols * down * across * n * channels,
    make({ rows, cols, down, across, n, channels }, workspace) {
      const xRow = cols * n + 3;
      const xChannel = rows * xRow + 2;
      const yRow = cols * across * n + 1;
      const yChannel = rows * down * yRow + 5;
      const x = uniforms(workspace, channels * xChannel);
      const y = uniforms(workspace, channels * yChannel);
      const start = backward ? x : y;
      const output = workspace.output(start.length, start);
      const from = workspace.input(backward ? y : x);
      const head = [n, rows, cols, down, across] as const;
      const accumulates = name === 'bilinear2d_backward_f32';
      const run = (begin: number, end: number) => {
        if (backward) workspace.kernels[name](begin, end, ...head, from, yChannel, yRow, output.buffer, xChannel, xRow);
        else workspace.kernels[name](begin, end, ...head, from, xChannel, xRow, output.buffer, yChannel, yRow);
      };
      const oracle = () => {
        const result = Float64Array.from(start);
        const of = backward ? y : x;
        for (let c = 0; c < channels; c++) {
          for (let s = 0; s < n; s++) {
            const xAt = (i: number, j: number) => c * xChannel + i * xRow + j * n + s;
            const yAt = (r: number, q: number) => c * yChannel + r * yRow + q * n + s;
            const sums = new Map<number, number>();
            for (let r = 0; r < rows * down; r++) {
              for (let q = 0; q < cols * across; q++) {
                for (let i = 0; i < rows; i++) {
                  for (let j = 0; j < cols; j++) {
                    const weight = share(r, down, i, rows) * share(q, across, j, cols);
                    const [to, source] = backward ? [xAt(i, j), yAt(r, q)] : [yAt(r, q), xAt(i, j)];
                    sums.set(to, (sums.get(to) ?? 0) + weight * of[source]);
                  }
                }
              }
            }
            for (const [to, sum] of sums) result[to] = sum + (accumulates ? result[to] : 0);
          }
        }
        return result;
      };
      return { extent: channels, run, output, oracle };
    },
  };
}

export const upsampling: readonly KernelCase[] = [
  upsample('upsample2d_f32', 0),
  upsample('upsample2d_backward_f32', 3e-7),
  upsample('bilinear2d_f32', 3e-7),
  upsample('bilinear2d_backward_f32', 6e-7),
];
