// A small DnCNN (Zhang, Zuo, Chen, Meng and Zhang 2017: 3×3 convolutions with batch normalization and ReLU that learn the noise, which
// is then subtracted) on FFDNet's half-size picture (Zhang, Zuo and Zhang 2018: each 2×2 pixels become four channels), which makes
// it four times as fast and its view twice as wide. One network for one noise level.
//
//   x[h × w] → [h/2 × w/2 × 4] → depth convolutions of `filters` channels → [h/2 × w/2 × 4] → the noise[h × w] / sigma

import {
  activation,
  batchNormalization,
  compress,
  conv2d,
  type InferenceModel,
  input,
  type Model,
  sequential,
} from '../../src/index.ts';
import type { Picture } from '../pictures.ts';

/** The sizes of the network. */
export interface NetworkSizes {
  /** Convolutions in all. */
  readonly depth: number;
  /** Channels between them. */
  readonly filters: number;
}

/** A network for pictures of that many pixels, both even; its weights depend on the sizes and the seed alone. */
export function residualNetwork({ depth, filters }: NetworkSizes, rows: number, columns: number, seed = 0): Model {
  const first = { filters, kernelSize: 3, padding: 'same', kernelInitializer: 'heNormal' } as const;
  const inner = (i: number) => [
    conv2d({ ...first, useBias: false, name: `conv_${i}` }),
    // The last steps before the network is judged change little; they are what its means and variances shall be of.
    batchNormalization({ momentum: 0.95, name: `norm_${i}` }),
    activation({ activation: 'relu' }),
  ];
  return sequential(
    [
      input({ shape: [rows / 2, columns / 2, 4] }),
      conv2d({ ...first, activation: 'relu', name: 'conv_1' }),
      ...Array.from({ length: depth - 2 }, (_, i) => inner(i + 2)).flat(),
      conv2d({ filters: 4, kernelSize: 3, padding: 'same', name: `conv_${depth}` }),
    ],
    { name: 'denoiser', seed },
  );
}

/** Each 2×2 pixels as the four channels of one. */
export function unshuffled({ rows, columns, pixels }: Picture): Float32Array {
  const half = columns / 2;
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const [channel, place] = [i & 3, i >> 2];
    const row = 2 * Math.floor(place / half) + (channel >> 1);
    return pixels[row * columns + 2 * (place % half) + (channel & 1)];
  });
}

/** The way back from {@link unshuffled}. */
export function shuffled(channels: Float32Array, rows: number, columns: number): Picture {
  const half = columns / 2;
  const pixels = new Float32Array(rows * columns);
  channels.forEach((value, i) => {
    const [channel, place] = [i & 3, i >> 2];
    const row = 2 * Math.floor(place / half) + (channel >> 1);
    pixels[row * columns + 2 * (place % half) + (channel & 1)] = value;
  });
  return { rows, columns, pixels };
}

/** What stands where a network looks: 0 to 1 moved to about ±2. */
export const centred = (value: number): number => 4 * (value - 0.5);

/** The same weights for pictures of another size, ready to run one at a time. */
export function denoiserFor(trained: Model, rows: number, columns: number): InferenceModel {
  const [even, wide] = [rows + (rows % 2), columns + (columns % 2)];
  const model = residualNetwork(sizesOf(trained), even, wide);
  model.setWeights(trained.getWeights());
  const network = compress(model, { batch: 1 });
  model.dispose();
  return network;
}

/** Takes the noise that a network finds off a picture. */
export function denoised(network: InferenceModel, noisy: Picture, sigma: number): Picture {
  const { rows, columns, pixels } = noisy;
  const even = { rows: rows + (rows % 2), columns: columns + (columns % 2) };
  const seen = Float32Array.from({ length: even.rows * even.columns }, (_, i) => {
    const [row, column] = [Math.floor(i / even.columns), i % even.columns];
    return centred(pixels[Math.min(row, rows - 1) * columns + Math.min(column, columns - 1)]);
  });
  const { data } = network.predict(unshuffled({ ...even, pixels: seen }));
  const noise = shuffled(data, even.rows, even.columns).pixels;
  const at = (i: number) => Math.floor(i / columns) * even.columns + (i % columns);
  return { rows, columns, pixels: pixels.map((value, i) => value - sigma * noise[at(i)]) };
}

/** Depth and channels of a network that {@link residualNetwork} made. @throws when it is another one. */
export function sizesOf(network: Model): NetworkSizes {
  const weights = network.getWeights();
  const kernels = weights.filter(({ shape }) => shape.length === 4);
  const filters = kernels[0]?.shape[3] ?? 0;
  const isOurs = kernels.every(({ shape }, i) => {
    const [into, out] = [i === 0 ? 4 : filters, i === kernels.length - 1 ? 4 : filters];
    return shape[0] === 3 && shape[1] === 3 && shape[2] === into && shape[3] === out;
  });
  if (kernels.length < 2 || !isOurs) throw new Error('expected a network that this example trained, got another one.');
  return { depth: kernels.length, filters };
}
