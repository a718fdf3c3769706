// A small U-Net (Ronneberger, Fischer, Brox 2015): down by pooling, up by repeating pixels, and at each size what was seen going down
// beside what comes up. 78,560 weights in kernels; 75 MFlop for 48 × 48 pixels.
//
//   48²   1 → 16 ─────────────────────────────── 16 + 16 → 16 → classes
//           ↓ pool                                    ↑ twice
//   24²    16 → 32 → 32 ──────────── 32 + 32 → 32 → 16
//                     ↓ pool              ↑ twice
//   12²              32 → 64 → 32 ────────┘

import {
  activation,
  batchNormalization,
  type Callback,
  concatenate,
  conv2d,
  input,
  type Model,
  maxPooling2d,
  model,
  type SymbolicTensor,
  upSampling2d,
} from '../../src/index.ts';

/** The layer that gives the classes. */
export const last = 'classes';
/** Layers that stay dense when the weights of others are pruned. */
export const ends = ['fine', last];

/** A U-Net for images [side, side, 1], side a multiple of 4; probabilities of the classes for each pixel. */
export function uNet(options: { side: number; classes: number; seed: number; width?: number }): Model {
  const { side, classes, seed, width = 16 } = options;
  const image = input({ shape: [side, side, 1] });
  const fine = see(image, 'fine', width);
  const middle = see(see(maxPooling2d().apply(fine), 'middle-1', 2 * width), 'middle-2', 2 * width);
  const coarse = see(see(maxPooling2d().apply(middle), 'coarse-1', 4 * width), 'coarse-2', 2 * width);
  const back = see(see(beside(coarse, middle), 'back-1', 2 * width), 'back-2', width);
  const whole = see(beside(back, fine), 'whole', width);
  const answer = conv2d({ filters: classes, kernelSize: 1, activation: 'softmax', name: last });
  return model({ inputs: image, outputs: answer.apply(whole), name: 'u-net', seed });
}

/** Convolution, batch normalization, ReLU. */
function see(x: SymbolicTensor, name: string, filters: number): SymbolicTensor {
  const kernel = { kernelSize: 3, padding: 'same', useBias: false, kernelInitializer: 'heUniform' } as const;
  const y = conv2d({ filters, ...kernel, name }).apply(x);
  return activation({ activation: 'relu' }).apply(batchNormalization({ momentum: 0.9, name: normOf(name) }).apply(y));
}

const normOf = (convolution: string): string => `${convolution}-norm`;

/** What comes up, made as large as what was seen going down, and that. */
const beside = (small: SymbolicTensor, large: SymbolicTensor): SymbolicTensor =>
  concatenate().apply([upSampling2d().apply(small), large]);

/**
 * Of a filter that is gone the shift of its normalization is left, a constant; where a border of zeros follows it cannot go into the
 * biases. This shifts it below zero, so that the ReLU gives 0 and `shrink` may take the channel out.
 */
export const silence = (model: Model): Callback => ({
  onTrainBatchEnd() {
    for (const { name, parameters } of model.layers) {
      const shift = model.layers
        .find((layer) => layer.name === normOf(name))
        ?.parameters.find(({ name }) => name === 'beta');
      if (!shift) continue;
      const kernel = parameters[0].values.view;
      const taps = kernel.length / shift.length;
      for (let i = 0; i < shift.length; i++) {
        if (kernel.subarray(i * taps, (i + 1) * taps).every((weight) => weight === 0)) shift.values.view[i] = -1;
      }
    }
  },
});
