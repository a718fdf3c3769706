// One step of an LSTM that keeps its state, for one sample: z = [U W]·[h; x] + b, then c and h from z by the cell's kernel.
//
//   [h; x] and c stay in place from run to run; 8·u·(features + u) flops, less where weights are pruned.

import { at, none } from '../engine/index.ts';
import { lstmCodes } from '../ops/index.ts';
import { vectorScratch } from './by-column.ts';
import type { Draftsman, Spot } from './draw.ts';
import type { LstmStep } from './operation.ts';
import { vectorRun } from './product-run.ts';
import { denseWork } from './work.ts';

export function drawLstmStep(draft: Draftsman, operation: LstmStep): void {
  const { inputs, kernels: factor, units, masked, states, output } = operation;
  const [phi, sigma] = lstmCodes(operation);
  const { blueprint, supply } = draft;
  const { scale_f32, lstm_cell_f32_masked } = blueprint.kernels;
  const { weights } = factor;
  const features = weights.k - units;
  const x = draft.takeCompact(inputs[0]);
  const mask = masked ? draft.takeCompact(inputs[1]) : undefined;
  const { form } = supply.pick(factor, denseWork(1));
  const hx = blueprint.pinned(weights.k);
  const c = blueprint.pinned(units);
  draft.states.push({ buffer: hx, features: units }, { buffer: c, features: units });
  const z = blueprint.buffer(4 * units);
  const scratch = blueprint.buffer(vectorScratch(weights));
  blueprint.step([x.buffer, ...(mask ? [mask.buffer] : []), hx, c, z, scratch], (address) => {
    const [from, h, sums, cell, s] = [x.buffer, hx, z, c, scratch].map(address);
    const real = mask ? address(mask.buffer) : none;
    const prepared = supply.prepare(weights);
    const run = vectorRun(blueprint.kernels, form, prepared, s, -Infinity);
    return () => {
      scale_f32(0, features, 1, from, at(h, units));
      run(h, sums, prepared.bias);
      lstm_cell_f32_masked(0, units, units, 1, sums, 1, real, cell, h, 1, cell, h, 1, phi, sigma, 0);
    };
  });
  const layout = { channels: units, rows: 1, columns: 1, rowPitch: 1 };
  const [hidden, memory] = [hx, c].map((buffer): Spot => ({ buffer, layout, n: 1 }));
  draft.giveKept(output, hidden);
  states.forEach((value, i) => {
    draft.giveKept(value, i === 0 ? hidden : memory);
  });
}
