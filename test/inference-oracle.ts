// What a described model computes, one sample at a time, in plain f64 loops over Keras-ordered arrays: it knows nothing of slabs,
// forms or plans.

import type { GraphDescription, LayerDescription, ModelDescription } from '../src/format/index.ts';
import { channels, enlarged, framed, spread } from './oracle-image.ts';
import { kerasOrder, pair, type Sample } from './oracle-sample.ts';
import { distributed, embedded, pooledOverTime, recurred, slid } from './oracle-sequence.ts';

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** The model's outputs for one sample per input. */
export const evaluate = ({ graph }: ModelDescription, inputs: readonly Sample[]): Sample[] => run(graph, inputs);

function run(graph: GraphDescription, inputs: readonly Sample[]): Sample[] {
  const outputs: Sample[][] = [];
  graph.inputs.forEach(([node], i) => {
    outputs[node] = [inputs[i]];
  });
  graph.nodes.forEach(({ layer, inputs: reads }, node) => {
    if (outputs[node]) return;
    const description = graph.layers[layer];
    const xs = reads.map(([from, output]) => outputs[from][output]);
    outputs[node] = description.graph ? run(description.graph, xs) : apply(description, xs);
  });
  return graph.outputs.map(([node, output]) => outputs[node][output]);
}

const keepsMask = ['dense', 'batchNormalization', 'activation', 'leakyRelu', 'dropout', 'timeDistributed'];

function apply(layer: LayerDescription, xs: readonly Sample[]): Sample[] {
  if (layer.type === 'lstm') return recurred(layer, xs);
  const y = single(layer, xs);
  const [{ mask }] = xs;
  return [mask && keepsMask.includes(layer.type) ? { ...y, mask } : y];
}

function single(layer: LayerDescription, xs: readonly Sample[]): Sample {
  const [x] = xs;
  const config = layer.config as Record<string, never>;
  switch (layer.type) {
    case 'dense':
      return activated(config.activation ?? 'linear', dense(layer, x), 0.2);
    case 'conv2d':
      return activated(config.activation ?? 'linear', convolved(layer, x), 0.2);
    case 'conv2dTranspose':
      return activated(config.activation ?? 'linear', spread(layer, x), 0.2);
    case 'upSampling2d':
      return enlarged(layer, x);
    case 'zeroPadding2d':
      return framed(x, config.padding ?? 1, 1);
    case 'cropping2d':
      return framed(x, config.cropping ?? 0, -1);
    case 'globalMaxPooling2d':
      return channels(layer, x, (values) => Math.max(...values));
    case 'globalAveragePooling2d':
      return channels(layer, x, (values) => values.reduce((sum, value) => sum + value, 0) / values.length);
    case 'kSparse':
      return largest(x, Math.round((config.alpha ?? 1) * config.k));
    case 'activityRegularization':
      return x;
    case 'maxPooling2d':
      return pooled(layer, x, (values) => Math.max(...values));
    case 'averagePooling2d':
      return pooled(layer, x, (values) => values.reduce((sum, value) => sum + value, 0) / values.length);
    case 'activation':
      return activated(config.activation, x, 0.2);
    case 'leakyRelu':
      return activated('leakyRelu', x, config.negativeSlope ?? 0.3);
    case 'dropout':
      return x;
    case 'embedding':
      return embedded(layer, x);
    case 'conv1d':
      return activated(config.activation ?? 'linear', slid(layer, x), 0.2);
    case 'globalMaxPooling1d':
    case 'globalAveragePooling1d':
      return pooledOverTime(layer, x);
    case 'timeDistributed':
      return distributed(layer, x, apply);
    case 'flatten':
      return refilled(x, [x.data.length]);
    case 'reshape':
      return refilled(x, config.targetShape);
    case 'batchNormalization':
      return normalized(layer, x);
    case 'add':
      return {
        shape: x.shape,
        data: x.data.map((_, i) => xs.reduce((sum, { data }) => sum + data[i], 0)),
        ...(xs.every(({ mask }) => mask) && { mask: x.mask?.map((_, t) => xs.some(({ mask }) => mask?.[t])) }),
      };
    case 'concatenate':
      return concatenated(xs);
    case 'squeezeExcitation':
      return gated(layer, x);
    default:
      throw new Error(layer.type);
  }
}

