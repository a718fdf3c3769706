// Labelled images, in two parts.

import { checkKnown, checkWhole } from '../tensor/index.ts';

/** Grey images and the class of each. */
export interface Split {
  /** `[count, ...shape]`, row-major: 0 is paper, 1 is ink. */
  readonly images: Float32Array;
  /** One class per image, counted from 0. */
  readonly labels: Uint8Array;
  /** How many images. */
  readonly count: number;
  /** Of one image: rows, columns, channels. */
  readonly shape: readonly [number, number, number];
}

/** Images to learn from and images to be judged by. */
export interface Dataset {
  /** What it is called in messages and reports. */
  readonly name: string;
  /** To learn from. */
  readonly train: Split;
  /** To be judged by. */
  readonly test: Split;
  /** The classes' names by label; default none. */
  readonly classNames?: readonly string[];
}

/** The class names of the ten digits. */
export const digitNames: readonly string[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/**
 * The images from `begin` up to `end` (default: all to the last), as views: nothing is copied.
 *
 * @throws RangeError unless 0 ≤ begin ≤ end ≤ count
 */
export function takeSplit(split: Split, begin: number, end = split.count): Split {
  checkWhole('takeSplit', { begin }, 0, split.count);
  checkWhole('takeSplit', { end }, begin, split.count);
  const size = split.shape[0] * split.shape[1] * split.shape[2];
  return {
    images: split.images.subarray(begin * size, end * size),
    labels: split.labels.subarray(begin, end),
    count: end - begin,
    shape: split.shape,
  };
}

/**
 * The first `train` and the first `test` images of a data set, as views; a count left out takes all.
 *
 * @throws RangeError when there are not so many
 */
export function takeDataset(dataset: Dataset, counts: { train?: number; test?: number }): Dataset {
  checkKnown('takeDataset', counts, ['train', 'test']);
  const { train, test } = counts;
  return { ...dataset, train: takeSplit(dataset.train, 0, train), test: takeSplit(dataset.test, 0, test) };
}
