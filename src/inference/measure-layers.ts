// How long each layer takes in its form.

import { Random } from '../tensor/random.ts';
import type { Program } from './operation.ts';
import type { Plan } from './plan.ts';

/** Milliseconds for measuring the layers of a calibrated model. */
export const layersTime = 16;

/** Nanoseconds by the layer's name, on inputs at random; tokens are all 0. */
export function measureLayers(plan: Plan, { inputs, operations }: Program): ReadonlyMap<string, number> {
  const random = new Random(0, 'measure');
  const tokens = new Set(operations.flatMap((operation) => (operation.kind === 'embed' ? operation.inputs : [])));
  for (const [input, { view }] of plan.inputs.entries()) {
    const most = tokens.has(inputs[input].value) ? 0 : 1;
    for (let i = 0; i < view.length; i++) view[i] = most * random.uniform();
  }
  return plan.time(layersTime);
}
