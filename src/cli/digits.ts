// The images the commands work with: MNIST from a folder, or the built-in digits, and a validation split cut off the training part.

import { createHash } from 'node:crypto';
import { type Dataset, generatedDigits, loadMnist, type Split, takeSplit } from '../index.ts';

const test = 10_000;

/** Three parts that share no image. */
export interface Digits {
  name: string;
  train: Split;
  validation: Split;
  test: Split;
}

/** MNIST: 55,000, 5,000 and 10,000 images. Built in: 10,000, 3,000 and 10,000, the same in every run. */
export async function loadDigits(folder: string | undefined, signal?: AbortSignal): Promise<Digits> {
  if (folder !== undefined) return splitOff(await loadMnist({ folder, signal }), 1 / 12);
  return splitOff(generatedDigits({ train: 13_000, test }), 3 / 13);
}

/** The name and a digest of what is trained and tested on: other images have another identity. */
export function identityOf({ name, train, test }: Digits): string {
  const hash = createHash('sha256');
  for (const { images, labels } of [train, test]) hash.update(images).update(labels);
  return `${name} ${hash.digest('hex').slice(0, 12)}`;
}

/** The test part alone. */
export async function loadTestDigits(folder: string | undefined): Promise<{ name: string; test: Split }> {
  return folder !== undefined ? loadMnist({ folder }) : generatedDigits({ train: 0, test });
}

/** The last `share` of the training images is kept for validation. */
function splitOff({ name, train, test }: Dataset, share: number): Digits {
  if (train.count < 2 || test.count < 1)
    throw new Error(`${name} has too few images: ${train.count} and ${test.count}.`);
  const at = train.count - Math.max(1, Math.round(train.count * share));
  return { name, train: takeSplit(train, 0, at), validation: takeSplit(train, at), test };
}
