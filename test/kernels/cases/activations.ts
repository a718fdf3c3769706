// Cases of assembly/nn's activations, softmax and bias. y of a backward pass is any number: the formulas hold for all.

import { type Buffer, type Kernels, none } from '../../../src/engine/index.ts';
import type { KernelCase } from './case.ts';
import { uniforms } from './operands.ts';

const lengths = [0, 1, 3, 4, 5, 17, 33].map((length) => ({ length }));
type Activation = 'relu' | 'leaky_relu' | 'elu' | 'sigmoid' | 'tanh' | 'softplus' | 'silu' | 'gelu';
type Unary = `${Activation | 'exp' | 'log'}_f32`;
type Backward = `${Activation}_backward_f32`;

const [slope, alpha] = [0.125, 1.5];

/** The kernels, those of a slope with it given. */
const sloped = (kernels: Kernels) => ({
  ...kernels,
  leaky_relu_f32: (begin: number, end: number, x: Buffer, y: Buffer) => kernels.leaky_relu_f32(begin, end, slope, x, y),
  leaky_relu_backward_f32: (begin: number, end: number, y: Buffer, dy: Buffer, dx: Buffer) =>
    kernels.leaky_relu_backward_f32(begin, end, slope, y, dy, dx),
  elu_f32: (begin: number, end: number, x: Buffer, y: Buffer) => kernels.elu_f32(begin, end, alpha, x, y),
  elu_backward_f32: (begin: number, end: number, y: Buffer, dy: Buffer, dx: Buffer) =>
    kernels.elu_backward_f32(begin, end, alpha, y, dy, dx),
});

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

function unary(name: Unary, f: (x: number) => number, tolerance: number, from = (x: number) => 20 * x): KernelCase {
  return {
    name,
    tolerance,
    shapes: lengths,
    flops: ({ length }) => length,
    make({ length }, workspace) {
      const x = uniforms(workspace, length).map(from);
      const input = workspace.input(x);
      const output = workspace.output(length);
      const kernel = sloped(workspace.kernels)[name];
      return {
        extent: length,
        run: (begin, end) => kernel(begin, end, input, output.buffer),
        output,
        oracle: () => Array.from(x, f),
      };
    },
  };
}

function backward(
  name: Backward,
  slope: (y: number) => number,
  tolerance: number,
  from = (y: number) => y,
): KernelCase {
  return {
    name,
    tolerance,
    shapes: lengths,
    flops: ({ length }) => 2 * length,
    make({ length }, workspace) {
      const [y, dy] = [uniforms(workspace, length).map(from), uniforms(workspace, length)];
      const [yBuffer, dyBuffer] = [workspace.input(y), workspace.input(dy)];
      const output = workspace.output(length);
      const kernel = sloped(workspace.kernels)[name];
      return {
        extent: length,
        run: (begin, end) => kernel(begin, end, yBuffer, dyBuffer, output.buffer),
        output,
        oracle: () => Array.from(dy, (g, i) => g * slope(y[i])),
      };
    },
  };
}

/** Φ(x), by Marsaglia's series (2004). */
function normal(x: number): number {
  let [sum, term] = [x, x];
  for (let k = 3; Math.abs(term) > 1e-17; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + sum * density(x);
}

const density = (x: number) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);

const panels = [1, 2, 3, 4, 5, 17, 33].flatMap((n) => [1, 2, 3, 10, 33].map((features) => ({ features, n })));

/** Softmax of every column in f64. */
export function softmax(x: ArrayLike<number>, features: number, n: number): Float64Array {
  const y = new Float64Array(features * n);
  for (let j = 0; j < n; j++) {
    let largest = -Infinity;
    for (let i = 0; i < features; i++) largest = Math.max(largest, x[i * n + j]);
    let total = 0;
    for (let i = 0; i < features; i++) total += Math.exp(x[i * n + j] - largest);
    for (let i = 0; i < features; i++) y[i * n + j] = Math.exp(x[i * n + j] - largest) / total;
  }
  return y;
}

const softmaxForward: KernelCase = {
  name: 'softmax_f32',
  tolerance: 1e-6,
  shapes: panels,
  flops: ({ features, n }) => 4 * features * n,
  make({ features, n }, workspace) {
    const x = uniforms(workspace, features * n).map((v) => 30 * v);
    const input = workspace.input(x);
    const output = workspace.output(features * n);
    return {
      extent: n,
      run: (begin, end) => workspace.kernels.softmax_f32(begin, end, features, n, input, output.buffer),
      output,
      oracle: () => softmax(x, features, n),
    };
  },
};

