// A transposed convolution by phases. Along one axis, with stride s and taps w[0 … k), all that is reached is
//
//   full[u] = Σ_i x[i]·w[u − i·s],   u = p + s·j  →  full[p + s·j] = Σ_m x[j − m]·w[p + s·m],   m < T = ⌈(k − p) / s⌉
//
// so phase p is a plain convolution of x with the taps p, p + s, …, last one first, and the output is full[before + o].

import type { ArrayDescription } from '../format/index.ts';
import type { Sides, Window } from '../ops/index.ts';
import { Weights } from './weights.ts';

/** One phase: the pixels of the output whose place in all that is reached leaves `remainder`. */
export interface Phase {
  readonly remainder: Sides;
  /** What its convolution looks through. */
  readonly window: Window;
  /** Its first pixel that is wanted, where that stands in the output, and how many there are. */
  readonly from: Sides;
  readonly to: Sides;
  readonly count: Sides;
}

interface Axis {
  readonly remainder: number;
  /** 1 where the phase has no taps: that one is 0. */
  readonly taps: number;
  readonly before: number;
  readonly padded: number;
  readonly outputs: number;
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** The phases of a transposed convolution; `window` is of the convolution that it is the way back of. */
export function phasesOf(window: Window): Phase[] {
  const [down, across] = [axisPhases(window, 0), axisPhases(window, 1)];
  return down.flatMap((r) =>
    across.map((q): Phase => {
      const both = (field: keyof Axis): Sides => [r[field], q[field]];
      const size = both('taps');
      return {
        remainder: both('remainder'),
        window: {
          input: window.output,
          before: both('before'),
          padded: both('padded'),
          output: both('outputs'),
          size,
          strides: [1, 1],
          dilation: window.dilation,
        },
        from: both('from'),
        to: both('to'),
        count: both('count'),
      };
    }),
  );
}

function axisPhases({ input, output, size, strides, dilation, before }: Window, i: 0 | 1): Axis[] {
  const [length, wanted, k, s, d, cut] = [output[i], input[i], size[i], strides[i], dilation[i], before[i]];
  const phases: Axis[] = [];
  for (let p = 0; p < s; p++) {
    const taps = Math.max(1, Math.ceil((k - p) / s));
    const first = Math.ceil((cut - p) / s);
    const count = Math.floor((cut + wanted - 1 - p) / s) - first + 1;
    if (count < 1) continue;
    const reach = (taps - 1) * d;
    const zeros = Math.max(0, reach - first);
    const from = Math.max(0, first - reach);
    const outputs = Math.max(from + count, zeros + length - reach);
    const to = p + s * first - cut;
    phases.push({ remainder: p, taps, before: zeros, padded: outputs + reach, outputs, from, to, count });
  }
  return phases;
}

/** A phase's weights of a kernel that is stored as [out, in, row, column]. */
export function phaseWeights(
  { shape, data, mask }: ArrayDescription,
  bias: Float32Array | undefined,
  { remainder, window: { size } }: Phase,
  strides: Sides,
): Weights {
  const [rows, columns, filters, channels] = shape;
  const values = new Float32Array(filters * channels * size[0] * size[1]);
  let place = 0;
  for (let pair = 0; pair < filters * channels; pair++) {
    for (let i = size[0] - 1; i >= 0; i--) {
      for (let j = size[1] - 1; j >= 0; j--, place++) {
        const [row, column] = [remainder[0] + i * strides[0], remainder[1] + j * strides[1]];
        if (row >= rows || column >= columns) continue;
        const at = (pair * rows + row) * columns + column;
        values[place] = mask && !mask[at] ? 0 : data[at];
      }
    }
  }
  return new Weights({ shape: [...size, channels, filters], axes: [3, 2, 0, 1], data: values }, bias);
}
