// Cases of batch normalization, over slabs with padding columns of NaN.

import { none } from '../../../src/engine/index.ts';
import type { KernelCase, Sizes } from './case.ts';
import { sums, together, uniforms } from './operands.ts';
import type { Workspace } from './workspace.ts';

const shapes = [
  { channels: 1, pixels: 1, n: 1, width: 1, affine: 1 },
  { channels: 3, pixels: 4, n: 3, width: 3, affine: 0 },
  { channels: 2, pixels: 5, n: 5, width: 16, affine: 1 },
  { channels: 4, pixels: 3, n: 17, width: 32, affine: 0 },
  { channels: 2, pixels: 9, n: 32, width: 32, affine: 1 },
];
const maskable = [0, 1].flatMap((masked) => shapes.map((shape) => ({ ...shape, masked })));
const epsilon = 1e-3;
const flops = ({ channels, pixels, width }: Sizes) => 3 * channels * pixels * width;

/** A slab with NaN in its padding, a channel's offset among its numbers, and parameters of the channels. */
function slab(shape: Sizes, workspace: Workspace) {
  const { channels, pixels, n, width, affine, masked = 0 } = shape;
  const pitch = pixels * width + 3;
  const valid = (at: number) => at % pitch < pixels * width && (at % pitch) % width < n;
  const mask = Float32Array.from({ length: pixels * width }, (_, at) => Number(at % 3 !== 1));
  const real = (at: number) => !masked || mask[at % pitch] === 1;
  const numbers = () => uniforms(workspace, channels * pitch).map((v, at) => (valid(at) ? v : Number.NaN));
  const [x, dy] = [numbers(), numbers()].map((values) => values.map((v, at) => v + Math.floor(at / pitch)));
  const [mean, gamma, beta] = [0, 1, 2].map(() => uniforms(workspace, channels));
  const variance = uniforms(workspace, channels).map((v) => v * v);
  const optional = (values: Float32Array) => (affine ? workspace.input(values) : none);
  const input = workspace.input(x);
  return {
    ...{ channels, pixels, n, width, affine, pitch, x, dy, mean, variance, gamma, beta },
    /** As kernels that sum over it take it. */
    place: [pixels, n, width, input, pitch] as const,
    to: {
      x: input,
      dy: workspace.input(dy),
      mean: workspace.input(mean),
      variance: workspace.input(variance),
      gamma: optional(gamma),
      beta: optional(beta),
      mask: masked ? workspace.input(mask) : none,
    },
    /** Σ over the samples of channel c. */
    total: (c: number, term: (at: number) => number) => {
      let sum = 0;
      for (let at = c * pitch; at < (c + 1) * pitch; at++) if (valid(at)) sum += term(at);
      return sum;
    },
    valid,
    real,
    scale: (c: number) => (affine ? gamma[c] : 1) / Math.sqrt(variance[c] + epsilon),
  };
}

const perChannel = <T>(channels: number, f: (c: number) => T) => Array.from({ length: channels }, (_, c) => f(c));

const sum: KernelCase = {
  name: 'batch_norm_sum_f32',
  tolerance: 1e-6,
  shapes: maskable,
  flops,
  make(shape, workspace) {
    const s = slab(shape, workspace);
    const before = Float64Array.from(s.mean);
    const output = sums(workspace, before);
    return {
      extent: s.channels,
      run: (begin, end) => workspace.kernels.batch_norm_sum_f32(begin, end, ...s.place, output.buffer, s.to.mask),
      output,
      oracle: () => perChannel(s.channels, (c) => before[c] + s.total(c, (at) => (s.real(at) ? s.x[at] : 0))),
    };
  },
};

const squares: KernelCase = {
  name: 'batch_norm_squares_f32',
  tolerance: 1e-6,
  shapes: maskable,
  flops,
  make(shape, workspace) {
    const s = slab(shape, workspace);
    const before = Float64Array.from(s.beta);
    const output = sums(workspace, before);
    return {
      extent: s.channels,
      run: (begin, end) =>
        workspace.kernels.batch_norm_squares_f32(begin, end, ...s.place, s.to.mean, output.buffer, s.to.mask),
      output,
      oracle: () =>
        perChannel(s.channels, (c) => before[c] + s.total(c, (at) => (s.real(at) ? (s.x[at] - s.mean[c]) ** 2 : 0))),
    };
  },
};

const moment: KernelCase = {
  name: 'batch_norm_moment_f32',
  tolerance: 1e-7,
  shapes,
  flops: ({ channels }) => channels,
  make({ channels }, workspace) {
    const values = Float64Array.from(uniforms(workspace, channels));
    const input = sums(workspace, values);
    const output = workspace.output(channels);
    return {
      extent: channels,
      run: (begin, end) => workspace.kernels.batch_norm_moment_f32(begin, end, 7, input.buffer, output.buffer),
      output,
      oracle: () => values.map((v) => v / 7),
    };
  },
};

