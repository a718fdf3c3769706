// One step of an LSTM that keeps its state, for one sample: z = [W U]·[x; h] + b, then c and h from z by the cell's kernel.
//
//   [x; h] and c stay in place from run to run; 8·u·(features + u) flops, less where weights are pruned.

import { at, none } from '../engine/index.ts';
import type { BufferId } from './blueprint.ts';
import type { Draftsman, Spot } from './draw.ts';
import type { LstmStep } from './operation.ts';
import { vectorRun, vectorScratch } from './product-run.ts';
import { denseWork } from './work.ts';

export function drawLstmStep(draft: Draftsman, operation: LstmStep): void {
  const { inputs, kernels: factor, units, activation, recurrentActivation, masked, states, output } = operation;
  const { blueprint, supply } = draft;
  const { scale_f32, lstm_cell_f32_masked } = blueprint.kernels;
  const { weights } = factor;
  const features = weights.k - units;
  const x = draft.takeCompact(inputs[0]);
  const mask = masked ? draft.takeCompact(inputs[1]) : undefined;
  const { form, watch } = supply.pick(factor, denseWork(1));
  const xh = blueprint.pinned(weights.k);
  const c = blueprint.pinned(units);
  draft.states.push({ buffer: xh, first: features, features: units }, { buffer: c, first: 0, features: units });
  const z = blueprint.buffer(4 * units);
  const scratch = blueprint.buffer(vectorScratch(weights));
  blueprint.step([x.buffer, ...(mask ? [mask.buffer] : []), xh, c, z, scratch], (address) => {
    const [from, joined, sums, cell, s] = [x.buffer, xh, z, c, scratch].map(address);
    const real = mask ? address(mask.buffer) : none;
    const h = at(joined, features);
    const prepared = supply.prepare(weights);
    const run = vectorRun(blueprint.kernels, form, prepared, s, -Infinity);
    const look = watch?.(joined, weights.k);
    return () => {
      scale_f32(0, features, 1, from, joined);
      look?.();
      run(joined, sums, prepared.bias);
      lstm_cell_f32_masked(
        0,
        units,
        units,
        1,
        sums,
        1,
        real,
        cell,
        h,
        1,
        cell,
        h,
        1,
        activation,
        recurrentActivation,
        0,
      );
    };
  });
  const state = (buffer: BufferId, first: number) => copied(draft, units, buffer, first);
  draft.give(output, state(xh, features));
  states.forEach((value, i) => {
    draft.give(value, i === 0 ? state(xh, features) : state(c, 0));
  });
}

/** What is kept may not be written over by those who read it. */
function copied(draft: Draftsman, units: number, from: BufferId, first: number): Spot {
  const to = draft.spot({ channels: units, rows: 1, columns: 1, rowPitch: 1 }, 1);
  const { scale_f32 } = draft.blueprint.kernels;
  draft.blueprint.step([from, to.buffer], (address) => {
    const [x, y] = [at(address(from), first), address(to.buffer)];
    return () => scale_f32(0, units, 1, x, y);
  });
  return to;
}
