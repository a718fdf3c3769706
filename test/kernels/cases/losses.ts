// Cases of the losses: values and slopes from the definitions, in f64, where a slope is checked by its own formula here and by
// finite differences in losses.test.ts. Columns n to width hold NaN: they must come out as 0.

import { none } from '../../../src/engine/index.ts';
import { softmax } from './activations.ts';
import type { KernelCase } from './case.ts';
import { together, uniforms } from './operands.ts';

export type Loss =
  | 'categorical_crossentropy_f32'
  | 'categorical_crossentropy_logits_f32'
  | 'sparse_categorical_crossentropy_f32'
  | 'sparse_categorical_crossentropy_logits_f32'
  | 'binary_crossentropy_f32'
  | 'binary_crossentropy_logits_f32'
  | 'mean_squared_error_f32'
  | 'mean_absolute_error_f32'
  | 'huber_f32';

const shapes = [
  { features: 1, n: 1, width: 1 },
  { features: 2, n: 3, width: 3 },
  { features: 10, n: 4, width: 4 },
  { features: 3, n: 5, width: 16 },
  { features: 10, n: 17, width: 32 },
  { features: 7, n: 33, width: 33 },
].flatMap((shape) => [
  { ...shape, slope: 1 },
  { ...shape, slope: 0 },
]);

const scale = 0.25;
/** Of Huber's loss. */
export const delta = 0.75;
const log1p = (e: number) => Math.log1p(e);

/** Of one sample: its loss, and the slope at feature i. */
export const definitions: Record<
  Loss,
  (t: readonly number[], x: readonly number[]) => [number, (i: number) => number]
> = {
  categorical_crossentropy_f32: (t, p) => [
    -t.reduce((sum, ti, i) => sum + ti * Math.log(p[i]), 0),
    (i) => -t[i] / p[i],
  ],
  categorical_crossentropy_logits_f32: (t, x) => {
    const y = softmax(x, x.length, 1);
    const weight = t.reduce((sum, ti) => sum + ti, 0);
    return [-t.reduce((sum, ti, i) => sum + ti * Math.log(y[i]), 0), (i) => weight * y[i] - t[i]];
  },
  sparse_categorical_crossentropy_f32: (t, p) => definitions.categorical_crossentropy_f32(t, p),
  sparse_categorical_crossentropy_logits_f32: (t, x) => definitions.categorical_crossentropy_logits_f32(t, x),
  binary_crossentropy_f32: (t, p) => [
    -t.reduce((sum, ti, i) => sum + ti * Math.log(p[i]) + (1 - ti) * Math.log(1 - p[i]), 0) / t.length,
    (i) => ((1 - t[i]) / (1 - p[i]) - t[i] / p[i]) / t.length,
  ],
  binary_crossentropy_logits_f32: (t, x) => [
    t.reduce((sum, ti, i) => sum + ti * log1p(Math.exp(-x[i])) + (1 - ti) * log1p(Math.exp(x[i])), 0) / t.length,
    (i) => (1 / (1 + Math.exp(-x[i])) - t[i]) / t.length,
  ],
  mean_squared_error_f32: (t, y) => [
    t.reduce((sum, ti, i) => sum + (y[i] - ti) ** 2, 0) / t.length,
    (i) => (2 * (y[i] - t[i])) / t.length,
  ],
  mean_absolute_error_f32: (t, y) => [
    t.reduce((sum, ti, i) => sum + Math.abs(y[i] - ti), 0) / t.length,
    (i) => Math.sign(y[i] - t[i]) / t.length,
  ],
  huber_f32: (t, y) => [
    t.reduce((sum, ti, i) => sum + huber(y[i] - ti), 0) / t.length,
    (i) => Math.max(-delta, Math.min(delta, y[i] - t[i])) / t.length,
  ],
};

const huber = (d: number) => (Math.abs(d) <= delta ? d ** 2 / 2 : delta * (Math.abs(d) - delta / 2));

function loss(name: Loss, tolerance: number): KernelCase {
  const probabilities = name.includes('crossentropy') && !name.includes('logits');
  const sparse = name.startsWith('sparse');
  return {
    name,
    tolerance,
    shapes,
    flops: ({ features, n }) => 4 * features * n,
    make({ features, n, width, slope }, workspace) {
      const valid = (at: number) => at % width < n;
      const numbers = uniforms(workspace, features * width);
      const x = numbers.map((v, at) => (!valid(at) ? Number.NaN : probabilities ? (v + 2.125) / 4.25 : 8 * v));
      const labels = Uint32Array.from({ length: width }, (_, j) => (j < n ? (j * 7) % features : 1e9));
      const soft = uniforms(workspace, features * width).map((v) => Math.abs(v));
      const t = soft.map((v, at) =>
        !valid(at) ? Number.NaN : sparse ? Number(labels[at % width] === Math.floor(at / width)) : at % 3 ? v : 0,
      );
      const target = sparse ? workspace.indices(labels) : workspace.input(t);
      const input = workspace.input(x);
      const losses = workspace.output(width);
      const dx = workspace.output(features * width);
      const to = slope ? dx.buffer : none;
      const column = (values: Float32Array, j: number) =>
        Array.from({ length: features }, (_, i) => values[i * width + j]);
      return {
        extent: 1,
        run: () =>
          name === 'huber_f32'
            ? workspace.kernels[name](features, n, width, target, input, scale, delta, losses.buffer, to)
            : workspace.kernels[name](features, n, width, target, input, scale, losses.buffer, to),
        output: slope ? together(losses, dx) : losses,
        oracle: () => {
          const result = new Float64Array(width + (slope ? features * width : 0));
          for (let j = 0; j < n; j++) {
            const [value, slopeAt] = definitions[name](column(t, j), column(x, j));
            result[j] = value;
            for (let i = 0; slope && i < features; i++) result[width + i * width + j] = scale * slopeAt(i);
          }
          return result;
        },
      };
    },
  };
}

export const losses: readonly KernelCase[] = [
  loss('categorical_crossentropy_f32', 4e-7),
  loss('categorical_crossentropy_logits_f32', 4e-7),
  loss('sparse_categorical_crossentropy_f32', 4e-7),
  loss('sparse_categorical_crossentropy_logits_f32', 4e-7),
  loss('binary_crossentropy_f32', 6e-7),
  loss('binary_crossentropy_logits_f32', 4e-7),
  loss('mean_squared_error_f32', 4e-7),
  loss('mean_absolute_error_f32', 4e-7),
  loss('huber_f32', 4e-7),
];
