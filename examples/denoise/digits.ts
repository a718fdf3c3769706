// The article's convolutional autoencoder as a denoiser of digits: 28×28 to a code of 32 numbers and back, the code kept sparse by an
// L1 penalty; then pruned, and trained on under its masks.

import {
  conv2d,
  cubicSparsity,
  dense,
  flatten,
  input,
  l1,
  type Model,
  maxPooling2d,
  prune,
  type Random,
  reshape,
  type Split,
  sequential,
  upSampling2d,
} from '../../src/index.ts';

const pixels = 28 * 28;

/** Clean digits, 0 to 1, and noisy ones. */
export interface NoisyDigits {
  readonly clean: Float32Array;
  readonly noisy: Float32Array;
  readonly count: number;
}

/** The first `most` digits with Gaussian noise of standard deviation `sigma`, clipped to 0 … 1. */
export function noisyDigits({ images, count }: Split, most: number, sigma: number, random: Random): NoisyDigits {
  const taken = Math.min(most, count);
  const clean = images.slice(0, pixels * taken);
  const noisy = clean.map((value) => Math.min(1, Math.max(0, value + sigma * random.normal())));
  return { clean, noisy, count: taken };
}

/** 28×28 → 32 → 7×7×64 → 28×28. (The article's listing ends at 7×7: its second half lacks the two upSampling2d.) */
export function autoencoder(seed: number): Model {
  const inner = { kernelSize: 3, padding: 'same', activation: 'relu' } as const;
  return sequential(
    [
      input({ shape: [28, 28, 1] }),
      conv2d({ filters: 16, ...inner }),
      maxPooling2d(),
      conv2d({ filters: 32, ...inner }),
      maxPooling2d(),
      flatten(),
      dense({ units: 32, activation: 'relu', name: 'code', kernelRegularizer: l1(1e-6) }),
      dense({ units: 7 * 7 * 64, activation: 'relu' }),
      reshape({ targetShape: [7, 7, 64] }),
      upSampling2d(),
      conv2d({ filters: 16, ...inner }),
      upSampling2d(),
      conv2d({ filters: 1, kernelSize: 3, padding: 'same', activation: 'sigmoid', name: 'picture' }),
    ],
    { seed },
  );
}

/** Trains on noisy digits against clean ones; with `sparsity`, prunes all kernels but the last along a cubic over half the epochs. */
export async function trainAutoencoder(
  model: Model,
  { noisy, clean, count }: NoisyDigits,
  {
    epochs,
    sparsity,
    onEpoch,
    signal,
  }: { epochs: number; sparsity?: number; onEpoch: (done: number) => void; signal: AbortSignal },
): Promise<void> {
  const batchSize = 64;
  const steps = epochs * Math.ceil(count / batchSize);
  model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy' });
  const schedule = sparsity
    ? cubicSparsity({
        initialSparsity: 0,
        finalSparsity: sparsity,
        beginStep: 0,
        endStep: Math.ceil(steps / 2),
        frequency: 20,
      })
    : undefined;
  await model.fit(noisy, clean, {
    epochs,
    batchSize,
    signal,
    callbacks: [
      ...(schedule ? [prune(model, { schedule, skip: ['picture'] })] : []),
      { onEpochEnd: (epoch: number) => onEpoch(epoch + 1) },
    ],
  });
}
