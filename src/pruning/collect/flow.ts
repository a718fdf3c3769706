// The synaptic flow through a network: ∂R/∂|w| with R the sum of the outputs for an input of ones, of a copy of the network in which
// kernels (and γ) are their absolute values, biases, β and means 0, and activations the identity. One forward and one backward pass.

import { arena } from '../../engine/index.ts';
import type { GraphDescription, LayerDescription } from '../../format/index.ts';
import { Network, rebuild } from '../../model/index.ts';
import { Batch, type Parameter, sizeOf, Tape, Tensor } from '../../tensor/index.ts';
import { leaves } from '../targets.ts';

/** The flow's derivative at each weight of all parameters, Keras order; nothing in the network is touched. */
export function flowOf(network: Network): Map<Parameter, Float32Array> {
  const description = network.describe();
  const copy = rebuild({ ...description, graph: linear(description.graph) }, (options) => new Network(options));
  for (const { layer } of leaves(copy, '')) for (const parameter of layer.parameters) makePositive(parameter);
  arena.scope(() => {
    const batch = new Batch(1, copy.slabWidth, 16);
    const ones = (shape: readonly number[]) => Tensor.from(new Float32Array(sizeOf(shape)).fill(1), shape, batch);
    const tape = new Tape();
    const outputs = copy.forward(
      copy.inputs.map(({ shape }) => ones(shape)),
      tape,
    );
    copy.backward(
      outputs.map(({ shape }) => ones(shape)),
      tape,
    );
  });
  const originals = leaves(network, '').flatMap(({ layer }) => layer.parameters);
  const copies = leaves(copy, '').flatMap(({ layer }) => layer.parameters);
  const flow = new Map(originals.map((p, i) => [p, copies[i].toKeras(copies[i].gradient.view)] as const));
  copy.dispose();
  return flow;
}

/** The graph without activations, and without masks: pruned weights are 0 all the same, and one pass is not worth a pattern. */
const linear = (graph: GraphDescription): GraphDescription => ({
  ...graph,
  layers: graph.layers.map(withoutActivation),
});

function withoutActivation({ arrays, ...described }: LayerDescription): LayerDescription {
  const whole = Object.entries(arrays).map(([name, { mask: _, ...array }]) => [name, array]);
  const layer: LayerDescription = { ...described, arrays: Object.fromEntries(whole) };
  if (layer.graph) return { ...layer, graph: linear(layer.graph) };
  if (layer.type === 'leakyRelu' || layer.type === 'kSparse')
    return { ...layer, type: 'activation', config: { activation: 'linear' } };
  return 'activation' in layer.config ? { ...layer, config: { ...layer.config, activation: 'linear' } } : layer;
}

function makePositive(parameter: Parameter): void {
  const { name, shape, values } = parameter;
  if (name === 'movingVariance') return;
  const isFactor = name === 'gamma' || shape.length > 1;
  values.view.set(isFactor ? values.view.map(Math.abs) : new Float32Array(values.length));
}
