// What the tests of inference build models with, as plain data, and what they hold them to.

import { expect } from 'vitest';
import type { ArrayDescription, LayerDescription, ModelDescription } from '../src/format/index.ts';
import { compress, type InferenceOptions } from '../src/inference/index.ts';
import { Random } from '../src/tensor/random.ts';
import { evaluate } from './inference-oracle.ts';

export const random = new Random(11, 'inference');
export const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
export const normals = (count: number, scale = 1) =>
  Float32Array.from({ length: count }, () => scale * random.normal());

/** What the kernels of a test are pruned to: blocks of r rows, kept with that probability. */
export interface Pattern {
  density: number;
  block: number;
}

export function kernel(shape: number[], axes: number[], { density, block }: Pattern): ArrayDescription {
  const m = shape[axes[0]];
  const k = sizeOf(shape) / m;
  const data = normals(m * k, 1 / Math.sqrt(Math.max(1, k * density)));
  if (density === 1) return { shape, axes, data };
  const keep = Uint8Array.from({ length: Math.ceil(m / block) * k }, () => (random.uniform() < density ? 1 : 0));
  const mask = data.map((_, i) => keep[Math.floor(i / k / block) * k + (i % k)]);
  return { shape, axes, data: data.map((value, i) => (mask[i] ? value : 0)), mask: Uint8Array.from(mask) };
}

export const vector = (length: number, values = normals(length)): ArrayDescription => ({
  shape: [length],
  axes: [0],
  data: values,
});

/** A node's first output, or one of several. */
export type From = number | [node: number, output: number];

/** Around the sizes at which panels, vectors and slabs end. */
export const batches = [1, 2, 3, 5, 8, 31, 32, 33, 64, 100];

/** Draws models as plain data, shapes counted along. */
export class Drawing {
  readonly layers: LayerDescription[] = [];
  readonly nodes: { layer: number; inputs: [number, number][] }[] = [];
  readonly inputs: [number, number][] = [];
  readonly pattern: Pattern;

  constructor(pattern: Pattern = { density: 1, block: 1 }) {
    this.pattern = pattern;
  }

  input(...shape: number[]): number {
    const node = this.use({ type: 'input', name: `input${this.inputs.length}`, config: { shape }, arrays: {} });
    this.inputs.push([node, 0]);
    return node;
  }

  use(layer: LayerDescription | number, ...from: From[]): number {
    const index = typeof layer === 'number' ? layer : this.layers.push(layer) - 1;
    return (
      this.nodes.push({ layer: index, inputs: from.map((node) => (typeof node === 'number' ? [node, 0] : node)) }) - 1
    );
  }

  layer(type: string, config: object, from: From[], arrays: Record<string, ArrayDescription> = {}): number {
    return this.use({ type, name: `${type}${this.layers.length}`, config: config as never, arrays }, ...from);
  }

  dense(from: number, inputs: number, units: number, activation = 'linear', useBias = true): number {
    const arrays = { kernel: kernel([inputs, units], [1, 0], this.pattern), ...(useBias && { bias: vector(units) }) };
    return this.layer('dense', { units, activation, useBias }, [from], arrays);
  }

  conv(from: number, size: [number, number], channels: number, filters: number, config: object = {}): number {
    const arrays = { kernel: kernel([...size, channels, filters], [3, 2, 0, 1], this.pattern), bias: vector(filters) };
    return this.layer('conv2d', { filters, kernelSize: size, ...config }, [from], arrays);
  }

  norm(from: number, channels: number, config: object = {}): number {
    const variance = normals(channels).map((value) => value * value + 0.1);
    const arrays = { movingMean: vector(channels), movingVariance: vector(channels, variance) };
    const scale = { gamma: vector(channels), beta: vector(channels) };
    return this.layer('batchNormalization', config, [from], { ...arrays, ...scale });
  }

  embedding(from: number, vocabulary: number, features: number, maskZero = false): number {
    const arrays = { embeddings: kernel([vocabulary, features], [0, 1], this.pattern) };
    return this.layer('embedding', { inputDim: vocabulary, outputDim: features, maskZero }, [from], arrays);
  }

  lstm(from: From | From[], features: number, units: number, config: object = {}): number {
    const arrays = {
      kernel: kernel([features, 4 * units], [1, 0], this.pattern),
      recurrentKernel: kernel([units, 4 * units], [1, 0], this.pattern),
      bias: vector(4 * units),
    };
    const list = Array.isArray(from) && from.length === 3 ? (from as From[]) : [from as From];
    return this.layer('lstm', { units, ...config }, list, arrays);
  }

  conv1d(from: number, steps: number, channels: number, filters: number, config: object = {}): number {
    const arrays = { kernel: kernel([steps, channels, filters], [2, 1, 0], this.pattern), bias: vector(filters) };
    return this.layer('conv1d', { filters, kernelSize: steps, ...config }, [from], arrays);
  }

  /** A layer of the given type and arrays at every step. */
  distributed(from: number, type: string, config: object, arrays: Record<string, ArrayDescription> = {}): number {
    return this.layer('timeDistributed', { layer: { type, name: type, config } }, [from], arrays);
  }

  model(...outputs: From[]): ModelDescription {
    const { layers, nodes, inputs } = this;
    const ends = outputs.map((node): [number, number] => (typeof node === 'number' ? [node, 0] : node));
    return { name: 'm', graph: { layers, nodes, inputs, outputs: ends } };
  }
}

/** max|a − b| ≤ 1e-5·max|b| against the oracle, for each batch size. */
export function agrees(
  description: ModelDescription,
  batches: readonly number[],
  options: InferenceOptions = {},
  numbers: (count: number, input: number) => Float32Array = (count) => normals(count),
): void {
  const model = compress({ describe: () => description }, options);
  for (const batch of batches) {
    const xs = model.inputs.map(({ shape }, i) => numbers(batch * sizeOf(shape), i));
    const results = model.predictAll(xs);
    const expected = Array.from({ length: batch }, (_, sample) =>
      evaluate(
        description,
        model.inputs.map(({ shape }, i) => ({
          shape,
          data: Float64Array.from(xs[i].subarray(sample * sizeOf(shape), (sample + 1) * sizeOf(shape))),
        })),
      ),
    );
    results.forEach(({ data, shape }, output) => {
      expect(shape).toEqual([batch, ...model.outputs[output].shape]);
      const oracle = expected.flatMap((outputs) => [...outputs[output].data]);
      const largest = oracle.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      const error = oracle.reduce((max, value, i) => Math.max(max, Math.abs(value - data[i])), 0);
      expect(error, `batch ${batch}`).toBeLessThanOrEqual(1e-5 * largest);
    });
  }
  model.dispose();
}

/** Bytes that a call leaves on JavaScript's heap, the least of many: the garbage collector, and the first code, come in between. */
export function bytesPerCall(call: () => void): number {
  let least = Infinity;
  for (let sample = 0; sample < 40; sample++) {
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 500; i++) call();
    const grown = process.memoryUsage().heapUsed - before;
    if (grown >= 0) least = Math.min(least, grown / 500);
  }
  return least;
}
