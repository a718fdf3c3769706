// Optimal brain surgery, against dense least squares: what it takes for a weight's score, and what it makes of those that stay.

import { describe, expect, test } from 'vitest';
import { conv2d, dense } from '../src/layers/index.ts';
import { type Criterion, criterion, magnitude, obs, prune, wanda } from '../src/pruning/index.ts';
import { Random } from '../src/tensor/random.ts';
import { drawer } from './golden-fixture.ts';
import { expectClose, maskOf, networkOf, parameterOf, scoresOf } from './pruning-fixture.ts';

describe('OBS', () => {
  /** X [rows, n], a dense layer of `outputs`. */
  function setting(n: number, outputs: number, rows = 200) {
    const random = new Random(2);
    const shared = Float64Array.from({ length: rows }, () => random.normal());
    const x = Float32Array.from({ length: rows * n }, (_, i) => random.normal() + shared[Math.floor(i / n)]);
    const layer = dense({ units: outputs, name: 'd', inputShape: [n], useBias: false });
    const model = networkOf(layer);
    return { model, kernel: parameterOf(model, 'd'), x, rows, n, outputs };
  }

  /** Σ (X·a − X·b)² for one output. */
  function error(x: Float32Array, n: number, a: ArrayLike<number>, b: ArrayLike<number>): number {
    let sum = 0;
    for (let row = 0; row < x.length / n; row++) {
      let gap = 0;
      for (let i = 0; i < n; i++) gap += x[row * n + i] * (a[i] - b[i]);
      sum += gap * gap;
    }
    return sum;
  }

  /** Dense least squares by Gauss and Jordan with pivoting, knowing nothing of Cholesky. */
  function leastSquares(x: Float32Array, n: number, kept: number[], w: ArrayLike<number>, lambda: number): number[] {
    const rows = x.length / n;
    const h = (i: number, j: number) => {
      let sum = i === j ? lambda : 0;
      for (let row = 0; row < rows; row++) sum += (x[row * n + i] * x[row * n + j]) / rows;
      return sum;
    };
    const matrix = kept.map((i) => [
      ...kept.map((j) => h(i, j)),
      Array.from({ length: n }, (_, j) => h(i, j) * w[j]).reduce((a, b) => a + b, 0),
    ]);
    for (let c = 0; c < kept.length; c++) {
      const pivot = matrix
        .slice(c)
        .reduce((best, row, i) => (Math.abs(row[c]) > Math.abs(matrix[best][c]) ? c + i : best), c);
      [matrix[c], matrix[pivot]] = [matrix[pivot], matrix[c]];
      matrix[c] = matrix[c].map((value) => value / matrix[c][c]);
      for (let r = 0; r < kept.length; r++) {
        if (r !== c) matrix[r] = matrix[r].map((value, i) => value - matrix[r][c] * matrix[c][i]);
      }
    }
    return matrix.map((row) => row[kept.length]);
  }

  const column = (data: ArrayLike<number>, outputs: number, o: number) =>
    Array.from(data).filter((_, i) => i % outputs === o);

  test('what remains is the least-squares solution, and beats leaving it', () => {
    const { model, kernel, x, rows, n, outputs } = setting(12, 5);
    const before = kernel.read().data;
    let trace = 0;
    for (const value of x) trace += (value * value) / rows;
    prune(model, { criterion: obs(), amount: 0.5, data: { x } });
    const after = kernel.read().data;
    const mask = maskOf(kernel);
    for (let o = 0; o < outputs; o++) {
      const bits = column(mask, outputs, o);
      const kept = [...bits.keys()].filter((i) => bits[i] === 1);
      const w = column(before, outputs, o);
      const best = leastSquares(x, n, kept, w, (0.01 * trace) / n);
      expectClose(
        kept.map((i) => column(after, outputs, o)[i]),
        best,
      );
      const left = w.map((value, i) => value * bits[i]);
      expect(error(x, n, w, column(after, outputs, o))).toBeLessThan(error(x, n, w, left));
    }
  });

  test('the score is what the output loses: the loss after removing one weight and solving for the rest', () => {
    const { model, kernel, x, rows, n } = setting(8, 1);
    const w = kernel.read().data;
    const scores = scoresOf(model, obs({ damping: 1e-9, update: false }), { data: { x } }).get('d') ?? [];
    const losses = Array.from({ length: n }, (_, gone) => {
      const kept = [...w.keys()].filter((i) => i !== gone);
      const best = leastSquares(x, n, kept, w, 0);
      return (
        error(
          x,
          n,
          w,
          [...w.keys()].map((i) => (i === gone ? 0 : best[kept.indexOf(i)])),
        ) / rows
      );
    });
    expectClose(scores, losses, 1e-4);
  });

  test('round by round (OBC) loses less than at once, which loses less than magnitude and Wanda', () => {
    const lost = (criterion: Criterion, iterations: number) => {
      const { model, kernel, x, n, outputs } = setting(24, 6);
      const before = kernel.read().data;
      prune(model, { criterion, amount: 0.6, data: { x }, iterations });
      const after = kernel.read().data;
      return Array.from({ length: outputs }, (_, o) =>
        error(x, n, column(before, outputs, o), column(after, outputs, o)),
      ).reduce((a, b) => a + b, 0);
    };
    const [rounds, once, wandas, magnitudes] = [lost(obs(), 12), lost(obs(), 1), lost(wanda, 1), lost(magnitude, 1)];
    expect(rounds).toBeLessThan(once);
    expect(once).toBeLessThan(Math.min(wandas, magnitudes));
  });

  test('convolutions: the inputs are the windows', () => {
    const model = networkOf(
      conv2d({ filters: 3, kernelSize: [2, 3], strides: [2, 1], padding: 'same', inputShape: [5, 4, 2], name: 'c' }),
    );
    const x = drawer(4)(7 * 40);
    const bias = parameterOf(model, 'c', 'bias');
    bias.values.view.fill(0);
    const kernel = parameterOf(model, 'c').read().data;
    const multiplied: number[] = [];
    const outputs: number[] = [];
    const looking = criterion({
      needs: ['inputs', 'outputs'],
      score({ values, inputs, outputs: y }) {
        const [rows, n] = inputs.shape;
        for (let row = 0; row < rows; row++) {
          for (let o = 0; o < 3; o++) {
            let sum = 0;
            for (let i = 0; i < n; i++) sum += inputs.data[row * n + i] * kernel[i * 3 + o];
            multiplied.push(sum);
          }
        }
        outputs.push(...y.data);
        return values;
      },
    });
    prune(model, { criterion: looking, amount: 0, data: { x, batchSize: 3 } });
    expect(outputs).toHaveLength(7 * 3 * 4 * 3);
    expectClose(multiplied, outputs);
  });
});
