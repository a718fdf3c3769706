// The steps of an LSTM, `chunk` time steps at a time, so that what the projection writes is still in cache when the recurrence reads it:
//
//   project   Z = W·X + b for all steps of the chunk at once, 4u × (chunk·n)
//   recur     z_t += U·h, then c and h from z_t by the cell's kernel (assembly/nn/lstm.ts), for one step after another
//
//   n = 1     Z is turned into rows of 4u, one a step, and each is the bias of the product with h: lanes run over rows of U and units
//   n > 1     U·h is added to n columns of Z: lanes run over samples
//
// h and c are [unit][n], and stay in place from step to step. 8·u·(features + u)·time·n flops, less where weights are pruned.

import { at, type Buffer, type Kernels, none } from '../engine/index.ts';
import { lstmCodes } from '../ops/index.ts';
import type { BufferId, Step } from './blueprint.ts';
import { vectorScratch } from './by-column.ts';
import type { Draftsman, Spot } from './draw.ts';
import type { Lstm } from './operation.ts';
import { type Panel, panelRun, vectorRun } from './product-run.ts';
import type { Picked } from './supply.ts';
import { denseWork } from './work.ts';

/** Columns of a chunk. */
const chunkColumns = 64;

/** What the steps need to know. */
interface Frame {
  readonly operation: Lstm;
  readonly kernels: Kernels;
  readonly n: number;
  readonly time: number;
  /** Time steps of a chunk. */
  readonly chunk: number;
}

/** Addresses of a frame's buffers. */
interface Places {
  readonly x: Buffer;
  readonly mask: Buffer;
  /** The state before the first step, and after each. */
  readonly first: { readonly h: Buffer; readonly c: Buffer };
  readonly h: Buffer;
  readonly c: Buffer;
  readonly z: Buffer;
  readonly turned: Buffer;
  readonly scratch: Buffer;
}

/** One chunk's projection, and one step's recurrence within it. */
interface Runs {
  project(x: Buffer): void;
  recur(step: number, h: Buffer, c: Buffer, mask: Buffer): void;
}

export function drawLstm(draft: Draftsman, operation: Lstm): void {
  const { inputs, units, kernel, recurrentKernel, masked, initial, states, output } = operation;
  const { blueprint, supply } = draft;
  const x = draft.takeCompact(inputs[0]);
  const mask = masked ? draft.takeCompact(inputs[1]) : undefined;
  const before = initial ? inputs.slice(-2).map((value) => draft.takeCompact(value)) : [];
  const { n } = x;
  const time = x.layout.columns;
  const chunk = Math.min(time, Math.max(1, Math.floor(chunkColumns / n)));
  const frame: Frame = { operation, kernels: blueprint.kernels, n, time, chunk };
  const projection = supply.pick(kernel, denseWork(chunk * n, Math.ceil(time / chunk)));
  const recurrence = supply.pick(recurrentKernel, denseWork(n, time));

  const layout = { channels: units, rows: 1, columns: 1, rowPitch: 1 };
  const [h, c] = [draft.spot(layout, n), draft.spot(layout, n)];
  const zeros = initial ? undefined : blueprint.pinned(units * n);
  const first = before.map(({ buffer }) => buffer);
  const z = blueprint.buffer(4 * units * chunk * n);
  const turned = blueprint.buffer(n === 1 ? 4 * units * (chunk + 1) : 0);
  const scratch = blueprint.buffer(Math.max(vectorScratch(kernel.weights), vectorScratch(recurrentKernel.weights)));
  const sequence = sequenceOf(draft, operation, h, time);

  const uses = [x, h, c, ...(mask ? [mask] : []), ...before].map(({ buffer }) => buffer);
  blueprint.step([...uses, z, turned, scratch, ...sequence.uses], (address) => {
    const [h0, c0] = (zeros === undefined ? first : [zeros, zeros]).map(address);
    const places: Places = {
      x: address(x.buffer),
      mask: mask ? address(mask.buffer) : none,
      first: { h: h0, c: c0 },
      h: address(h.buffer),
      c: address(c.buffer),
      z: address(z),
      turned: address(turned),
      scratch: address(scratch),
    };
    const runs = (steps: number) => {
      const make = n === 1 ? vectorRuns : panelRuns;
      return make(frame, steps, places, draft, projection, recurrence);
    };
    return walk(frame, places, runs, sequence.bind(address));
  });
  draft.give(output, sequence.spot);
  states.forEach((value, i) => {
    draft.give(value, [h, c][i]);
  });
}

