// A network run layer by layer, to look at what each is given and gives.

import { Network, type Step } from '../../model/index.ts';
import type { Tape, Tensor } from '../../tensor/index.ts';

/** Sees one use of a layer. */
export type Watch = (step: Step, inputs: readonly Tensor[], outputs: readonly Tensor[]) => void;

/** The outputs for `inputs`, as `network.forward` computes them; `watch` sees every layer within, those of nested models too. */
export function walk(network: Network, inputs: readonly Tensor[], tape: Tape, watch: Watch): Tensor[] {
  const { ends, steps } = network;
  const slots: Tensor[] = [];
  ends.inputs.forEach((slot, i) => {
    slots[slot] = inputs[i];
  });
  for (const step of steps) {
    const { layer, reads, fills } = step;
    const read = reads.map((slot) => slots[slot]);
    const filled = layer instanceof Network ? walk(layer, read, tape, watch) : layer.forward(read, tape);
    if (!(layer instanceof Network)) watch(step, read, filled);
    const mask = layer.supportsMasking ? read[0].mask : undefined;
    fills.forEach((slot, i) => {
      slots[slot] = mask ? filled[i].masked(mask) : filled[i];
    });
  }
  return ends.outputs.map((slot) => slots[slot]);
}
