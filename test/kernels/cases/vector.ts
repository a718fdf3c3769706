// Cases of the vectors and reductions, and of the turn between batch-major arrays and slabs.

import type { Buffer, Kernels } from '../../../src/engine/index.ts';
import type { KernelCase, Sizes } from './case.ts';

const lengths = [0, 1, 3, 4, 7, 8, 31, 1000].map((length) => ({ length }));
const alpha = -0.75;

/** y = f(a, b, y), element by element. */
function elementwise(
  name: keyof Kernels,
  run: (kernels: Kernels, begin: number, end: number, a: Buffer, b: Buffer, y: Buffer) => void,
  f: (a: number, b: number, y: number) => number,
): KernelCase {
  return {
    name,
    shapes: lengths,
    flops: ({ length }) => length,
    make({ length }, workspace) {
      const [a, b, before] = [0, 1, 2].map(() => workspace.numbers(length));
      const [aBuffer, bBuffer] = [workspace.input(a), workspace.input(b)];
      const output = workspace.output(length, before);
      return {
        extent: length,
        run: (begin, end) => run(workspace.kernels, begin, end, aBuffer, bBuffer, output.buffer),
        output,
        oracle: () => before.map((y, i) => f(a[i], b[i], y)),
      };
    },
  };
}

/** One number out of many; every seventh is 0. */
function reduction(
  name: 'sumabs_f32' | 'sumsq_f32' | 'count_nonzero_f32' | 'count_nonfinite_f32',
  f: (sum: number, x: number) => number,
  odd = 0,
): KernelCase {
  return {
    name,
    shapes: lengths,
    flops: ({ length }) => length,
    make({ length }, workspace) {
      const x = workspace.numbers(length).map((value, i) => (i % 7 === 5 ? odd * (i % 2 ? 1 : -1) : value));
      const buffer = workspace.input(x);
      return {
        extent: 1,
        run: () => workspace.kernels[name](0, length, buffer),
        output: workspace.output(0),
        oracle: () => [x.reduce(f, 0)],
      };
    },
  };
}

const rowsum: KernelCase = {
  name: 'rowsum_f32',
  shapes: [0, 1].flatMap((accumulate) => [1, 3, 8, 29].map((n) => ({ m: 5, n, pad: 2, accumulate }))),
  flops: ({ m, n }) => m * n,
  make({ m, n, pad, accumulate }, workspace) {
    const x = workspace.numbers(m * (n + pad));
    const before = workspace.numbers(m);
    const buffer = workspace.input(x);
    const output = workspace.output(m, before);
    return {
      extent: m,
      run: (begin, end) => workspace.kernels.rowsum_f32(begin, end, n, buffer, n + pad, output.buffer, accumulate),
      output,
      oracle: () =>
        before.map((y, i) => x.slice(i * (n + pad), i * (n + pad) + n).reduce((a, b) => a + b, accumulate * y)),
    };
  },
};

const turns = [
  { samples: 1, pixels: 1, channels: 1, width: 1 },
  { samples: 5, pixels: 6, channels: 3, width: 16 },
  { samples: 4, pixels: 7, channels: 1, width: 4 },
  { samples: 8, pixels: 4, channels: 4, width: 32 },
  { samples: 6, pixels: 1, channels: 9, width: 6 },
  { samples: 1, pixels: 1, channels: 9, width: 1 },
  { samples: 1, pixels: 9, channels: 1, width: 1 },
  { samples: 1, pixels: 14, channels: 5, width: 1 },
  { samples: 1, pixels: 5, channels: 4, width: 16 },
  { samples: 15, pixels: 5, channels: 7, width: 16 },
  { samples: 21, pixels: 2, channels: 5, width: 32 },
];

/** `element` is what stands at a place of the output. */
const turning = (
  name: 'turn_f32' | 'unturn_f32',
  element: (x: Float32Array, sizes: Sizes, at: number) => number,
): KernelCase => ({
  name,
  shapes: turns,
  flops: () => 0,
  make(sizes, workspace) {
    const { samples, pixels, channels, width } = sizes;
    const [major, slab] = [samples * pixels * channels, channels * pixels * width];
    const [from, to] = name === 'turn_f32' ? [major, slab] : [slab, major];
    const x = workspace.numbers(from);
    const buffer = workspace.input(x);
    const output = workspace.output(to);
    return {
      extent: 1,
      run: () => workspace.kernels[name](samples, pixels, channels, width, buffer, output.buffer),
      output,
      oracle: () => Float64Array.from({ length: to }, (_, at) => element(x, sizes, at)),
    };
  },
});

const turn = turning('turn_f32', (x, { samples, pixels, channels, width }, at) => {
  const s = at % width;
  const p = Math.floor(at / width) % pixels;
  const c = Math.floor(at / (width * pixels));
  return s < samples ? x[(s * pixels + p) * channels + c] : 0;
});

const unturn = turning('unturn_f32', (x, { pixels, channels, width }, at) => {
  const c = at % channels;
  const p = Math.floor(at / channels) % pixels;
  return x[(c * pixels + p) * width + Math.floor(at / (channels * pixels))];
});

export const vector: readonly KernelCase[] = [
  elementwise(
    'axpy_f32',
    (kernels, begin, end, a, _, y) => kernels.axpy_f32(begin, end, alpha, a, y),
    (a, _, y) => y + alpha * a,
  ),
  elementwise(
    'scale_f32',
    (kernels, begin, end, a, _, y) => kernels.scale_f32(begin, end, alpha, a, y),
    (a) => alpha * a,
  ),
  elementwise(
    'add_f32',
    (kernels, begin, end, a, b, y) => kernels.add_f32(begin, end, a, b, y),
    (a, b) => a + b,
  ),
  elementwise(
    'multiply_f32',
    (kernels, begin, end, a, b, y) => kernels.multiply_f32(begin, end, a, b, y),
    (a, b) => a * b,
  ),
  rowsum,
  reduction('sumabs_f32', (sum, x) => sum + Math.abs(x)),
  reduction('sumsq_f32', (sum, x) => sum + x * x),
  reduction('count_nonzero_f32', (count, x) => count + Number(x !== 0)),
  reduction('count_nonfinite_f32', (count, x) => count + Number(!Number.isFinite(x)), Infinity),
  turn,
  unturn,
];
