// Cases of the LSTM's cell: samples in rows of any pitch, and one sample with its lanes over units; new state and kept gates read together.

import { none } from '../../../src/engine/index.ts';
import type { KernelCase, Sizes } from './case.ts';
import { together, uniforms } from './operands.ts';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const activations = [Math.tanh, (x: number) => Math.max(x, 0), (x: number) => x, sigmoid];
const recurrentActivations = [sigmoid, (x: number) => Math.min(Math.max(x / 6 + 0.5, 0), 1)];

const plain = { pad: 0, activation: 0, recurrent: 0, masked: 0, keep: 0, inPlace: 0 };
const shapes: Sizes[] = [
  ...[1, 3, 4, 5, 17, 128].map((units) => ({ ...plain, units, n: 1 })),
  ...[1, 2, 4, 7, 32].map((n) => ({ ...plain, units: 3, n, pad: 2, masked: 1, keep: 1 })),
  { ...plain, units: 6, n: 1, masked: 1, keep: 1 },
  { ...plain, units: 6, n: 1, masked: 2, inPlace: 1 },
  { ...plain, units: 4, n: 33, masked: 1, inPlace: 1 },
  ...[0, 1, 2, 3].flatMap((activation) =>
    [0, 1].map((recurrent) => ({ ...plain, units: 5, n: 6, activation, recurrent, keep: 1 })),
  ),
];

const cell: KernelCase = {
  name: 'lstm_cell_f32_masked',
  tolerance: 4e-7, // for tanh up to ±8, and σ taken as ½ + ½·tanh(x/2)
  shapes,
  flops: ({ units, n }) => 4 * units * n,
  make({ units, n, pad, activation, recurrent, masked, keep, inPlace }, workspace) {
    const [ldz, ld] = [n + pad, n + (pad >> 1)];
    const ldPrev = inPlace ? ld : ldz;
    const z = uniforms(workspace, 4 * units * ldz).map((x) => 8 * x);
    const [cPrev, hPrev] = [0, 1].map(() => uniforms(workspace, units * ldPrev));
    const mask = Float32Array.from({ length: n }, (_, s) => Number((s + masked) % 3 !== 1));
    const gates = workspace.output(z.length, z);
    const state = () => workspace.output(units * ld, new Float32Array(units * ld));
    const [c, h] = inPlace
      ? [workspace.output(cPrev.length, cPrev), workspace.output(hPrev.length, hPrev)]
      : [state(), state()];
    const before = inPlace ? [c.buffer, h.buffer] : [workspace.input(cPrev), workspace.input(hPrev)];
    const maskBuffer = masked ? workspace.input(mask) : none;
    const real = (s: number) => !masked || mask[s] !== 0;
    const oracle = () => {
      const [phi, sigma] = [activations[activation], recurrentActivations[recurrent]];
      const kept = Array.from(z, (x, at) => {
        const [row, s] = [Math.floor(at / ldz), at % ldz];
        return s >= n ? x : Math.floor(row / units) === 2 ? phi(x) : sigma(x);
      });
      const [after, out] = [new Float64Array(units * ld), new Float64Array(units * ld)];
      for (let j = 0; j < units; j++) {
        for (let s = 0; s < n; s++) {
          const [i, f, g, o] = [0, 1, 2, 3].map((gate) => kept[(gate * units + j) * ldz + s]);
          const previous = cPrev[j * ldPrev + s];
          after[j * ld + s] = real(s) ? f * previous + i * g : previous;
          out[j * ld + s] = real(s) ? o * phi(after[j * ld + s]) : hPrev[j * ldPrev + s];
        }
      }
      return [...after, ...out, ...(keep ? kept : [])];
    };
    return {
      extent: units,
      run: (begin, end) =>
        workspace.kernels.lstm_cell_f32_masked(
          begin,
          end,
          units,
          n,
          gates.buffer,
          ldz,
          maskBuffer,
          before[0],
          before[1],
          ldPrev,
          c.buffer,
          h.buffer,
          ld,
          activation,
          recurrent,
          keep,
        ), // prettier-ignore
      output: keep ? together(c, h, gates) : together(c, h),
      oracle,
    };
  },
};

