// Ink on paper: a path drawn with a pen into a grey image, anti-aliased by the distance to the path.
//
//   ink at a pixel = max over segments of  clamp((radius − distance)/edge + ½, 0, 1) · strength
//
// The radius changes along a stroke as the hand's pressure does. Costs about 25 pixels for every segment of one pixel.

import type { Random } from '../tensor/random.ts';
import type { Path } from './handwriting.ts';

/** What a pen does. Lengths in pixels of an image of 28, scaled with its size. */
const pen = {
  radius: [0.75, 1.6],
  pressure: 0.14, // standard deviation of the radius along a stroke, relative
  edge: [1, 1.7],
  strength: [0.85, 1],
  grain: 0.07, // standard deviation of the ink's strength, relative
  gapChance: 0.07, // of a stroke that the pen skips a little
  gap: [1, 2.4],
  speckChance: 0.12, // of an image to have specks; up to three
  speckRadius: [0.3, 0.8],
  stainChance: 0.15, // of grey paper
  stain: 0.08,
} as const;

const uniformIn = (random: Random, [low, high]: readonly [number, number]) => random.uniform(low, high);

/** Draws the segment from (x0, y0) to (x1, y1), its radius going from r0 to r1, into `image` where that makes it darker. */
function drawSegment(
  image: Float64Array,
  size: number,
  x0: number,
  y0: number,
  r0: number,
  x1: number,
  y1: number,
  r1: number,
  edge: number,
): void {
  const reach = Math.max(r0, r1) + edge / 2;
  const left = Math.max(Math.ceil(Math.min(x0, x1) - reach), 0);
  const right = Math.min(Math.floor(Math.max(x0, x1) + reach), size - 1);
  const top = Math.max(Math.ceil(Math.min(y0, y1) - reach), 0);
  const bottom = Math.min(Math.floor(Math.max(y0, y1) + reach), size - 1);
  const dx = x1 - x0;
  const dy = y1 - y0;
  const squared = dx * dx + dy * dy;
  const inverse = squared > 0 ? 1 / squared : 0;
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const px = column - x0;
      const py = row - y0;
      const along = Math.min(Math.max((px * dx + py * dy) * inverse, 0), 1);
      const ex = px - along * dx;
      const ey = py - along * dy;
      const ink = (r0 + along * (r1 - r0) - Math.sqrt(ex * ex + ey * ey)) / edge + 0.5;
      const at = row * size + column;
      if (ink > image[at]) image[at] = Math.min(ink, 1);
    }
  }
}

/** Draws one stroke of the path, points begin to end, with changing pressure and perhaps a gap. */
function drawStroke(
  image: Float64Array,
  size: number,
  path: Path,
  begin: number,
  end: number,
  radius: number,
  edge: number,
  random: Random,
): void {
  const { x, y } = path;
  const start = random.normal(1, pen.pressure);
  const middle = random.normal(1, pen.pressure);
  const finish = random.normal(1, pen.pressure);
  const gap = random.uniform() < pen.gapChance ? random.uniform() : 2;
  const gapPoints = (uniformIn(random, pen.gap) * (end - begin)) / 28;
  const gapBegin = begin + gap * (end - begin);
  const last = end - begin - 1;
  let before = radius * start;
  for (let i = begin + 1; i < end; i++) {
    const t = (i - begin) / last;
    const pressure = t < 0.5 ? start + 2 * t * (middle - start) : middle + (2 * t - 1) * (finish - middle);
    const after = radius * Math.min(Math.max(pressure, 0.5), 1.5);
    if (i < gapBegin || i > gapBegin + gapPoints) {
      drawSegment(
        image,
        size,
        x[i - 1] * size - 0.5,
        y[i - 1] * size - 0.5,
        before,
        x[i] * size - 0.5,
        y[i] * size - 0.5,
        after,
        edge,
      );
    }
    before = after;
  }
}

/** Draws the path into `grey` (size × size, row-major, k/255: 0 paper … 1 ink). `image` is size² numbers of scratch. */
export function drawPath(path: Path, size: number, random: Random, image: Float64Array, grey: Float32Array): void {
  const pixel = size / 28;
  image.fill(0);
  const radius = uniformIn(random, pen.radius) * pixel;
  const edge = Math.max(uniformIn(random, pen.edge) * pixel, 1);
  let begin = 0;
  for (const end of path.ends) {
    drawStroke(image, size, path, begin, end, radius, edge, random);
    begin = end;
  }
  if (random.uniform() < pen.speckChance) {
    for (let k = random.integer(3); k >= 0; k--) {
      const x = random.uniform(1, size - 2);
      const y = random.uniform(1, size - 2);
      const r = uniformIn(random, pen.speckRadius) * pixel;
      drawSegment(
        image,
        size,
        x,
        y,
        r,
        x + random.uniform(-1.5, 1.5) * pixel,
        y + random.uniform(-1, 1) * pixel,
        r,
        edge,
      );
    }
  }
  const strength = 255 * uniformIn(random, pen.strength);
  const stain = random.uniform() < pen.stainChance ? 255 * random.uniform(0, pen.stain) : 0;
  for (let i = 0; i < image.length; i++) {
    const ink = image[i] > 0 ? image[i] * strength * random.normal(1, pen.grain) : 0;
    const paper = stain > 0 ? stain * random.normal() : 0;
    grey[i] = Math.min(Math.max(Math.round(ink + paper), 0), 255) / 255;
  }
}
