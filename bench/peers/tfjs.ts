// TensorFlow.js on its wasm backend, which in Node has one thread. Weights stay on the backend, where its first use packs them;
// the answer is read back with dataSync.

import { createRequire } from 'node:module';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { type Contender, type LayerSpec, type Library, type Task, timed } from './task.ts';
import { transposed } from './tasks.ts';

const require = createRequire(import.meta.url);

/** @throws when it is not installed. */
export async function tfjs(): Promise<Library> {
  const tf = require('@tensorflow/tfjs-core') as typeof import('@tensorflow/tfjs-core');
  require('@tensorflow/tfjs-backend-wasm');
  await tf.setBackend('wasm');
  await tf.ready();

  /** A layer with its weights on the backend. */
  function layer(spec: LayerSpec, previous: LayerSpec | undefined): (x: Tensor) => Tensor {
    if (spec.type === 'maxPooling2d') return (x) => tf.maxPool(x as Tensor4D, 2, 2, 'valid');
    if (spec.type === 'flatten') return (x) => tf.reshape(x, [x.shape[0], -1]);
    if (spec.type === 'embedding') {
      const table = tf.tensor(spec.table, [...spec.shape]);
      return (x) => tf.gather(table, tf.cast(x, 'int32'));
    }
    if (spec.type === 'lstm') return recurrence(spec);
    const kernel =
      spec.type === 'dense' && previous?.type === 'flatten' ? lastAxisInner(spec.kernel, previous.shape) : spec.kernel;
    const [w, b] = [tf.tensor(kernel, [...spec.shape]), tf.tensor1d(spec.bias)];
    const { activation } = spec;
    const fused = activation === 'relu' ? 'relu' : 'linear';
    if (spec.type === 'conv2d') {
      return (x) =>
        tf.fused.conv2d({
          x: x as Tensor4D,
          filter: w as Tensor4D,
          strides: 1,
          pad: 'valid',
          bias: b,
          activation: fused,
        });
    }
    const apply = (x: Tensor) => tf.fused.matMul({ a: x as Tensor2D, b: w as Tensor2D, bias: b, activation: fused });
    return activation === 'softmax' ? (x) => tf.softmax(apply(x)) : apply;
  }

  /** Its own cell, whose gates are in the order i, c, f, o, at every step. */
  function recurrence({ kernel, recurrentKernel, bias, units }: Extract<LayerSpec, { type: 'lstm' }>) {
    const features = kernel.length / (4 * units);
    const rows = Float32Array.of(...kernel, ...recurrentKernel);
    const weights = tf.tensor2d(reordered(rows, features + units, units), [features + units, 4 * units]);
    const b = tf.tensor1d(reordered(bias, 1, units));
    return (x: Tensor): Tensor => {
      const [batch] = x.shape;
      let [c, h] = [tf.zeros([batch, units]) as Tensor2D, tf.zeros([batch, units]) as Tensor2D];
      for (const step of tf.unstack(x, 1)) {
        [c, h] = tf.basicLSTMCell(tf.scalar(0), weights, b, step as Tensor2D, c, h);
      }
      return h;
    };
  }

  function contender(name: string, call: () => Float32Array, answer = call): Contender {
    return {
      library: 'tfjs-wasm',
      form: name,
      answer: async () => answer().slice(),
      sample: (calls) => timed(calls, call),
      dispose: () => tf.disposeVariables(),
    };
  }

  const read = (compute: () => Tensor): Float32Array => {
    const y = tf.tidy(compute);
    const data = y.dataSync() as Float32Array;
    y.dispose();
    return data;
  };

  return {
    name: 'tfjs-wasm',
    version: tf.version_core,
    native: false,
    async contenders(task: Task) {
      if (task.kind === 'predict') {
        const layers = task.layers.map((spec, i) => layer(spec, task.layers[i - 1]));
        const { x, batch } = task;
        const dims = task.model === 'd' ? [batch, x.length / batch] : [batch, 28, 28, 1];
        return [
          contender('dense', () =>
            read(() => layers.reduce((y, apply) => apply(y), tf.tensor(x, dims) as Tensor)),
          ),
        ];
      }
      if (task.kind !== 'gemm') return [];
      const { m, k, n, w, x } = task;
      // Xᵀ·Wᵀ = Yᵀ: the weights on the right, as in its layers.
      const right = tf.tensor2d(transposed(w, m, k), [k, m]);
      const left = transposed(x, k, n);
      const call = () => read(() => tf.matMul(tf.tensor2d(left, [n, k]), right));
      return [contender('dense', call, () => transposed(call(), n, m))];
    },
    close() {},
  };
}

/** Columns of gates i, f, c, o in the order i, c, f, o. */
function reordered(matrix: Float32Array, rows: number, units: number): Float32Array {
  const result = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    const gate = (g: number) => matrix.subarray((4 * row + g) * units, (4 * row + g + 1) * units);
    [0, 2, 1, 3].forEach((g, place) => {
      result.set(gate(g), (4 * row + place) * units);
    });
  }
  return result;
}

/** A dense kernel whose rows are in the order channel, row, column, in the order row, column, channel. */
function lastAxisInner(kernel: Float32Array, shape: readonly number[]): Float32Array {
  const channels = shape[shape.length - 1];
  const pixels = shape.slice(0, -1).reduce((product, size) => product * size, 1);
  const units = kernel.length / (channels * pixels);
  const result = new Float32Array(kernel.length);
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < pixels; p++) {
      result.set(kernel.subarray((c * pixels + p) * units, (c * pixels + p + 1) * units), (p * channels + c) * units);
    }
  }
  return result;
}
