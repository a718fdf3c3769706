// What follows a layer at each of its uses, channel by channel, until channels mix: batch normalization, activation, dropout, squeeze and
// excitation.

import type { Layer } from '../../layers/index.ts';
import { Network, type Step } from '../../model/index.ts';

const channelwise = new Set([
  'batchNormalization',
  'activation',
  'leakyRelu',
  'dropout',
  'activityRegularization',
  'squeezeExcitation',
]);

/** For each use of a layer, in models within the network too: it and the uses after it that keep its channels apart, in order. */
export function chainsOf(network: Network, layer: Layer): Step[][] {
  const own = network.steps.filter((step) => step.layer === layer).map((step) => chainFrom(network, step));
  return [...own, ...network.layers.flatMap((inner) => (inner instanceof Network ? chainsOf(inner, layer) : []))];
}

function chainFrom(network: Network, first: Step): Step[] {
  const chain = [first];
  for (let [slot] = first.fills; ; ) {
    const readers = network.steps.filter(({ reads }) => reads.includes(slot));
    if (readers.length !== 1 || !channelwise.has(readers[0].layer.type)) return chain;
    chain.push(readers[0]);
    [slot] = readers[0].fills;
  }
}