function dense({ arrays }: LayerDescription, x: Sample): Sample {
  const kernel = kerasOrder(arrays.kernel);
  const [inputs, units] = arrays.kernel.shape;
  const rows = x.data.length / inputs;
  const data = new Float64Array(rows * units);
  for (let r = 0; r < rows; r++) {
    for (let u = 0; u < units; u++) {
      let sum: number = arrays.bias?.data[u] ?? 0;
      for (let i = 0; i < inputs; i++) sum += kernel(i, u) * x.data[r * inputs + i];
      data[r * units + u] = sum;
    }
  }
  return { shape: [...x.shape.slice(0, -1), units], data };
}

/** Each channel times the gate that two dense layers make of all channels' means. */
function gated({ arrays }: LayerDescription, x: Sample): Sample {
  const mean = channels(layerOf({}), x, (values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  const part = (kernel: string, bias: string) => layerOf({ kernel: arrays[kernel], bias: arrays[bias] });
  const hidden = activated('relu', dense(part('reduceKernel', 'reduceBias'), mean), 0);
  const gate = activated('sigmoid', dense(part('expandKernel', 'expandBias'), hidden), 0);
  return { shape: x.shape, data: x.data.map((value, i) => value * gate.data[i % gate.data.length]) };
}

const layerOf = (arrays: LayerDescription['arrays']): LayerDescription => ({ type: '', name: '', config: {}, arrays });

type Visit = (pixel: number, under: { tap: [number, number]; row: number; column: number }[]) => void;

/** Calls `visit` with each output pixel and the input pixels under its window. */
function eachWindow(
  [rows, columns]: readonly number[],
  size: readonly [number, number],
  strides: readonly [number, number],
  same: boolean,
  visit: Visit,
  dilation: readonly [number, number] = [1, 1],
): [number, number] {
  const along = (length: number, i: 0 | 1) => {
    const extent = (size[i] - 1) * dilation[i] + 1;
    const count = same ? Math.ceil(length / strides[i]) : Math.floor((length - extent) / strides[i]) + 1;
    const missing = same ? Math.max(0, (count - 1) * strides[i] + extent - length) : 0;
    return { count, before: Math.floor(missing / 2) };
  };
  const [down, across] = [along(rows, 0), along(columns, 1)];
  for (let r = 0; r < down.count; r++) {
    for (let q = 0; q < across.count; q++) {
      const under: { tap: [number, number]; row: number; column: number }[] = [];
      for (let i = 0; i < size[0]; i++) {
        for (let j = 0; j < size[1]; j++) {
          const row = r * strides[0] - down.before + i * dilation[0];
          const column = q * strides[1] - across.before + j * dilation[1];
          if (row >= 0 && row < rows && column >= 0 && column < columns) under.push({ tap: [i, j], row, column });
        }
      }
      visit(r * across.count + q, under);
    }
  }
  return [down.count, across.count];
}

function convolved({ arrays, config }: LayerDescription, x: Sample): Sample {
  const kernel = kerasOrder(arrays.kernel);
  const [height, width, channels, filters] = arrays.kernel.shape;
  const strides = pair(config.strides as never, [1, 1]);
  const dilation = pair(config.dilationRate as never, [1, 1]);
  const data: number[] = [];
  const visit: Visit = (pixel, under) => {
    for (let f = 0; f < filters; f++) {
      let sum: number = arrays.bias?.data[f] ?? 0;
      for (const { tap, row, column } of under) {
        for (let c = 0; c < channels; c++) {
          sum += kernel(tap[0], tap[1], c, f) * x.data[(row * x.shape[1] + column) * channels + c];
        }
      }
      data[pixel * filters + f] = sum;
    }
  };
  const out = eachWindow(x.shape, [height, width], strides, config.padding === 'same', visit, dilation);
  return { shape: [...out, filters], data: Float64Array.from(data) };
}

function pooled({ config }: LayerDescription, x: Sample, reduce: (values: number[]) => number): Sample {
  const size = pair(config.poolSize as never, [2, 2]);
  const channels = x.shape[2];
  const data: number[] = [];
  const out = eachWindow(
    x.shape,
    size,
    pair(config.strides as never, size),
    config.padding === 'same',
    (pixel, under) => {
      for (let c = 0; c < channels; c++) {
        data[pixel * channels + c] = reduce(
          under.map(({ row, column }) => x.data[(row * x.shape[1] + column) * channels + c]),
        );
      }
    },
  );
  return { shape: [...out, channels], data: Float64Array.from(data) };
}

/** Φ(v), by Marsaglia's series (2004). */
function normal(v: number): number {
  let [sum, term] = [v, v];
  for (let k = 3; Math.abs(term) > 1e-17; k += 2) sum += term *= (v * v) / k;
  return 0.5 + (sum * Math.exp(-0.5 * v * v)) / Math.sqrt(2 * Math.PI);
}

function activated(name: string, x: Sample, slope: number): Sample {
  const functions: Record<string, (v: number) => number> = {
    linear: (v) => v,
    relu: (v) => Math.max(v, 0),
    leakyRelu: (v) => (v > 0 ? v : slope * v),
    sigmoid: (v) => 1 / (1 + Math.exp(-v)),
    tanh: Math.tanh,
    elu: (v) => (v > 0 ? v : Math.expm1(v)),
    softplus: (v) => Math.log1p(Math.exp(v)),
    gelu: (v) => v * normal(v),
    silu: (v) => v / (1 + Math.exp(-v)),
    swish: (v) => v / (1 + Math.exp(-v)),
  };
  if (name !== 'softmax') return { shape: x.shape, data: x.data.map(functions[name]) };
  const channels = x.shape[x.shape.length - 1];
  const data = x.data.map((_, i) => {
    const first = i - (i % channels);
    const row = x.data.subarray(first, first + channels);
    const largest = Math.max(...row);
    return Math.exp(x.data[i] - largest) / row.reduce((sum, value) => sum + Math.exp(value - largest), 0);
  });
  return { shape: x.shape, data };
}

/** The k largest; of equals the first. */
function largest({ shape, data }: Sample, k: number): Sample {
  const order = Array.from(data.keys()).sort((i, j) => data[j] - data[i] || i - j);
  const kept = new Set(order.slice(0, k));
  return { shape, data: data.map((value, i) => (kept.has(i) ? value : 0)) };
}

function normalized({ arrays, config }: LayerDescription, x: Sample): Sample {
  const channels = x.shape[x.shape.length - 1];
  const epsilon = (config.epsilon as number | undefined) ?? 0.001;
  const data = x.data.map((value, i) => {
    const c = i % channels;
    const deviation = Math.sqrt(arrays.movingVariance.data[c] + epsilon);
    const gamma = arrays.gamma ? arrays.gamma.data[c] : 1;
    return ((value - arrays.movingMean.data[c]) / deviation) * gamma + (arrays.beta ? arrays.beta.data[c] : 0);
  });
  return { shape: x.shape, data };
}

function concatenated(xs: readonly Sample[]): Sample {
  const widths = xs.map(({ shape }) => shape[shape.length - 1]);
  const total = widths.reduce((sum, width) => sum + width, 0);
  const rows = xs[0].data.length / widths[0];
  const data: number[] = [];
  for (let r = 0; r < rows; r++) {
    for (const [i, x] of xs.entries()) data.push(...x.data.subarray(r * widths[i], (r + 1) * widths[i]));
  }
  const masked = xs.find(({ mask }) => mask)?.mask;
  const mask = masked?.map((_, t) => xs.every((x) => x.mask?.[t] ?? true));
  return { shape: [...xs[0].shape.slice(0, -1), total], data: Float64Array.from(data), ...(mask && { mask }) };
}

/** The same numbers, read and filled channel by channel. */
function refilled(x: Sample, shape: readonly number[]): Sample {
  const place = (at: readonly number[], i: number) => {
    const channels = at[at.length - 1];
    const pixels = sizeOf(at) / channels;
    return (i % pixels) * channels + Math.floor(i / pixels);
  };
  const data = new Float64Array(x.data.length);
  for (let i = 0; i < data.length; i++) data[place(shape, i)] = x.data[place(x.shape, i)];
  return { shape, data };
}