const softmaxBackward: KernelCase = {
  name: 'softmax_backward_f32',
  tolerance: 2e-6,
  shapes: panels,
  flops: ({ features, n }) => 4 * features * n,
  make({ features, n }, workspace) {
    const y = Float32Array.from(softmax(uniforms(workspace, features * n), features, n));
    const dy = uniforms(workspace, features * n);
    const [yBuffer, dyBuffer] = [workspace.input(y), workspace.input(dy)];
    const output = workspace.output(features * n);
    return {
      extent: n,
      run: (begin, end) =>
        workspace.kernels.softmax_backward_f32(begin, end, features, n, yBuffer, dyBuffer, output.buffer),
      output,
      // The Jacobian itself, ∂y[i]/∂x[k] = y[i]·(δ − y[k]), times dy.
      oracle: () =>
        Float64Array.from({ length: features * n }, (_, at) => {
          const [k, j] = [Math.floor(at / n), at % n];
          let sum = 0;
          for (let i = 0; i < features; i++) sum += dy[i * n + j] * y[i * n + j] * ((i === k ? 1 : 0) - y[k * n + j]);
          return sum;
        }),
    };
  },
};

const bias: KernelCase = {
  name: 'bias_f32',
  tolerance: 1e-7,
  shapes: [0, 1, 3, 4, 5, 17, 33].flatMap((n) => [
    { rows: 3, n, pad: 0, biased: 1, relu: 0 },
    { rows: 5, n, pad: 3, biased: 1, relu: 1 },
    { rows: 2, n, pad: 1, biased: 0, relu: 1 },
  ]),
  flops: ({ rows, n }) => rows * n,
  make({ rows, n, pad, biased, relu }, workspace) {
    const pitch = n + pad;
    const [x, b] = [uniforms(workspace, rows * pitch), uniforms(workspace, rows)];
    const buffer = biased ? workspace.input(b) : none;
    const lower = relu ? 0 : -Infinity;
    const output = workspace.output(rows * pitch, x);
    return {
      extent: rows,
      run: (begin, end) => workspace.kernels.bias_f32(begin, end, n, buffer, lower, output.buffer, pitch),
      output,
      oracle: () =>
        Array.from(x, (v, at) => (at % pitch < n ? Math.max(v + (biased ? b[Math.floor(at / pitch)] : 0), lower) : v)),
    };
  },
};

export const activations: readonly KernelCase[] = [
  unary('relu_f32', (x) => Math.max(x, 0), 0),
  backward('relu_backward_f32', (y) => (y > 0 ? 1 : 0), 0),
  unary(
    'leaky_relu_f32',
    (x) => (x > 0 ? x : slope * x),
    0,
    (x) => x,
  ),
  backward('leaky_relu_backward_f32', (y) => (y > 0 ? 1 : slope), 0),
  unary('sigmoid_f32', sigmoid, 3e-7),
  backward('sigmoid_backward_f32', (y) => y * (1 - y), 3e-7),
  unary('tanh_f32', Math.tanh, 3e-7, (x) => 5 * x),
  backward('tanh_backward_f32', (y) => 1 - y * y, 3e-7),
  unary('exp_f32', Math.exp, 1.2e-7),
  unary('log_f32', Math.log, 1.2e-7, (x) => Math.abs(x) + 2 ** -20),
  unary(
    'elu_f32',
    (x) => (x > 0 ? x : alpha * Math.expm1(x)),
    1.5e-7,
    (x) => 9 * x,
  ),
  backward('elu_backward_f32', (y) => (y > 0 ? 1 : y + alpha), 2e-7),
  unary('softplus_f32', (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), 3e-7),
  backward('softplus_backward_f32', sigmoid, 3e-7, (x) => 9 * x),
  unary('silu_f32', (x) => x * sigmoid(x), 3e-7),
  backward(
    'silu_backward_f32',
    (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))),
    5e-7,
    (x) => 9 * x,
  ),
  unary(
    'gelu_f32',
    (x) => x * normal(x),
    3e-7,
    (x) => 6 * x + 3,
  ),
  backward(
    'gelu_backward_f32',
    (x) => normal(x) + x * density(x),
    1e-6,
    (x) => 6 * x,
  ),
  softmaxForward,
  softmaxBackward,
  bias,
];
