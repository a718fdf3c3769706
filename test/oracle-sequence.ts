// The oracle's layers of sequences: Keras' equations in plain f64 loops, one sample and one step at a time.

import type { LayerDescription } from '../src/format/index.ts';
import { kerasOrder, type Sample } from './oracle-sample.ts';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const relu = (x: number) => Math.max(x, 0);
const functions: Record<string, (x: number) => number> = {
  tanh: Math.tanh,
  relu,
  linear: (x) => x,
  sigmoid,
  hardSigmoid: (x) => Math.min(Math.max(x / 6 + 0.5, 0), 1),
};

export function embedded({ arrays, config }: LayerDescription, x: Sample): Sample {
  const table = kerasOrder(arrays.embeddings);
  const [, features] = arrays.embeddings.shape;
  const data = Float64Array.from({ length: x.data.length * features }, (_, i) =>
    table(x.data[Math.floor(i / features)], i % features),
  );
  return {
    shape: [...x.shape, features],
    data,
    ...(config.maskZero === true && { mask: Array.from(x.data, (id) => id !== 0) }),
  };
}

/** Output, and where asked for h and c. */
export function recurred({ arrays, config }: LayerDescription, [x, h0, c0]: readonly Sample[]): Sample[] {
  const [kernel, recurrent] = [kerasOrder(arrays.kernel), kerasOrder(arrays.recurrentKernel)];
  const [features, units] = [arrays.kernel.shape[0], arrays.recurrentKernel.shape[0]];
  const phi = functions[(config.activation as string) ?? 'tanh'];
  const sigma = functions[(config.recurrentActivation as string) ?? 'sigmoid'];
  const time = x.shape[0];
  let h = h0 ? Array.from(h0.data) : new Array<number>(units).fill(0);
  let c = c0 ? Array.from(c0.data) : new Array<number>(units).fill(0);
  const sequence: number[] = [];
  for (let step = 0; step < time; step++) {
    const t = config.goBackwards ? time - 1 - step : step;
    const gate = (g: number, j: number) => {
      let sum: number = arrays.bias?.data[g * units + j] ?? 0;
      for (let i = 0; i < features; i++) sum += kernel(i, g * units + j) * x.data[t * features + i];
      for (let i = 0; i < units; i++) sum += recurrent(i, g * units + j) * h[i];
      return sum;
    };
    if (x.mask?.[t] !== false) {
      const next = c.map((old, j) => sigma(gate(1, j)) * old + sigma(gate(0, j)) * phi(gate(2, j)));
      h = next.map((value, j) => sigma(gate(3, j)) * phi(value));
      c = next;
    }
    sequence.push(...h);
  }
  const last = { shape: [units], data: Float64Array.from(h) };
  // Outputs are in the order of reading, and so is their mask. (Keras passes the mask on as it came, where it names other steps.)
  const mask = config.goBackwards ? x.mask?.toReversed() : x.mask;
  const all = { shape: [time, units], data: Float64Array.from(sequence), ...(mask && { mask }) };
  const states = config.returnState ? [last, { shape: [units], data: Float64Array.from(c) }] : [];
  return [config.returnSequences ? all : last, ...states];
}

/** Kernel [steps, in, out]; 'same' puts the odd zero after the sequence, 'causal' all of them before. */
export function slid({ arrays, config }: LayerDescription, x: Sample): Sample {
  const kernel = kerasOrder(arrays.kernel);
  const [size, channels, filters] = arrays.kernel.shape;
  const [time] = x.shape;
  const stride = (config.strides as number) ?? 1;
  const { padding = 'valid' } = config;
  const out = padding === 'valid' ? Math.floor((time - size) / stride) + 1 : Math.ceil(time / stride);
  const missing = Math.max(0, (out - 1) * stride + size - time);
  const before = padding === 'causal' ? size - 1 : padding === 'same' ? Math.floor(missing / 2) : 0;
  const data = new Float64Array(out * filters);
  for (let t = 0; t < out; t++) {
    for (let f = 0; f < filters; f++) {
      let sum: number = arrays.bias?.data[f] ?? 0;
      for (let d = 0; d < size; d++) {
        const from = t * stride - before + d;
        if (from < 0 || from >= time) continue;
        for (let c = 0; c < channels; c++) sum += kernel(d, c, f) * x.data[from * channels + c];
      }
      data[t * filters + f] = sum;
    }
  }
  return { shape: [out, filters], data };
}

export function pooledOverTime({ type }: LayerDescription, x: Sample): Sample {
  const [time, features] = x.shape;
  const isMax = type === 'globalMaxPooling1d';
  const steps = Array.from({ length: time }, (_, t) => t).filter((t) => isMax || x.mask?.[t] !== false);
  const data = Float64Array.from({ length: features }, (_, f) => {
    const values = steps.map((t) => x.data[t * features + f]);
    if (isMax) return Math.max(...values);
    return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  });
  return { shape: [features], data };
}

/** Each step by itself through the layer within. */
export function distributed(
  { config, arrays, name }: LayerDescription,
  x: Sample,
  apply: (layer: LayerDescription, xs: readonly Sample[]) => Sample[],
): Sample {
  const layer = { ...(config.layer as Pick<LayerDescription, 'type' | 'config'>), name, arrays };
  const [time, ...shape] = x.shape;
  const size = x.data.length / time;
  const steps = Array.from({ length: time }, (_, t) => {
    const [y] = apply(layer, [{ shape, data: x.data.slice(t * size, (t + 1) * size) }]);
    return y;
  });
  return { shape: [time, ...steps[0].shape], data: Float64Array.from(steps.flatMap(({ data }) => [...data])) };
}
