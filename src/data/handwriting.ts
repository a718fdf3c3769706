// A pen's path for one digit: a shape of the digit's families, its control points shaken, drawn as Catmull-Rom curves,
// bent by a smooth random field, then slanted, turned, scaled and put near the middle of a square of side 1.
//
//   control point  from + t·(to − from) + jitter
//   bend           p + Σ B(p − node)·displacement(node), cubic B-splines over a lattice (Simard et al. 2003 bend pixels)
//   affine         turn · slant · (aspect·x, y)

import { cos, exp, sin } from '../tensor/math.ts';
import type { Random } from '../tensor/random.ts';
import { digitShapes, type Shape } from './digit-shapes.ts';

/** Polylines in units of the image's side: stroke s is the points ends[s − 1] to ends[s] of x, y. */
export interface Path {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly ends: number[];
}

/** How far handwriting strays: hard for a linear model, learnable for a small convolutional one (see digits.ts). */
const hand = {
  overshoot: 0.05, // t lies between −overshoot and 1 + overshoot
  jitter: 1.6, // standard deviation, percent of a digit's height
  bend: 7, // the same, of a node of the lattice; the path moves about half as far
  turn: [-0.2, 0.2], // radians
  slant: [-0.18, 0.38], // dx per dy: most hands lean to the right
  aspect: [-0.22, 0.22], // of ln(aspect)
  height: [0.6, 0.82], // of the image; MNIST has 20 pixels of 28
  shift: [-0.1, 0.1], // of the image
} as const;

/** Between the ends, more often near the middle: the mean of two uniforms. */
function between(random: Random, [low, high]: readonly [number, number]): number {
  return low + 0.5 * (high - low) * (random.uniform() + random.uniform());
}

interface Piece {
  readonly from: number[];
  readonly to: number[];
}

interface Family {
  readonly weight: number;
  readonly strokes: Piece[][];
}

function parse({ weight, from, to }: Shape): Family {
  const strokesTo = to.split('|').map((stroke) => stroke.split('/'));
  const numbers = (piece: string) => piece.trim().split(/[ ,]+/).map(Number);
  return {
    weight,
    strokes: from
      .split('|')
      .map((stroke, s) =>
        stroke.split('/').map((piece, p) => ({ from: numbers(piece), to: numbers(strokesTo[s][p]) })),
      ),
  };
}

let families: readonly (readonly Family[])[] | undefined;

function choose(digit: number, random: Random): Family {
  families ??= digitShapes.map((shapes) => shapes.map(parse));
  const choices = families[digit];
  let left = random.uniform(
    0,
    choices.reduce((sum, family) => sum + family.weight, 0),
  );
  for (const family of choices) {
    left -= family.weight;
    if (left < 0) return family;
  }
  return choices[choices.length - 1];
}

const MAX_POINTS = 1024;
const STEP = 4; // percent of the height between points of a polyline
const controls = new Float64Array(128);

/** A path to be reused for many digits. */
export function createPath(): Path {
  return { x: new Float64Array(MAX_POINTS), y: new Float64Array(MAX_POINTS), ends: [] };
}

/** Appends the curve through `n` control points (uniform Catmull-Rom, ends mirrored) from point `at`; returns the end. */
function drawCurve(n: number, path: Path, at: number, first: boolean): number {
  const { x, y } = path;
  if (first) {
    x[at] = controls[0];
    y[at++] = controls[1];
  }
  for (let i = 0; i + 1 < n; i++) {
    const x1 = controls[2 * i];
    const y1 = controls[2 * i + 1];
    const x2 = controls[2 * i + 2];
    const y2 = controls[2 * i + 3];
    const x0 = i > 0 ? controls[2 * i - 2] : 2 * x1 - x2;
    const y0 = i > 0 ? controls[2 * i - 1] : 2 * y1 - y2;
    const x3 = i + 2 < n ? controls[2 * i + 4] : 2 * x2 - x1;
    const y3 = i + 2 < n ? controls[2 * i + 5] : 2 * y2 - y1;
    const steps = Math.ceil(Math.sqrt((x2 - x1) * (x2 - x1) + (y2 - y1) * (y2 - y1)) / STEP);
    for (let k = 1; k <= steps && at < MAX_POINTS; k++) {
      const u = k / steps;
      const a = u * (u * (2 - u) - 1);
      const b = u * u * (3 * u - 5) + 2;
      const c = u * (u * (4 - 3 * u) + 1);
      const d = u * u * (u - 1);
      x[at] = 0.5 * (a * x0 + b * x1 + c * x2 + d * x3);
      y[at++] = 0.5 * (a * y0 + b * y1 + c * y2 + d * y3);
    }
  }
  return at;
}

