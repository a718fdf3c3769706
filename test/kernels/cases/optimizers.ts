// Cases of the update rules, one step from moments that are not zero, by the formulas of Keras 3.

import type { Buffer, Kernels } from '../../../src/engine/index.ts';
import { none } from '../../../src/engine/index.ts';
import type { KernelCase, Sizes } from './case.ts';
import { together, uniforms } from './operands.ts';

const lengths = [0, 1, 3, 4, 5, 17, 33];

/** A step on state arrays, the weights first; moments that must not be negative are squared. */
function rule(
  name: KernelCase['name'],
  modes: readonly Sizes[],
  state: readonly ('signed' | 'positive')[],
  run: (kernels: Kernels, begin: number, end: number, g: Buffer, state: readonly Buffer[], mode: Sizes) => void,
  step: (g: number, state: readonly number[], mode: Sizes) => readonly number[],
): KernelCase {
  return {
    name,
    tolerance: 4e-7,
    shapes: modes.flatMap((mode) => lengths.map((length) => ({ ...mode, length }))),
    flops: ({ length }) => 4 * state.length * length,
    make(mode, workspace) {
      const { length } = mode;
      const g = uniforms(workspace, length);
      const before = state.map((sign) => uniforms(workspace, length).map((v) => (sign === 'positive' ? 1 + v * v : v)));
      const gradient = workspace.input(g);
      const outputs = before.map((values) => workspace.output(length, values));
      const buffers = outputs.map(({ buffer }) => buffer);
      return {
        extent: length,
        run: (begin, end) => run(workspace.kernels, begin, end, gradient, buffers, mode),
        output: together(...outputs),
        oracle: () => {
          const after = Array.from(g, (gi, i) =>
            step(
              gi,
              before.map((values) => values[i]),
              mode,
            ),
          ); // prettier-ignore
          return state.flatMap((_, which) => after.map((values) => values[which]));
        },
      };
    },
  };
}

const lr = 0.03;

const sgd = rule(
  'sgd_f32',
  [
    { momentum: 0, nesterov: 0 },
    { momentum: 0.9, nesterov: 0 },
    { momentum: 0.8, nesterov: 1 },
  ],
  ['signed', 'signed'],
  (kernels, begin, end, g, [w, v], { momentum, nesterov }) =>
    kernels.sgd_f32(begin, end, lr, momentum, nesterov, w, g, momentum ? v : none),
  (g, [w, v], { momentum, nesterov }) => {
    if (!momentum) return [w - lr * g, v];
    const velocity = momentum * v - lr * g;
    return [nesterov ? w + momentum * velocity - lr * g : w + velocity, velocity];
  },
);

const [rho, epsilon] = [0.9, 0.125]; // large, so that its place in the formula shows

const rmsprop = rule(
  'rmsprop_f32',
  [
    { momentum: 0, centered: 0 },
    { momentum: 0.9, centered: 0 },
    { momentum: 0.5, centered: 1 },
  ],
  ['signed', 'positive', 'signed', 'signed'],
  (kernels, begin, end, g, [w, ms, mom, average], { momentum, centered }) =>
    kernels.rmsprop_f32(
      begin,
      end,
      lr,
      rho,
      momentum,
      epsilon,
      w,
      g,
      ms,
      momentum ? mom : none,
      centered ? average : none,
    ), // prettier-ignore
  (g, [w, ms, mom, average], { momentum, centered }) => {
    const square = rho * ms + (1 - rho) * g * g;
    const mean = centered ? rho * average + (1 - rho) * g : average;
    const step = (lr * g) / Math.sqrt(square - (centered ? mean * mean : 0) + epsilon);
    const heavy = momentum ? momentum * mom + step : mom;
    return [w - (momentum ? heavy : step), square, heavy, mean];
  },
);

const adam = rule(
  'adam_f32',
  [{ t: 1 }, { t: 7 }],
  ['signed', 'signed', 'positive'],
  (kernels, begin, end, g, [w, m, v], { t }) =>
    kernels.adam_f32(begin, end, lr, 0.9, 0.999, epsilon, 1 - 0.9 ** t, 1 - 0.999 ** t, w, g, m, v),
  (g, [w, m, v], { t }) => {
    const first = m + (g - m) * (1 - 0.9);
    const second = v + (g * g - v) * (1 - 0.999);
    const alpha = (lr * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
    return [w - (alpha * first) / (Math.sqrt(second) + epsilon), first, second];
  },
);

const l1 = 0.0625;

const l1Gradient = rule(
  'l1_gradient_f32',
  [{ zeros: 1 }],
  ['signed'],
  (kernels, begin, end, w, [g]) => kernels.l1_gradient_f32(begin, end, l1, w, g),
  (w, [g]) => [g + l1 * Math.sign(w)],
);

const softThreshold = rule(
  'soft_threshold_f32',
  [{ threshold: 0.25 }, { threshold: 0 }],
  ['signed'],
  (kernels, begin, end, x, [y], { threshold }) => kernels.soft_threshold_f32(begin, end, threshold, x, y),
  (x, _, { threshold }) => [Math.sign(x) * Math.max(Math.abs(x) - threshold, 0)],
);

export const optimizers: readonly KernelCase[] = [sgd, rmsprop, adam, l1Gradient, softThreshold];
