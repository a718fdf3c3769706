// Generated digits that look handwritten: a stand-in for MNIST that needs no download. Image i is a function of
// (seed, stream, i) alone and has the same bits on every machine. About 50 µs an image of 28 × 28.
//
// How hard it is, with 10,000 images to learn from and seeds 1 to 3: a linear model reaches 91 to 93%, the nearest
// neighbour 97%, two convolutions and two dense layers after four epochs of Adam 98.8% on average (nine trainings, 97.4 to
// 99.6%).

import { checkKnown, checkWhole } from '../tensor/index.ts';
import { Random } from '../tensor/random.ts';
import { type Dataset, digitNames, type Split } from './dataset.ts';
import { createPath, writeDigit } from './handwriting.ts';
import { drawPath } from './ink.ts';

/** What `generateDigits` makes. */
export interface DigitsOptions {
  /** How many images. */
  count: number;
  /** Default 1; a whole number from 0 to 2³² − 1. */
  seed?: number;
  /** Which of the seed's endless streams of digits; default 'train'. */
  stream?: string;
  /** The index of the first image in its stream; default 0. */
  start?: number;
  /** Rows and columns of an image; default 28, at least 8. */
  size?: number;
}

/**
 * Handwritten-looking digits: strokes bent, slanted, turned, scaled and shifted at random, drawn with pens of all widths
 * on paper of some specks, grey levels 0 to 255 divided by 255. The ten digits are equally likely.
 *
 * @throws RangeError when an option is out of range
 */
export function generateDigits(options: DigitsOptions): Split {
  checkKnown('generateDigits', options, ['count', 'seed', 'stream', 'start', 'size']);
  const { count, seed = 1, stream = 'train', start = 0, size = 28 } = options;
  checkWhole('generateDigits', { count, start }, 0);
  checkWhole('generateDigits', { size }, 8);
  const digits = new Random(seed, 'digits').split(stream);
  const pixels = size * size;
  const images = new Float32Array(count * pixels);
  const labels = new Uint8Array(count);
  const path = createPath();
  const ink = new Float64Array(pixels);
  for (let i = 0; i < count; i++) {
    const random = digits.split(start + i);
    labels[i] = random.integer(10);
    writeDigit(labels[i], random, path);
    drawPath(path, size, random, ink, images.subarray(i * pixels, (i + 1) * pixels));
  }
  return { images, labels, count, shape: [size, size, 1] };
}

/**
 * A data set of generated digits: the first images of the seed's streams 'train' (default 10,000) and 'test' (2,000).
 *
 * @throws RangeError when an option is out of range
 */
export function generatedDigits(
  options: { train?: number; test?: number; seed?: number; size?: number } = {},
): Dataset {
  checkKnown('generatedDigits', options, ['train', 'test', 'seed', 'size']);
  const { train = 10_000, test = 2_000, seed = 1, size = 28 } = options;
  return {
    name: 'generated digits',
    train: generateDigits({ count: train, seed, stream: 'train', size }),
    test: generateDigits({ count: test, seed, stream: 'test', size }),
    classNames: digitNames,
  };
}