const forward: KernelCase = {
  name: 'batch_norm_f32',
  tolerance: 4e-7,
  shapes,
  flops,
  make(shape, workspace) {
    const s = slab({ ...shape, n: shape.width }, workspace);
    const length = s.pixels * s.width;
    const output = workspace.output(s.channels * length);
    return {
      extent: s.channels,
      run: (begin, end) =>
        workspace.kernels.batch_norm_f32(
          begin,
          end,
          length,
          epsilon,
          s.to.x,
          s.pitch,
          s.to.mean,
          s.to.variance,
          s.to.gamma,
          s.to.beta,
          output.buffer,
          length,
        ),
      output,
      oracle: () =>
        Array.from({ length: s.channels * length }, (_, at) => {
          const c = Math.floor(at / length);
          return (s.x[c * s.pitch + (at % length)] - s.mean[c]) * s.scale(c) + (s.affine ? s.beta[c] : 0);
        }),
    };
  },
};

const backwardSums: KernelCase = {
  name: 'batch_norm_backward_sums_f32',
  tolerance: 1e-6,
  shapes,
  flops,
  make(shape, workspace) {
    const s = slab(shape, workspace);
    const before = Float64Array.from(uniforms(workspace, 2 * s.channels));
    const output = sums(workspace, before);
    return {
      extent: s.channels,
      run: (begin, end) =>
        workspace.kernels.batch_norm_backward_sums_f32(
          begin,
          end,
          ...s.place,
          s.to.mean,
          s.to.dy,
          s.pitch,
          output.buffer,
        ),
      output,
      oracle: () =>
        perChannel(s.channels, (c) => [
          before[2 * c] + s.total(c, (at) => s.dy[at]),
          before[2 * c + 1] + s.total(c, (at) => s.dy[at] * (s.x[at] - s.mean[c])),
        ]).flat(),
    };
  },
};

const gradients: KernelCase = {
  name: 'batch_norm_gradients_f32',
  tolerance: 2e-7,
  shapes: [
    { channels: 3, accumulate: 0 },
    { channels: 5, accumulate: 1 },
  ],
  flops: ({ channels }) => 2 * channels,
  make({ channels, accumulate }, workspace) {
    const values = Float64Array.from(uniforms(workspace, 2 * channels));
    const variance = uniforms(workspace, channels).map((v) => v * v);
    const [dgamma, dbeta] = [uniforms(workspace, channels), uniforms(workspace, channels)];
    const [input, spread] = [sums(workspace, values), workspace.input(variance)];
    const [a, b] = [workspace.output(channels, dgamma), workspace.output(channels, dbeta)];
    return {
      extent: channels,
      run: (begin, end) =>
        workspace.kernels.batch_norm_gradients_f32(
          begin,
          end,
          epsilon,
          spread,
          input.buffer,
          a.buffer,
          b.buffer,
          accumulate,
        ),
      output: together(a, b),
      oracle: () => [
        ...perChannel(channels, (c) => values[2 * c + 1] / Math.sqrt(variance[c] + epsilon) + accumulate * dgamma[c]),
        ...perChannel(channels, (c) => values[2 * c] + accumulate * dbeta[c]),
      ],
    };
  },
};

const backward: KernelCase = {
  name: 'batch_norm_backward_f32',
  tolerance: 1e-6,
  shapes: [1, 0].flatMap((training) => maskable.map((shape) => ({ ...shape, training }))),
  flops,
  make(shape, workspace) {
    const s = slab(shape, workspace);
    const count = 3 * s.pixels * s.n; // as if there were two more slabs like this one
    const values = Float64Array.from(uniforms(workspace, 2 * s.channels));
    const input = shape.training ? sums(workspace, values).buffer : none;
    const length = s.pixels * s.width;
    const output = workspace.output(s.channels * length);
    return {
      extent: s.channels,
      run: (begin, end) =>
        workspace.kernels.batch_norm_backward_f32(
          begin,
          end,
          s.pixels,
          s.n,
          s.width,
          count,
          epsilon,
          s.to.x,
          s.pitch,
          s.to.mean,
          s.to.variance,
          s.to.gamma,
          input,
          s.to.dy,
          s.pitch,
          output.buffer,
          length,
          s.to.mask,
        ),
      output,
      oracle: () =>
        Array.from({ length: s.channels * length }, (_, place) => {
          const c = Math.floor(place / length);
          const at = c * s.pitch + (place % length);
          if (!s.valid(at)) return 0;
          const tilt = values[2 * c + 1] / (s.variance[c] + epsilon);
          const off = shape.training && s.real(at) ? (values[2 * c] + (s.x[at] - s.mean[c]) * tilt) / count : 0;
          return (s.dy[at] - off) * s.scale(c);
        }),
    };
  },
};

export const normalization: readonly KernelCase[] = [sum, squares, moment, forward, backwardSums, gradients, backward];
