// An LSTM over the steps of a sequence (Hochreiter, Schmidhuber 1997), Keras' gate order i, f, c, o:
//
//   z_t = W·x_t + U·h_(t−1) + b;  i, f, o = σ(z),  g = φ(z_c);  c_t = f·c_(t−1) + i·g,  h_t = o·φ(c_t)
//
//   xh  step t  | x_t      | in rows      z  step t  | gates | 4·units rows      c  step t  | c_(t−1) | units rows
//               | h_(t−1)  | units rows
//
// so that a step is one product [W U]·xh and one pass over the gates. Where the mask is 0 the state stays. Dropout has one mask for all
// steps: x·d, and h·r before U (Gal, Ghahramani 2016). 2·4·units·(in + units) flops a step and sample. Back through time: dz_t from dh_t and
// dc_t, dh_(t−1) = Uᵀ·dz_t, dx_t = Wᵀ·dz_t; dW, dU, db are sums over all steps, made when all dz are known.

import { at, type Buffer, f32, kernels, none } from '../engine/index.ts';
import { type Parameter, type Slab, Tensor } from '../tensor/index.ts';
import { joinedProduct, transposedProduct } from './joined.ts';
import { addStepProducts } from './step-products.ts';
import { copyFloats, moveRuns, Steps } from './steps.ts';

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

const codes = ({ activation, recurrentActivation }: LstmCell) =>
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
      const [zt, [phi, sigma]] = [z.at(slab, t), codes(cell)];
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

/** A mask's steps from the last to the first. */
function reversed(mask: Tensor): Tensor {
  const turned = Tensor.allocate(mask.shape, mask.batch);
  const time = mask.features;
  for (const slab of mask.batch.slabs) {
    const n = slab.width;
    moveRuns(1, time, n, at(mask.slab(slab), (time - 1) * n), 0, -n, turned.slab(slab), 0, n);
  }
  return turned;
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

/** Adds to the gradients of the parameters; returns those of x, where it wants one, and of the first state. */
export function lstmBackward(cell: LstmCell, run: LstmRun, slopes: LstmSlopes) {
  const { units, goBackwards: backwards } = cell;
  const { x, dropout, xh, c, z } = run;
  const [time, features] = x.shape;
  const { batch } = x;
  const masked = x.mask !== undefined;
  const [dh, dc] = [slopes.h, slopes.c].map((slope) => slope?.copy() ?? Tensor.zeros([units], batch));
  const through = dropout.recurrent ? Tensor.allocate([units], batch) : undefined;
  const back = transposedProduct(cell.recurrentKernel, masked && !through);
  const dxs = x.needsGradient ? new Steps(features, time, batch) : undefined;
  const toInput = dxs && transposedProduct(cell.kernel, false);
  for (const slab of batch.slabs) {
    const n = slab.width;
    const [dht, dct] = [dh.slab(slab), dc.slab(slab)];
    for (let t = time - 1; t >= 0; t--) {
      const zt = z.at(slab, t);
      const mask = maskAt(x, slab, t, backwards);
      const dy = slopes.sequence ? at(slopes.sequence.slab(slab), t * n) : none;
      const [before, after, [phi, sigma]] = [c.at(slab, t), c.at(slab, t + 1), codes(cell)];
      kernels().lstm_cell_backward_f32_masked(
        0,
        units,
        units,
        n,
        zt,
        n,
        mask,
        before,
        after,
        n,
        dy,
        time * n,
        dht,
        dct,
        n,
        phi,
        sigma,
      );
      if (through && dropout.recurrent) {
        const behind = through.slab(slab);
        back(n, zt, behind);
        scaleBy(dropout.recurrent, slab, behind, masked ? behind : dht);
        if (masked) kernels().add_f32(0, units * n, dht, behind, dht);
      } else back(n, zt, dht);
      if (!dxs || !toInput) continue;
      const dxt = dxs.at(slab, t);
      toInput(n, zt, dxt);
      if (dropout.input) scaleBy(dropout.input, slab, dxt, dxt);
    }
  }
  addStepProducts(cell.kernel, z, xh, 0);
  addStepProducts(cell.recurrentKernel, z, xh, features);
  if (cell.bias) addStepSums(cell.bias, z);
  if (!dxs) return { x: undefined, h: dh, c: dc };
  const dx = Tensor.allocate(x.shape, batch);
  dxs.exchange(dx, 'out', { backwards });
  return { x: dx, h: dh, c: dc };
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

/** Adds each row's sum over samples and steps to the bias' gradient. */
function addStepSums(bias: Parameter, dz: Steps): void {
  for (const slab of dz.batch.slabs) {
    for (let t = 0; t < dz.count; t++) {
      kernels().rowsum_f32(0, dz.rows, slab.width, dz.at(slab, t), slab.width, bias.gradient.buffer, 1);
    }
  }
}
