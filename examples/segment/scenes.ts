// Scenes with a class for every pixel: discs, rectangles, triangles and handwritten digits, filled or drawn as outlines, over one another
// on uneven dark paper. Scene i is a function of (seed, stream, i) and the digits alone. About 1 ms a scene.
//
//   paper   a plane of grey, its slope at random           thing after thing: grey ← grey + (its own − grey)·cover
//   shape   cover = clamp(½ − distance to the edge)         then noise, the same everywhere; cut to [0, 1]

import { Random, type Split } from '../../src/index.ts';

/** A pixel's classes, by label. */
export const classNames = ['background', 'disc', 'rectangle', 'triangle', 'digit'] as const;

const digit = classNames.indexOf('digit');

/** Rows and columns of a scene. */
export const side = 48;

/** Grey images and the class of each of their pixels. */
export interface Scenes {
  /** `[count, side, side, 1]`, 0 to 1. */
  readonly images: Float32Array;
  /** `[count, side, side]`. */
  readonly labels: Uint8Array;
  readonly count: number;
}

const noise = 0.06;
/** Of paper, and of things. */
const greys = { paper: [0.05, 0.35], things: [0.5, 1] } as const;
/** A pixel is of the thing that covers so much of it. */
const half = 0.5;
/** No shape is larger, from its middle. */
const reach = 14;

/** How far a point lies outside the shape (inside: below 0), in pixels from its middle, turned. */
type Distance = (x: number, y: number) => number;

const shapes: ((random: Random) => Distance)[] = [
  (random) => {
    const radius = random.uniform(5, 10);
    return (x, y) => Math.sqrt(x * x + y * y) - radius;
  },
  (random) => {
    const [width, height] = [random.uniform(4, 9), random.uniform(4, 9)];
    return (x, y) => Math.max(Math.abs(x) - width, Math.abs(y) - height);
  },
  (random) => {
    const inner = random.uniform(3.5, 6);
    const slope = Math.sqrt(3) / 2;
    return (x, y) => Math.max(y, slope * Math.abs(x) - y / 2) - inner;
  },
];

/**
 * Scenes of one to three shapes and one or two of the digits.
 * @param digits images of at most the scene's side, of which each scene takes some at random.
 */
export function generateScenes(digits: Split, options: { count: number; seed: number; stream: string }): Scenes {
  const { count, seed, stream } = options;
  const pixels = side * side;
  const images = new Float32Array(count * pixels);
  const labels = new Uint8Array(count * pixels);
  const root = new Random(seed, 'scenes').split(stream);
  for (let i = 0; i < count; i++) {
    const [from, to] = [i * pixels, (i + 1) * pixels];
    drawScene(root.split(i), digits, images.subarray(from, to), labels.subarray(from, to));
  }
  return { images, labels, count };
}

/** The scenes from `begin` up to `end`, as views. */
export function takeScenes({ images, labels }: Scenes, begin: number, end: number): Scenes {
  const [from, to] = [begin * side * side, end * side * side];
  return { images: images.subarray(from, to), labels: labels.subarray(from, to), count: end - begin };
}

function drawScene(random: Random, digits: Split, image: Float32Array, labels: Uint8Array): void {
  const [level, down, across] = [random.uniform(...greys.paper), random.normal(0, 0.1), random.normal(0, 0.1)];
  for (let p = 0; p < image.length; p++) {
    image[p] = level + down * (Math.floor(p / side) / side - 0.5) + across * ((p % side) / side - 0.5);
  }
  const things = new Uint32Array([...many(1 + random.integer(3), 0), ...many(1 + random.integer(2), 1)]);
  for (const isDigit of random.shuffle(things)) {
    if (isDigit) drawDigit(random, digits, image, labels);
    else drawShape(random, image, labels);
  }
  for (let p = 0; p < image.length; p++) image[p] = Math.min(Math.max(image[p] + random.normal(0, noise), 0), 1);
}

const many = (count: number, value: number): number[] => new Array(count).fill(value);

function drawShape(random: Random, image: Float32Array, labels: Uint8Array): void {
  const kind = random.integer(shapes.length);
  const distance = shapes[kind](random);
  const [middleX, middleY] = [random.uniform(6, side - 6), random.uniform(6, side - 6)];
  const [turnX, turnY] = [random.normal(), random.normal()];
  const length = Math.sqrt(turnX * turnX + turnY * turnY);
  const [c, s] = [turnX / length, turnY / length];
  const line = random.uniform() < 0.3 ? random.uniform(1, 1.6) : Infinity;
  const grey = random.uniform(...greys.things);
  const [first, last] = [Math.max(0, Math.floor(middleY - reach)), Math.min(side - 1, Math.ceil(middleY + reach))];
  const [left, right] = [Math.max(0, Math.floor(middleX - reach)), Math.min(side - 1, Math.ceil(middleX + reach))];
  for (let row = first; row <= last; row++) {
    for (let column = left; column <= right; column++) {
      const x = column - middleX;
      const y = row - middleY;
      const outside = distance(c * x - s * y, s * x + c * y);
      const edge = Math.max(outside, -outside - 2 * line);
      cover(image, labels, row * side + column, Math.min(Math.max(half - edge, 0), 1), grey, 1 + kind);
    }
  }
}

function drawDigit(random: Random, { images, count, shape }: Split, image: Float32Array, labels: Uint8Array): void {
  const [rows, columns] = shape;
  const first = random.integer(count) * rows * columns;
  const [top, left] = [random.integer(side - rows + 1), random.integer(side - columns + 1)];
  const grey = random.uniform(...greys.things);
  for (let i = 0; i < rows * columns; i++) {
    const p = (top + Math.floor(i / columns)) * side + left + (i % columns);
    cover(image, labels, p, images[first + i], grey, digit);
  }
}

function cover(image: Float32Array, labels: Uint8Array, p: number, share: number, grey: number, label: number): void {
  image[p] += share * (grey - image[p]);
  if (share >= half) labels[p] = label;
}