const slopes = [(y: number) => 1 - y * y, (y: number) => (y > 0 ? 1 : 0), () => 1, (y: number) => y * (1 - y)];
const recurrentSlopes = [(y: number) => y * (1 - y), (y: number) => (y > 0 && y < 1 ? 1 / 6 : 0)];

const backward: KernelCase = {
  name: 'lstm_cell_backward_f32_masked',
  tolerance: 1e-6,
  shapes: [
    ...[1, 3, 4, 7, 32].flatMap((n) => [0, 1].map((masked) => ({ units: 3, n, pad: n % 3, masked, output: masked }))),
    ...[0, 1, 2, 3].flatMap((activation) =>
      [0, 1].map((recurrent) => ({ units: 2, n: 6, pad: 0, masked: 0, output: 1, activation, recurrent })),
    ),
    ...[0, 1].map((masked) => ({ units: 3, n: 6, pad: 0, masked, output: 0, faint: 1 })),
  ],
  flops: ({ units, n }) => 20 * units * n,
  make({ units, n, pad, masked, output, activation = 0, recurrent = 0, faint = 0 }, workspace) {
    const [phi, dPhi, dSigma] = [activations[activation], slopes[activation], recurrentSlopes[recurrent]];
    const [ldz, ldc, ldd, lddy, lddz] = [n + pad, n + 1, n + pad, n + 2, n + 3];
    const z = uniforms(workspace, 4 * units * ldz).map((x, at) => {
      const isCandidate = Math.floor(at / (units * ldz)) === 2;
      return isCandidate ? phi(2 * x) : Math.min(Math.max(0.5 + 0.6 * x, 0), 1);
    });
    const [cPrev, c] = [0, 1].map(() => uniforms(workspace, units * ldc));
    const dy = uniforms(workspace, units * lddy);
    const scale = faint ? 2 ** -103 : 1;
    const [dh, dc] = [0, 1].map(() => uniforms(workspace, units * ldd).map((x) => scale * x));
    const mask = Float32Array.from({ length: n }, (_, s) => Number(s % 3 !== 1));
    const before = new Float32Array(4 * units * lddz).fill(7);
    const [dzs, dhs, dcs] = [before, dh, dc].map((each) => workspace.output(each.length, each));
    const [gates, maskBuffer, cPrevs, cs] = [
      workspace.input(z),
      masked ? workspace.input(mask) : none,
      workspace.input(cPrev),
      workspace.input(c),
    ];
    const dys = output ? workspace.input(dy) : none;
    return {
      extent: units,
      run: (begin, end) =>
        workspace.kernels.lstm_cell_backward_f32_masked(
          begin,
          end,
          units,
          n,
          gates,
          ldz,
          maskBuffer,
          cPrevs,
          cs,
          ldc,
          dys,
          lddy,
          dhs.buffer,
          dcs.buffer,
          ldd,
          dzs.buffer,
          lddz,
          activation,
          recurrent,
        ),
      output: together(dzs, dhs, dcs),
      oracle: () => {
        const [dz, dhAfter, dcAfter] = [before, dh, dc].map((each) => Float64Array.from(each));
        for (let j = 0; j < units; j++) {
          for (let s = 0; s < n; s++) {
            const at = j * ldd + s;
            const place = (gate: number) => (gate * units + j) * ldz + s;
            const [i, f, g, o] = [0, 1, 2, 3].map((gate) => z[place(gate)]);
            const real = !masked || mask[s] !== 0;
            const dOut = dh[at] + (output ? dy[j * lddy + s] : 0);
            const out = phi(c[j * ldc + s]);
            const dCell = dc[at] + dOut * o * dPhi(out);
            const gradients = [
              dCell * g * dSigma(i),
              dCell * cPrev[j * ldc + s] * dSigma(f),
              dCell * i * dPhi(g),
              dOut * out * dSigma(o),
            ];
            for (const [gate, gradient] of gradients.entries())
              dz[(gate * units + j) * lddz + s] = real && !faint ? gradient : 0;
            if (real) dcAfter[at] = faint ? 0 : dCell * f;
            dhAfter[at] = real ? 0 : dOut;
          }
        }
        return [...dz, ...dhAfter, ...dcAfter];
      },
    };
  },
};

export const lstm: readonly KernelCase[] = [cell, backward];
