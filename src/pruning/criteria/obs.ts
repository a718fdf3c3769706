// Optimal brain surgeon, layer by layer. The output Y = X·W of a layer changes least, in squares over the data, when
//
//   H = Xᵀ·X / rows + λI,   score of w_j = w_j² / [H_S⁻¹]_jj,   S the weights of that output that are left;
//   and of the weights S that stay once the others are gone, the best are  w_S = H_S⁻¹·(H·w)_S.
//
// H is [in, in], the same for all outputs. in³ flops for the scores of a layer without a mask; for a masked one, and for the update,
// |S|³/3 for each output.

import { checkKnown, checkNumber, type NdArray } from '../../tensor/index.ts';
import { type KernelMatrix, outputsOf } from './by-output.ts';
import { type Criterion, criterion } from './criterion.ts';
import { cholesky, inverseDiagonal, solve, submatrix } from './symmetric.ts';

/** Options of {@link obs}. */
export interface ObsOptions {
  /** λ as a share of the mean of H's diagonal, above 0; default 0.01, as the papers have it. */
  damping?: number;
  /** Whether what stays is set to its best values, given what goes; default true. */
  update?: boolean;
}

/**
 * What the layer's outputs lose, in squares, when w goes and the others make up for it. With several `iterations` of `prune` the scores
 * are those of what is left, as in the greedy OBC; the update is the exact least-squares solution, which SparseGPT approximates.
 * (Hassibi and Stork 1993; layer by layer: Dong, Chen, Pan 2017; OBC: Frantar and Alistarh 2022; SparseGPT: the same, 2023)
 * @throws {RangeError} on a damping of 0 or less.
 */
export function obs(options: ObsOptions = {}): Criterion {
  checkKnown('obs', options, ['damping', 'update']);
  const { damping = 0.01, update = true } = options;
  checkNumber('obs', { damping }, 'a finite number above 0');
  return criterion({
    needs: ['inputs'],
    score({ values, mask, inputs, parameter }) {
      const h = hessian(inputs, damping);
      const n = inputs.shape[1];
      const { count, place } = outputsOf(parameter);
      const shared = mask ? undefined : inverseDiagonal(cholesky(h, n), n);
      const scores = new Float64Array(values.length);
      for (let o = 0; o < count; o++) {
        const left = positions(n, (i) => !mask || mask[place(i, o)] === 1);
        const diagonal = shared ?? inverseDiagonal(cholesky(submatrix(h, n, left), left.length), left.length);
        left.forEach((i, at) => {
          const w = values[place(i, o)];
          scores[place(i, o)] = (w * w) / diagonal[at];
        });
      }
      return scores;
    },
    update: update
      ? ({ values, inputs, parameter }, mask) =>
          leastSquares(hessian(inputs, damping), outputsOf(parameter), values, mask)
      : undefined,
  });
}

/** For each output the kept weights that come nearest to what all weights gave. */
function leastSquares(
  h: Float64Array,
  { count, place }: KernelMatrix,
  values: Float32Array,
  mask: Float32Array,
): Float64Array {
  const n = values.length / count;
  const solved = Float64Array.from(values);
  for (let o = 0; o < count; o++) {
    const kept = positions(n, (i) => mask[place(i, o)] === 1);
    const right = kept.map((i) => {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += h[i * n + j] * values[place(j, o)];
      return sum;
    });
    const best = solve(cholesky(submatrix(h, n, kept), kept.length), kept.length, right);
    kept.forEach((i, at) => {
      solved[place(i, o)] = best[at];
    });
  }
  return solved;
}

function hessian({ data, shape: [rows, n] }: NdArray, damping: number): Float64Array {
  const h = new Float64Array(n * n);
  for (let row = 0; row < rows; row++) {
    const x = data.subarray(row * n, (row + 1) * n);
    for (let i = 0; i < n; i++) {
      if (x[i] === 0) continue;
      for (let j = 0; j <= i; j++) h[i * n + j] += (x[i] * x[j]) / rows;
    }
  }
  let trace = 0;
  for (let i = 0; i < n; i++) trace += h[i * n + i];
  const lambda = damping * (trace / n || 1);
  for (let i = 0; i < n; i++) {
    h[i * n + i] += lambda;
    for (let j = 0; j < i; j++) h[j * n + i] = h[i * n + j];
  }
  return h;
}

const positions = (n: number, chosen: (i: number) => boolean): number[] =>
  Array.from({ length: n }, (_, i) => i).filter(chosen);
