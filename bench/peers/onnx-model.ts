// A task as an ONNX model. Images are NCHW, which for one channel are the same numbers; a dense layer is Gemm x·W + b, with the
// weights on the right (on the left onnxruntime is twenty times slower).

import { createRequire } from 'node:module';
import type { LayerSpec, Task } from './task.ts';
import { transposed } from './tasks.ts';

const { onnx } = createRequire(import.meta.url)('onnx-proto') as typeof import('onnx-proto');

const float = onnx.TensorProto.DataType.FLOAT;

const tensor = (name: string, dims: readonly number[], data: Float32Array) => ({
  name,
  dims: [...dims],
  dataType: float,
  rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice(),
});

const value = (name: string, dims: readonly number[]) => ({
  name,
  type: { tensorType: { elemType: float, shape: { dim: dims.map((dimValue) => ({ dimValue })) } } },
});

const integers = (name: string, ints: readonly number[]) => ({
  name,
  ints: [...ints],
  type: onnx.AttributeProto.AttributeType.INTS,
});

const integer = (name: string, i: number) => ({ name, i, type: onnx.AttributeProto.AttributeType.INT });

interface Node {
  opType: string;
  input: string[];
  output: string[];
  attribute?: (ReturnType<typeof integers> | ReturnType<typeof integer>)[];
}

/** From Keras [row, column, in, out] to [out, in, row, column]. */
function outputsFirst(kernel: Float32Array, [rows, columns, inputs, outputs]: readonly number[]): Float32Array {
  const result = new Float32Array(kernel.length);
  let at = 0;
  for (let o = 0; o < outputs; o++) {
    for (let c = 0; c < inputs; c++) {
      for (let p = 0; p < rows * columns; p++) result[at++] = kernel[(p * inputs + c) * outputs + o];
    }
  }
  return result;
}

/** From Keras' [in, i f c o] to ONNX' [i o f c, in]. */
function gatesFirst(kernel: Float32Array, inputs: number, units: number): Float32Array {
  const byRow = transposed(kernel, inputs, 4 * units);
  const gate = (g: number) => byRow.subarray(g * units * inputs, (g + 1) * units * inputs);
  const result = new Float32Array(byRow.length);
  [0, 3, 1, 2].forEach((g, place) => {
    result.set(gate(g), place * units * inputs);
  });
  return result;
}

/** Tokens, which come as floats, to [time, batch, features]. */
function embeddingNodes({ table, shape }: Extract<LayerSpec, { type: 'embedding' }>, i: number, x: string) {
  const [y, w] = [`y${i}`, `w${i}`];
  const nodes: Node[] = [
    { opType: 'Cast', input: [x], output: [`ids${i}`], attribute: [integer('to', onnx.TensorProto.DataType.INT32)] },
    { opType: 'Gather', input: [w, `ids${i}`], output: [`z${i}`] },
    { opType: 'Transpose', input: [`z${i}`], output: [y], attribute: [integers('perm', [1, 0, 2])] },
  ];
  return { y, nodes, weights: [tensor(w, shape, table)] };
}

/** [time, batch, features] to the last output, [batch, units]. */
function lstmNodes({ kernel, recurrentKernel, bias, units }: Extract<LayerSpec, { type: 'lstm' }>, i: number, x: string) {
  const features = kernel.length / (4 * units);
  const [y, w, r, b] = [`y${i}`, `w${i}`, `r${i}`, `b${i}`];
  const both = new Float32Array(8 * units);
  both.set(gatesFirst(bias, 1, units));
  const nodes: Node[] = [
    { opType: 'LSTM', input: [x, w, r, b], output: ['', `h${i}`], attribute: [integer('hidden_size', units)] },
    { opType: 'ReduceMax', input: [`h${i}`], output: [y], attribute: [integers('axes', [0]), integer('keepdims', 0)] },
  ];
  const weights = [
    tensor(w, [1, 4 * units, features], gatesFirst(kernel, features, units)),
    tensor(r, [1, 4 * units, units], gatesFirst(recurrentKernel, units, units)),
    tensor(b, [1, 8 * units], both),
  ];
  return { y, nodes, weights };
}

function layerNodes(spec: LayerSpec, i: number, x: string) {
  if (spec.type === 'embedding') return embeddingNodes(spec, i, x);
  if (spec.type === 'lstm') return lstmNodes(spec, i, x);
  const [y, w, b] = [`y${i}`, `w${i}`, `b${i}`];
  if (spec.type === 'flatten') return { y, nodes: [{ opType: 'Flatten', input: [x], output: [y] }], weights: [] };
  if (spec.type === 'maxPooling2d') {
    const attribute = [integers('kernel_shape', [2, 2]), integers('strides', [2, 2])];
    return { y, nodes: [{ opType: 'MaxPool', input: [x], output: [y], attribute }], weights: [] };
  }
  const [rows, columns, inputs, outputs] = spec.shape;
  const isDense = spec.type === 'dense';
  const kernel = isDense
    ? tensor(w, spec.shape, spec.kernel)
    : tensor(w, [outputs, inputs, rows, columns], outputsFirst(spec.kernel, spec.shape));
  const isLinear = spec.activation === 'linear';
  const nodes: Node[] = [{ opType: isDense ? 'Gemm' : 'Conv', input: [x, w, b], output: [isLinear ? y : `z${i}`] }];
  if (!isLinear) nodes.push({ opType: spec.activation === 'relu' ? 'Relu' : 'Softmax', input: [`z${i}`], output: [y] });
  return { y, nodes, weights: [kernel, tensor(b, [spec.bias.length], spec.bias)] };
}

/** A model with input `x` and one output; and what to feed it. */
export interface OnnxTask {
  readonly bytes: Uint8Array;
  readonly output: string;
  readonly dims: readonly number[];
  readonly x: Float32Array;
  /** The output as the task wants it. */
  readonly arrange: (y: Float32Array) => Float32Array;
}

function encoded(graph: object): Uint8Array {
  const model = { irVersion: 8, opsetImport: [{ domain: '', version: 15 }], graph };
  return onnx.ModelProto.encode(onnx.ModelProto.create(model)).finish();
}

/** The task for onnxruntime, or nothing where it has no way to do it. */
export function onnxTask(task: Task): OnnxTask | undefined {
  if (task.kind === 'predict') {
    const dims = task.model === 'd' ? [task.batch, task.x.length / task.batch] : [task.batch, 1, 28, 28];
    let x = 'x';
    const nodes: Node[] = [];
    const initializer: ReturnType<typeof tensor>[] = [];
    for (const [i, spec] of task.layers.entries()) {
      const layer = layerNodes(spec, i, x);
      nodes.push(...layer.nodes);
      initializer.push(...layer.weights);
      x = layer.y;
    }
    const graph = {
      name: task.model,
      node: nodes,
      initializer,
      input: [value('x', dims)],
      output: [value(x, [task.batch, task.model === 'd' ? 2 : 10])],
    };
    return { bytes: encoded(graph), output: x, dims, x: task.x, arrange: (y) => y };
  }
  if (task.kind !== 'gemm') return undefined;
  const { m, k, n } = task;
  const graph = {
    name: 'gemm',
    node: [{ opType: 'MatMul', input: ['x', 'w'], output: ['y'] }],
    initializer: [tensor('w', [k, m], transposed(task.w, m, k))],
    input: [value('x', [n, k])],
    output: [value('y', [n, m])],
  };
  return {
    bytes: encoded(graph),
    output: 'y',
    dims: [n, k],
    x: transposed(task.x, k, n),
    arrange: (y) => transposed(y, n, m),
  };
}
