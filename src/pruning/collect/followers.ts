// What follows a layer, channel by channel, until channels mix: batch normalization, activation, dropout, squeeze and excitation.

import type { Layer } from '../../layers/index.ts';
import { Network } from '../../model/index.ts';

const channelwise = new Set([
  'batchNormalization',
  'activation',
  'leakyRelu',
  'dropout',
  'activityRegularization',
  'squeezeExcitation',
]);

/** The layer and those after it that keep its channels apart, in order; undefined when the network does not hold it. */
export function chainOf(network: Network, layer: Layer): Layer[] | undefined {
  const step = network.steps.find((candidate) => candidate.layer === layer);
  if (!step) {
    for (const { layer: inner } of network.steps) {
      const chain = inner instanceof Network ? chainOf(inner, layer) : undefined;
      if (chain) return chain;
    }
    return undefined;
  }
  const chain = [layer];
  for (let [slot] = step.fills; ; ) {
    const readers = network.steps.filter(({ reads }) => reads.includes(slot));
    if (readers.length !== 1 || !channelwise.has(readers[0].layer.type)) return chain;
    chain.push(readers[0].layer);
    [slot] = readers[0].fills;
  }
}
