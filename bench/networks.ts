// The networks of the model rows, 28×28×1 images to 10 classes, and what they cost:
//
//   a  LeNet-300-100: dense 300, 100, 10                              266,200 weights,  0.53 MFlop an image
//   b  LeNet-5-Caffe: conv 20 5×5, pool, conv 50 5×5, pool, dense 500, 10     430,500,  4.6 MFlop
//   c  the article's: conv 32 3×3, pool, conv 64 3×3, pool, dense 64, 10      121,760,  5.0 MFlop
//
// "90% sparse" is every weight matrix at 90% but the output's.

import {
  block4x1,
  block8x1,
  block16x1,
  conv2d,
  dense,
  flatten,
  input,
  type Layer,
  type Model,
  maxPooling2d,
  prune,
  Random,
  type Structure,
  sequential,
  unstructured,
} from '../src/index.ts';

export const networkNames = ['a', 'b', 'c'] as const;
export type NetworkName = (typeof networkNames)[number];

export const imageSize = 28 * 28;
export const classes = 10;

const layers: Record<NetworkName, () => Layer[]> = {
  a: () => [flatten(), dense({ units: 300, activation: 'relu' }), dense({ units: 100, activation: 'relu' })],
  b: () => [
    conv2d({ filters: 20, kernelSize: 5 }),
    maxPooling2d(),
    conv2d({ filters: 50, kernelSize: 5 }),
    maxPooling2d(),
    flatten(),
    dense({ units: 500, activation: 'relu' }),
  ],
  c: () => [
    conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
    maxPooling2d(),
    conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
    maxPooling2d(),
    flatten(),
    dense({ units: 64, activation: 'relu' }),
  ],
};

/** In what shape weights are kept, by the name a row has for it. */
export const structures = { unstructured, block4x1, block8x1, block16x1 } satisfies Record<string, Structure>;
export type StructureName = keyof typeof structures;

/** The network at its random start; with a structure, pruned in it by magnitude. */
export function network(name: NetworkName, sparsity = 0, structure: StructureName = 'unstructured'): Model {
  const image = input({ shape: [28, 28, 1] });
  const model = sequential([image, ...layers[name](), dense({ units: classes, activation: 'softmax' })], {
    name,
    seed: 1,
  });
  const output = model.layers[model.layers.length - 1].name;
  if (sparsity > 0) prune(model, { amount: sparsity, structure: structures[structure], skip: [output] });
  return model;
}

/** Operations of one layer for one image, on the weights kept and on all, a multiply-add counting two. */
export interface LayerFlops {
  readonly kept: number;
  readonly all: number;
}

/** Layer by layer, those with a kernel. */
export function layerFlops(model: Model): LayerFlops[] {
  return model.steps.flatMap(({ layer, shapes: [shape] }) => {
    const kernels = layer.parameters.filter(({ name }) => name === 'kernel' || name === 'recurrentKernel');
    if (kernels.length === 0) return [];
    // A kernel is used once for each step or pixel of the output, that of a transposed convolution for each of the input.
    const pixels = ['lstm', 'conv2dTranspose'].includes(layer.type) ? layer.inputShapes[0] : shape;
    const uses = 2 * pixels.slice(0, -1).reduce((product, size) => product * size, 1);
    const count = (of: (values: Float32Array) => number) =>
      uses * kernels.reduce((sum, k) => sum + of(k.values.view), 0);
    const kept = count((values) => values.reduce((sum, weight) => sum + Number(weight !== 0), 0));
    return [{ kept, all: count(({ length }) => length) }];
  });
}

/** Images of numbers uniform in [0, 1), half of them 0 as most of a digit is, and labels. */
export function digits(count: number): { images: Float32Array; labels: Float32Array } {
  const random = new Random(2, 'bench');
  const images = Float32Array.from({ length: count * imageSize }, () => Math.max(0, 2 * random.uniform() - 1));
  return { images, labels: Float32Array.from({ length: count }, (_, i) => i % classes) };
}