/** All steps, in order. `keep` stores h as the output of step `s`. */
function walk(
  { operation: { goBackwards }, n, time, chunk }: Frame,
  { x, mask, first, h, c }: Places,
  runs: (steps: number) => Runs,
  keep: { step(s: number): void; finish(): void },
): Step {
  const whole = runs(chunk);
  const rest = time % chunk > 0 ? runs(time % chunk) : whole;
  return () => {
    for (let done = 0; done < time; done += chunk) {
      const steps = Math.min(chunk, time - done);
      const { project, recur } = steps === chunk ? whole : rest;
      const from = goBackwards ? time - done - steps : done;
      project(at(x, from * n));
      for (let i = 0; i < steps; i++) {
        const step = goBackwards ? steps - 1 - i : i;
        const real = mask === none ? none : at(mask, (from + step) * n);
        const isFirst = done + i === 0;
        recur(step, isFirst ? first.h : h, isFirst ? first.c : c, real);
        keep.step(done + i);
      }
    }
    keep.finish();
  };
}

function vectorRuns(
  { operation, kernels, time }: Frame,
  steps: number,
  { h, c, z, turned, scratch }: Places,
  { supply }: Draftsman,
  projection: Picked,
  recurrence: Picked,
): Runs {
  const { units, kernel, recurrentKernel } = operation;
  const [phi, sigma] = lstmCodes(operation);
  const { lstm_cell_f32_masked, turn_f32 } = kernels;
  const rows = 4 * units;
  const weights = supply.prepare(kernel.weights);
  const product = vectorRun(kernels, recurrence.form, supply.prepare(recurrentKernel.weights), scratch, -Infinity);
  const sum = at(turned, rows * steps);
  const panel: Panel = { length: steps, ldx: time, ldy: steps, lower: -Infinity };
  const project =
    time === 1
      ? vectorRun(kernels, projection.form, weights, scratch, panel.lower)
      : panelRun(kernels, projection.form, weights, panel);
  return {
    project(x) {
      project(x, z, weights.bias);
      turn_f32(rows, 1, steps, rows, z, turned);
    },
    recur(step, hPrev, cPrev, mask) {
      recurrence.watch?.(hPrev, units)();
      product(hPrev, sum, at(turned, step * rows));
      lstm_cell_f32_masked(0, units, units, 1, sum, 1, mask, cPrev, hPrev, 1, c, h, 1, phi, sigma, 0);
    },
  };
}

function panelRuns(
  { operation, kernels, n, time }: Frame,
  steps: number,
  { h, c, z }: Places,
  { supply }: Draftsman,
  projection: Picked,
  recurrence: Picked,
): Runs {
  const { units, kernel, recurrentKernel } = operation;
  const [phi, sigma] = lstmCodes(operation);
  const { lstm_cell_f32_masked } = kernels;
  const ldz = steps * n;
  const lower = -Infinity;
  const weights = supply.prepare(kernel.weights);
  const project = panelRun(kernels, projection.form, weights, { length: ldz, ldx: time * n, ldy: ldz, lower });
  const recurrent = supply.prepare(recurrentKernel.weights);
  const add = panelRun(kernels, recurrence.form, recurrent, { length: n, ldx: n, ldy: ldz, lower, accumulate: true });
  return {
    project(x) {
      project(x, z);
    },
    recur(step, hPrev, cPrev, mask) {
      const gates = at(z, step * n);
      add(hPrev, gates);
      lstm_cell_f32_masked(0, units, units, n, gates, ldz, mask, cPrev, hPrev, n, c, h, n, phi, sigma, 0);
    },
  };
}

interface Sequence {
  readonly spot: Spot;
  readonly uses: readonly BufferId[];
  bind(address: (id: BufferId) => Buffer): { step(s: number): void; finish(): void };
}

const nothing = { step() {}, finish() {} };

/** Where the output goes: h itself, or [unit][time][n], of one sample by way of [time][unit]. */
function sequenceOf(draft: Draftsman, { units, returnSequences }: Lstm, h: Spot, time: number): Sequence {
  const { n } = h;
  if (!returnSequences) return { spot: h, uses: [], bind: () => nothing };
  const { blueprint } = draft;
  const { scale_f32, turn_f32, im2col_f32 } = blueprint.kernels;
  const spot = draft.spot({ channels: units, rows: 1, columns: time, rowPitch: time }, n);
  if (time === 1 || n === 1) {
    const rows = time === 1 ? spot.buffer : blueprint.buffer(units * time);
    return {
      spot,
      uses: [spot.buffer, rows],
      bind(address) {
        const [from, y, to] = [h.buffer, spot.buffer, rows].map(address);
        return {
          step: (s) => scale_f32(0, units * n, 1, from, at(to, s * units)),
          finish: time === 1 ? nothing.finish : () => turn_f32(time, 1, units, time, to, y),
        };
      },
    };
  }
  const offsets = blueprint.constant(Uint32Array.from({ length: units }, (_, j) => j * n));
  return {
    spot,
    uses: [spot.buffer],
    bind(address) {
      const [table, from, y] = [offsets, h.buffer, spot.buffer].map(address);
      const step = (s: number) => im2col_f32(0, 1, 1, n, units, table, from, 0, 0, at(y, s * n), time * n, 0, 0);
      return { step, finish: nothing.finish };
    },
  };
}
