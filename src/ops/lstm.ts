// An LSTM over the steps of a sequence (Hochreiter, Schmidhuber 1997), Keras' gate order i, f, c, o:
//
//   z_t = W·x_t + U·h_(t−1) + b;  i, f, o = σ(z),  g = φ(z_c);  c_t = f·c_(t−1) + i·g,  h_t = o·φ(c_t)
//
//   xh  step t  | x_t      | in rows      z  step t  | gates | 4·units rows      c  step t  | c_(t−1) | units rows
//               | h_(t−1)  | units rows
//
// so that a step is one product [W U]·xh and one pass over the gates. Where the mask is 0 the state stays. Dropout has one mask for all
// steps: x·d, and h·r before U (Gal, Ghahramani 2016). 2·4·units·(in + units) flops a step and sample.
//
// Back through time: dz_t from dh_t and dc_t, dh_(t−1) = Uᵀ·dz_t. A few steps' dz lie side by side, and while they are in the cache
// dx = Wᵀ·dz, dW += dz·xᵀ, dU += dz·hᵀ and db += Σdz are made of all of them at once:
//
//   dz  row | step t | step t+1 | step t+2 | step t+3 |      xh  alike

import { arena, at, type Buffer, f32, kernels, none } from '../engine/index.ts';
import { type Parameter, type Slab, Tensor } from '../tensor/index.ts';
import { joinedProduct } from './joined.ts';
import { stepGradient, transposedProduct } from './step-products.ts';
import { copyFloats, moveRuns, repeated, reversed, Steps } from './steps.ts';

/** φ: what the candidate and the state go through. Codes of the kernels, in order. */
export const lstmActivations = ['tanh', 'relu', 'linear', 'sigmoid'] as const;
/** σ of the gates. Codes of the kernels, in order. */
export const lstmRecurrentActivations = ['sigmoid', 'hardSigmoid'] as const;

/** What an LSTM is made of and how it runs. */
export interface LstmCell {
  /** [4·units, in] and [4·units, units] in storage; either may be pruned. */
  readonly kernel: Parameter;
  readonly recurrentKernel: Parameter;
  readonly bias: Parameter | undefined;
  readonly units: number;
  readonly activation: (typeof lstmActivations)[number];
  readonly recurrentActivation: (typeof lstmRecurrentActivations)[number];
  /** Whether to read the sequence from its end. */
  readonly goBackwards: boolean;
}

/** What a run begins with, of shape [units] each; zeros where undefined. */
export interface LstmState {
  readonly h: Tensor | undefined;
  readonly c: Tensor | undefined;
}

/** Factors of one sequence, 0 or 1/(1 − rate), for all its steps: of x, shape [in], and of h, shape [units]. */
export interface LstmDropout {
  readonly input: Tensor | undefined;
  readonly recurrent: Tensor | undefined;
}

/** What a run leaves behind, for its outputs and for the way back. */
export interface LstmRun {
  readonly x: Tensor;
  readonly dropout: LstmDropout;
  readonly xh: Steps;
  readonly c: Steps;
  readonly z: Steps;
  /** h_(t−1) at step t; without recurrent dropout it stands in `xh`. */
  readonly h: { readonly steps: Steps; readonly row: number };
}

/** Gradients that come back to a run: of the sequence of h where it was put out, of the last h and of the last c. */
export interface LstmSlopes {
  readonly sequence: Tensor | undefined;
  readonly h: Tensor | undefined;
  readonly c: Tensor | undefined;
}

/** What the kernels call a cell's functions. */
export const lstmCodes = ({ activation, recurrentActivation }: Pick<LstmCell, 'activation' | 'recurrentActivation'>) =>
  [lstmActivations.indexOf(activation), lstmRecurrentActivations.indexOf(recurrentActivation)] as const;

/** Runs over all steps of x, [time, in]. */
export function lstm(cell: LstmCell, x: Tensor, state: LstmState, dropout: LstmDropout): LstmRun {
  const { units, goBackwards: backwards } = cell;
  const [time, features] = x.shape;
  const { batch } = x;
  const xh = new Steps(features + units, time + 1, batch);
  const c = new Steps(units, time + 1, batch);
  const z = new Steps(4 * units, time, batch);
  const h = dropout.recurrent ? { steps: new Steps(units, time + 1, batch), row: 0 } : { steps: xh, row: features };
  xh.exchange(x, 'in', { backwards });
  const product = joinedProduct(cell.kernel, cell.recurrentKernel, cell.bias);
  for (const slab of batch.slabs) {
    const n = slab.width;
    begin(state.h, slab, units, h.steps.at(slab, 0, h.row));
    begin(state.c, slab, units, c.at(slab, 0));
    for (let t = 0; t < time; t++) {
      const xt = xh.at(slab, t);
      if (dropout.input) scaleBy(dropout.input, slab, xt, xt);
      if (dropout.recurrent) scaleBy(dropout.recurrent, slab, h.steps.at(slab, t), at(xt, features * n));
      product(n, xt, z.at(slab, t));
      const [hBefore, hAfter] = [h.steps.at(slab, t, h.row), h.steps.at(slab, t + 1, h.row)];
      const [cBefore, cAfter] = [c.at(slab, t), c.at(slab, t + 1)];
      const mask = maskAt(x, slab, t, backwards);
      const [zt, [phi, sigma]] = [z.at(slab, t), lstmCodes(cell)];
      kernels().lstm_cell_f32_masked(
        0,
        units,
        units,
        n,
        zt,
        n,
        mask,
        cBefore,
        hBefore,
        n,
        cAfter,
        hAfter,
        n,
        phi,
        sigma,
        1,
      );
    }
  }
  return { x, dropout, xh, c, z, h };
}

