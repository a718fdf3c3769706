// The synaptic flow through a network: ∂R/∂|w| with R the sum of the outputs for an input of ones, of a copy of the network in which
// kernels (and γ) are their absolute values, biases, β and means 0, and activations the identity, but for those of an LSTM, which would not
// stay finite, and those within squeezeExcitation. A table's input of ones is the mean of its rows: every row stands for it. One forward
// and one backward pass.

import { arena } from '../../engine/index.ts';
import type { GraphDescription, LayerDescription } from '../../format/index.ts';
import type { Layer } from '../../layers/index.ts';
import { Network, rebuild } from '../../model/index.ts';
import { Batch, type Parameter, sizeOf, Tape, Tensor } from '../../tensor/index.ts';
import { leaves } from '../targets.ts';

/**
 * The flow's derivative at each weight of all parameters, Keras order; nothing in the network is touched.
 * @throws when it is too large for a 32-bit float.
 */
export function flowOf(network: Network): Map<Parameter, Float32Array> {
  const description = network.describe();
  const copy = rebuild(
    { ...description, graph: linear(description.graph, new Map()) },
    (options) => new Network(options),
  );
  for (const { layer } of leaves(copy)) for (const parameter of layer.parameters) makePositive(layer, parameter);
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
  const flows = leaves(copy).map(({ layerName, layer }) => ({
    layerName,
    own: layer.parameters.map((parameter) => flowIn(layer, parameter)),
  }));
  copy.dispose();
  const tooLarge = flows.find(({ own }) => !own.every((flow) => flow.every(Number.isFinite)));
  if (tooLarge) {
    throw new Error(
      `Pruning ${tooLarge.layerName}: the flow through so many layers is too large for 32-bit floats: it needs a network less deep, smaller weights, or another criterion.`,
    );
  }
  const originals = leaves(network).flatMap(({ layer }) => layer.parameters);
  const all = flows.flatMap(({ own }) => own);
  return new Map(originals.map((parameter, i) => [parameter, all[i]]));
}

/** By layer, what it is without its activation. */
type Plain = Map<LayerDescription, LayerDescription>;

/** The graph without activations, and without masks: pruned weights are 0 all the same, and one pass is not worth a pattern. */
const linear = (graph: GraphDescription, plain: Plain): GraphDescription => ({
  ...graph,
  layers: graph.layers.map((layer) => {
    if (layer.graph) return { ...layer, graph: linear(layer.graph, plain) };
    const made = plain.get(layer) ?? withoutActivation(layer);
    plain.set(layer, made);
    return made;
  }),
});

function withoutActivation({ arrays, ...described }: LayerDescription): LayerDescription {
  const whole = Object.entries(arrays).map(([name, { mask: _, ...array }]) => [name, array]);
  const layer: LayerDescription = { ...described, arrays: Object.fromEntries(whole) };
  if (layer.type === 'leakyRelu' || layer.type === 'kSparse')
    return { ...layer, type: 'activation', config: { activation: 'linear' } };
  if (layer.type === 'embedding') return { ...layer, config: { ...layer.config, maskZero: false } };
  return { ...layer, config: linearConfig(layer.type, layer.config) };
}

function linearConfig(type: string, config: LayerDescription['config']): LayerDescription['config'] {
  if (type === 'timeDistributed') {
    const inner = config.layer as LayerDescription;
    return { ...config, layer: { ...inner, config: linearConfig(inner.type, inner.config) } };
  }
  return type !== 'lstm' && 'activation' in config ? { ...config, activation: 'linear' } : config;
}

/** The flow's derivative at each weight, Keras order; of a table that of the row that was looked up, for all alike. */
function flowIn({ type }: Layer, parameter: Parameter): Float32Array {
  const flow = parameter.toKeras(parameter.gradient.view);
  if (type !== 'embedding') return flow;
  const [tokens, features] = parameter.shape;
  return flow.map((_, i) => flow[lookedUp * features + (i % features)] / tokens);
}

/** The token that an input of ones is. */
const lookedUp = 1;

function makePositive({ type }: Layer, parameter: Parameter): void {
  const { name, shape, values } = parameter;
  if (type === 'embedding') {
    const [tokens, features] = shape;
    const means = new Float64Array(features);
    values.view.forEach((w, i) => {
      means[i % features] += Math.abs(w) / tokens;
    });
    values.view.set(values.view.map((_, i) => means[i % features]));
    return;
  }
  if (name === 'movingVariance') return;
  const isFactor = name === 'gamma' || shape.length > 1;
  values.view.set(isFactor ? values.view.map(Math.abs) : new Float32Array(values.length));
}
