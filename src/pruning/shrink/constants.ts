// Which channels are the same number whatever the input: a unit whose incoming weights are all zero gives f(bias), and what is made of
// constants alone is constant. Σ m·k over all products, once.

import { arena } from '../../engine/index.ts';
import type { Layer } from '../../layers/index.ts';
import { type Activation, activationOf, leakyRelu } from '../../ops/index.ts';
import { Batch, type Parameter, Tensor } from '../../tensor/index.ts';
import { plainLayer } from '../plain-layer.ts';
import { activationName, isPadded, kindOf, type Matrix, parameterOf } from './kinds.ts';
import { silentUnits } from './recurrence.ts';
import type { Site, Unfolded, Wire } from './unfold.ts';

/** By channel: its constant, or NaN where it varies. */
export type Constants = Float64Array;

/** The constants of inference; dropout passes them on, batch normalization has its moving averages. */
export function constantsOf({ sites, channels }: Unfolded, matrices: ReadonlyMap<Layer, Matrix>): Constants {
  const values = new Float64Array(channels).fill(NaN);
  for (const site of sites) {
    const [y] = site.outputs;
    const set = (value: (channel: number) => number) => {
      for (let c = 0; c < y.channels; c++) {
        const constant = value(c);
        values[y.first + c] = Number.isFinite(constant) ? Math.fround(constant) : NaN;
      }
    };
    const [x] = site.inputs;
    switch (kindOf(site.layer)) {
      case 'product':
        set(productOf(site, matrices.get(site.layer) as Matrix, values));
        break;
      case 'recurrent': {
        set(stateOf(site, matrices.get(site.layer) as Matrix, values));
        for (const state of site.outputs.slice(1)) {
          for (let c = 0; c < y.channels; c++) values[state.first + c] = values[y.first + c];
        }
        break;
      }
      case 'table':
        set(featureOf(site));
        break;
      case 'channelwise': {
        const change = changeOf(site.layer);
        set((c) => change(values[x.first + c], c));
        break;
      }
      case 'shaping':
        set((c) => common(x, y, c, values));
        break;
      case 'sum':
        set((c) => site.inputs.reduce((sum, { first }) => sum + values[first + c], 0));
        break;
      case 'join': {
        const all = site.inputs.flatMap(({ first, channels }) => [...values.subarray(first, first + channels)]);
        set((c) => all[c]);
      }
    }
  }
  return values;
}

/** f(b + Σ w·x) where every x with a weight is constant; a border of zeros bears no constant but 0. */
function productOf(site: Site, { k, nonzero, sums, bias, activation }: Matrix, values: Constants) {
  const { first } = site.inputs[0];
  const padded = isPadded(site);
  const f = functionOf(activationOf(activation));
  return (i: number): number => {
    if (activation === 'softmax') return NaN;
    let sum: number = bias?.[i] ?? 0;
    for (let j = 0; j < k; j++) {
      if (!nonzero[i * k + j]) continue;
      const x = values[first + j];
      if (Number.isNaN(x) || (padded && x !== 0)) return NaN;
      sum += sums[i * k + j] * x;
    }
    return f(sum);
  };
}

/** 0 for units that are silent; where the LSTM is given a state to begin with, nothing is known. */
function stateOf({ layer, inputs }: Site, matrix: Matrix, values: Constants) {
  const [{ first }] = inputs;
  const rest = functionOf(activationOf(matrix.activation))(0);
  if (inputs.length > 1 || layer.config().stateful || rest !== 0) return () => NaN;
  const silent = silentUnits(matrix, (i) => values[first + i] === 0);
  return (unit: number): number => (silent[unit] ? 0 : NaN);
}

/** The number that a feature has in all rows of a table. */
function featureOf({ layer }: Site) {
  const { shape, values } = parameterOf(layer, 'embeddings') as Parameter;
  const [tokens, features] = shape;
  const table = values.view.slice();
  return (feature: number): number => {
    for (let token = 1; token < tokens; token++) {
      if (table[token * features + feature] !== table[feature]) return NaN;
    }
    return table[feature];
  };
}

/** Where zeros may stand among a constant: borders, and the mean over no real step. */
const bringsZeros = new Set(['zeroPadding2d', 'globalAveragePooling1d']);

/** What a layer makes of a constant in channel c. */
function changeOf(layer: Layer): (value: number, channel: number) => number {
  const { type, config } = plainLayer(layer);
  if (bringsZeros.has(type)) return (value) => (value === 0 ? 0 : NaN);
  if (type === 'activation') return functionOf(activationOf(activationName(layer)));
  if (type === 'leakyRelu') return functionOf(leakyRelu(config.negativeSlope as number));
  if (type !== 'batchNormalization') return (value) => value;
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'movingMean', 'movingVariance'].map((name) =>
    parameterOf(layer, name)?.values.view.slice(),
  );
  const epsilon = (config.epsilon as number | undefined) ?? 0.001;
  return (value, c) =>
    ((value - (mean?.[c] ?? 0)) * (gamma?.[c] ?? 1)) / Math.sqrt((variance?.[c] ?? 1) + epsilon) + (beta?.[c] ?? 0);
}

/** The engine's own function of one number, bit for bit. */
const functionOf = (activation: Activation) => (value: number) =>
  Number.isNaN(value)
    ? NaN
    : arena.scope(() => {
        const x = Tensor.zeros([1], new Batch(1, 32));
        x.view[0] = value;
        return activation.apply(x).view[0];
      });

/** The constant of all input channels that an output channel is cut from, when it is one. */
function common(x: Wire, y: Wire, c: number, values: Constants): number {
  const [from, to] = overlap(x, y, c);
  const value = values[x.first + from];
  for (let i = from + 1; i < to; i++) if (values[x.first + i] !== value) return NaN;
  return value;
}

/** The channels [from, to) of x whose numbers are in channel c of y, which holds the same numbers in the same order. */
export const overlap = (x: Wire, y: Wire, c: number): [from: number, to: number] => [
  Math.floor((c * y.pixels) / x.pixels),
  Math.ceil(((c + 1) * y.pixels) / x.pixels),
];