/** h of every step in the order of reading, [time, units], with the mask in that order. */
export function lstmSequence({ units, goBackwards }: LstmCell, { x, h: { steps, row } }: LstmRun): Tensor {
  const y = Tensor.allocate([steps.count - 1, units], steps.batch);
  steps.exchange(y, 'out', { row, first: 1 });
  if (!x.mask) return y;
  return y.masked(goBackwards ? reversed(x.mask) : x.mask);
}

/** The last h and c, [units] each. */
export function lstmState({ h: { steps, row }, c }: LstmRun, units: number): { h: Tensor; c: Tensor } {
  const last = (from: Steps, at: number) => {
    const y = Tensor.allocate([units], from.batch);
    for (const slab of y.batch.slabs) copyFloats(units * slab.width, from.at(slab, from.count - 1, at), y.slab(slab));
    return y;
  };
  return { h: last(steps, row), c: last(c, 0) };
}

/** Steps that go back together: of 128 units and 32 samples their dz are 256 kB. */
const together = 4;

/** Adds to the gradients of the parameters; returns those of x, where it wants one, and of the first state. */
export function lstmBackward(cell: LstmCell, run: LstmRun, slopes: LstmSlopes) {
  const { units, goBackwards: backwards, bias } = cell;
  const { x, dropout, xh, c, z } = run;
  const [time, features] = x.shape;
  const { batch } = x;
  const [dh, dc] = [slopes.h, slopes.c].map((slope) => slope?.copy() ?? Tensor.zeros([units], batch));
  const dropped = dropout.recurrent && Tensor.allocate([units], batch);
  const back = transposedProduct(cell.recurrentKernel);
  const dx = x.needsGradient ? Tensor.zeros(x.shape, batch) : undefined;
  const toInput = dx && transposedProduct(cell.kernel);
  const [dW, dU] = [stepGradient(cell.kernel), stepGradient(cell.recurrentKernel)];
  const [phi, sigma] = lstmCodes(cell);
  for (const slab of batch.slabs) {
    const n = slab.width;
    const [dht, dct] = [dh.slab(slab), dc.slab(slab)];
    const pitch = together * n;
    const [dz, xhs] = [4 * units, features + units].map((rows) => arena.allocate(4 * rows * pitch));
    for (let end = time; end > 0; end -= together) {
      const first = Math.max(0, end - together);
      for (let t = end - 1; t >= first; t--) {
        const dzt = at(dz, (t - first) * n);
        kernels().lstm_cell_backward_f32_masked(
          0,
          units,
          units,
          n,
          z.at(slab, t),
          n,
          maskAt(x, slab, t, backwards),
          c.at(slab, t),
          c.at(slab, t + 1),
          n,
          slopes.sequence ? at(slopes.sequence.slab(slab), t * n) : none,
          time * n,
          dht,
          dct,
          n,
          dzt,
          pitch,
          phi,
          sigma,
        );
        if (dropped && dropout.recurrent) {
          const behind = dropped.slab(slab);
          f32(behind, units * n).fill(0);
          back(n, behind, n, dzt, pitch);
          scaleBy(dropout.recurrent, slab, behind, behind);
          kernels().add_f32(0, units * n, dht, behind, dht);
        } else back(n, dht, n, dzt, pitch);
      }
      const columns = (end - first) * n;
      moveRuns(xh.rows, end - first, n, xh.at(slab, first), n, xh.rows * n, xhs, pitch, n);
      dW.add(columns, xhs, pitch, dz, pitch);
      dU.add(columns, at(xhs, features * pitch), pitch, dz, pitch);
      if (bias) kernels().rowsum_f32(0, z.rows, columns, dz, pitch, bias.gradient.buffer, 1);
      if (dx) toInput?.(columns, at(dx.slab(slab), first * n), time * n, dz, pitch);
    }
  }
  dW.finish();
  dU.finish();
  if (dx && dropout.input) {
    kernels().multiply_f32(0, dx.length, dx.buffer, repeated(dropout.input, time).buffer, dx.buffer);
  }
  return { x: dx && backwards ? reversed(dx) : dx, h: dh, c: dc };
}

function begin(state: Tensor | undefined, slab: Slab, units: number, to: Buffer): void {
  const length = units * slab.width;
  if (state) copyFloats(length, state.slab(slab), to);
  else f32(to, length).fill(0);
}

const scaleBy = (factors: Tensor, slab: Slab, from: Buffer, to: Buffer): void =>
  kernels().multiply_f32(0, factors.features * slab.width, from, factors.slab(slab), to);

function maskAt({ mask, shape: [time] }: Tensor, slab: Slab, t: number, backwards: boolean): Buffer {
  return mask ? at(mask.slab(slab), (backwards ? time - 1 - t : t) * slab.width) : none;
}
