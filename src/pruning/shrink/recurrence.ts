// An LSTM's units as rows of a matrix. Unit j reads input i where any of its four gates does, and unit i where any of its gates reads it:
//
//   nonzero[j·k + i]       kernel[i, g·u + j] ≠ 0 for a gate g              recurrent[j·u + i]   the same of the recurrent kernel
//
// A state that begins at 0 stays 0 where the candidate is always f(0) = 0: c ← i_f·0 + i_i·0, h = i_o·f(0). The other gates do not matter.

import type { Layer } from '../../layers/index.ts';
import type { Parameter } from '../../tensor/index.ts';
import type { Matrix } from './kinds.ts';
import { parameterOf } from './kinds.ts';

/** What the units of an LSTM read beside its inputs. */
export interface Recurrence {
  /** Whether unit j reads unit i, at j·u + i. */
  readonly recurrent: Uint8Array;
  /** Whether the candidate of unit j reads input i, at j·k + i, or unit i, at j·u + i; and whether it has a bias. */
  readonly candidate: { readonly inputs: Uint8Array; readonly units: Uint8Array; readonly bias: Uint8Array };
}

const gates = 4;
const candidateGate = 2;

/** The matrix of an LSTM's units. */
export function unitsOf(layer: Layer): Matrix {
  const kernel = parameterOf(layer, 'kernel') as Parameter;
  const [k, columns] = kernel.shape;
  const u = columns / gates;
  const recurrentKernel = parameterOf(layer, 'recurrentKernel') as Parameter;
  const bias = parameterOf(layer, 'bias')?.values.view.slice();
  const inputs = readers(kernel, u, k);
  const units = readers(recurrentKernel, u, u);
  return {
    m: u,
    k,
    nonzero: inputs.any,
    sums: new Float64Array(u * k),
    bias,
    activation: (layer.config().activation as Matrix['activation'] | undefined) ?? 'tanh',
    recurrence: {
      recurrent: units.any,
      candidate: {
        inputs: inputs.candidate,
        units: units.candidate,
        bias: Uint8Array.from({ length: u }, (_, j) => (bias && bias[candidateGate * u + j] !== 0 ? 1 : 0)),
      },
    },
  };
}

/** Which of n inputs each of u units reads, by any gate and by the candidate; storage is [4u, n]. */
function readers({ values }: Parameter, u: number, n: number): { any: Uint8Array; candidate: Uint8Array } {
  const any = new Uint8Array(u * n);
  const candidate = new Uint8Array(u * n);
  const weights = values.view;
  for (let row = 0; row < gates * u; row++) {
    for (let i = 0; i < n; i++) {
      if (weights[row * n + i] === 0) continue;
      any[(row % u) * n + i] = 1;
      if (Math.floor(row / u) === candidateGate) candidate[(row % u) * n + i] = 1;
    }
  }
  return { any, candidate };
}

/** Units whose state is 0 for ever, given which inputs are: the most that are consistent with one another. */
export function silentUnits({ m, k, recurrence }: Matrix, isZero: (input: number) => boolean): Uint8Array {
  const { inputs, units, bias } = (recurrence as Recurrence).candidate;
  const silent = new Uint8Array(m).fill(1);
  for (let changed = true; changed; ) {
    changed = false;
    for (let j = 0; j < m; j++) {
      if (!silent[j]) continue;
      let speaks = bias[j] === 1;
      for (let i = 0; i < k && !speaks; i++) speaks = inputs[j * k + i] === 1 && !isZero(i);
      for (let i = 0; i < m && !speaks; i++) speaks = units[j * m + i] === 1 && !silent[i];
      if (speaks) {
        silent[j] = 0;
        changed = true;
      }
    }
  }
  return silent;
}