function drawFamily(family: Family, random: Random, path: Path): number {
  const t = random.uniform(-hand.overshoot, 1 + hand.overshoot);
  path.ends.length = 0;
  let at = 0;
  for (const stroke of family.strokes) {
    let kept = 0; // control numbers that a corner carries over
    for (const { from, to } of stroke) {
      for (let i = 0; i < from.length; i++) {
        controls[kept + i] = from[i] + t * (to[i] - from[i]) + random.normal(0, hand.jitter);
      }
      const length = kept + from.length;
      at = drawCurve(length >> 1, path, at, kept === 0);
      controls[0] = controls[length - 2];
      controls[1] = controls[length - 1];
      kept = 2;
    }
    path.ends.push(at);
  }
  return at;
}

const LATTICE_ORIGIN = -30;
const LATTICE_STEP = 36;
const LATTICE_COLUMNS = 6; // cubic B-splines: three more than the cells from −30 to 78 and, below, to 150
const LATTICE_ROWS = 8;
const lattice = new Float64Array(2 * LATTICE_COLUMNS * LATTICE_ROWS);
const splineX = new Float64Array(4);
const splineY = new Float64Array(4);

/** The four cubic B-spline weights at a position in lattice steps; returns the first node. */
function spline(position: number, nodes: number, weights: Float64Array): number {
  const p = Math.min(Math.max((position - LATTICE_ORIGIN) / LATTICE_STEP, 0), nodes - 3 - 1e-9);
  const node = Math.floor(p);
  const u = p - node;
  const v = 1 - u;
  weights[0] = (v * v * v) / 6;
  weights[1] = (u * u * (3 * u - 6) + 4) / 6;
  weights[2] = (v * v * (3 * v - 6) + 4) / 6;
  weights[3] = (u * u * u) / 6;
  return node;
}

function bend(path: Path, count: number, random: Random): void {
  for (let i = 0; i < lattice.length; i++) lattice[i] = random.normal(0, hand.bend);
  const { x, y } = path;
  for (let i = 0; i < count; i++) {
    const column = spline(x[i], LATTICE_COLUMNS, splineX);
    const row = spline(y[i], LATTICE_ROWS, splineY);
    let dx = 0;
    let dy = 0;
    for (let r = 0; r < 4; r++) {
      for (let c = 0; c < 4; c++) {
        const node = 2 * ((row + r) * LATTICE_COLUMNS + column + c);
        const weight = splineY[r] * splineX[c];
        dx += weight * lattice[node];
        dy += weight * lattice[node + 1];
      }
    }
    x[i] += dx;
    y[i] += dy;
  }
}

/** Slants, turns, and scales the path, then shifts its box near the middle of the unit square. */
function place(path: Path, count: number, random: Random): void {
  const aspect = exp(between(random, hand.aspect));
  const slant = between(random, hand.slant);
  const angle = between(random, hand.turn);
  const c = cos(angle);
  const s = sin(angle);
  const { x, y } = path;
  let left = Infinity;
  let right = -Infinity;
  let top = Infinity;
  let bottom = -Infinity;
  for (let i = 0; i < count; i++) {
    const u = aspect * x[i] - slant * y[i];
    const px = c * u - s * y[i];
    const py = s * u + c * y[i];
    x[i] = px;
    y[i] = py;
    left = Math.min(left, px);
    right = Math.max(right, px);
    top = Math.min(top, py);
    bottom = Math.max(bottom, py);
  }
  const side = Math.max(bottom - top, right - left);
  const height = between(random, hand.height);
  const scale = height / side;
  const room = (0.93 - height) / 2; // keeps the ink inside
  const shiftX = Math.min(Math.max(random.uniform(hand.shift[0], hand.shift[1]), -room), room);
  const shiftY = Math.min(Math.max(random.uniform(hand.shift[0], hand.shift[1]), -room), room);
  for (let i = 0; i < count; i++) {
    x[i] = 0.5 + shiftX + scale * (x[i] - (left + right) / 2);
    y[i] = 0.5 + shiftY + scale * (y[i] - (top + bottom) / 2);
  }
}

/** Writes a digit by hand into `path`. */
export function writeDigit(digit: number, random: Random, path: Path): void {
  const count = drawFamily(choose(digit, random), random, path);
  bend(path, count, random);
  place(path, count, random);
}
