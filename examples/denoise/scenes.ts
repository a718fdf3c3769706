// Scenes that stand in for photographs, where no photographs are there to learn from: dead leaves (Matheron 1968; Lee, Mumford
// and Huang 2001: opaque shapes that cover one another, radii by r⁻³, so that the picture has the statistics of photographs at every
// scale), painted from the front to the back. A shape is an ellipse, a polygon, a ragged patch or a thin stroke; it has a grey
// of its own, shading, 1/f texture, sometimes stripes, and an edge that is sharp or out of focus. Painted at twice the size and
// averaged down, as a lens and a sensor would. (Achddou, Gousseau and Ladjal 2021 train denoisers on such.)

import type { Random } from '../../src/index.ts';
import { sample, type Texture, texture } from './textures.ts';

/** The shapes' materials, made once and shared by all scenes. */
export function textures(random: Random): Texture[] {
  return [0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8].map((roughness) => texture(random, 512, roughness));
}

/** Grey levels 0 to 1 of a `side` × `side` scene. */
export function scene(random: Random, materials: readonly Texture[], side: number): Float32Array {
  const canvas = new Canvas(2 * side);
  const style = {
    grey: random.uniform(0.25, 0.7),
    contrast: random.uniform(0.08, 0.35),
    smallest: 2 * (0.8 + 14 * random.uniform() * random.uniform()),
    largest: 2 * side * random.uniform(0.4, 1),
    blur: random.uniform() < 0.6 ? 0 : random.uniform(0, 8),
    textured: random.uniform(0.2, 0.9),
  };
  const clutter = random.uniform() < 0.5 ? random.uniform(0.2, 0.7) : 0.995;
  for (let count = 0; count < 6000 && canvas.covered < clutter; count++) {
    const ratio = style.smallest / style.largest;
    const radius = style.smallest / Math.sqrt(1 - random.uniform() * (1 - ratio * ratio));
    canvas.paint(shape(random, canvas.side, radius, style.blur), surface(random, materials, radius, style));
  }
  canvas.paint({ ...everywhere, radius: 2 * canvas.side }, surface(random, materials, canvas.side, style));
  return canvas.reduced(random.integer(3));
}

/** A place on the canvas, seen from a shape's middle and turned by its angle. */
type Field = (x: number, y: number) => number;

interface Shape {
  readonly x: number;
  readonly y: number;
  /** Nothing of it lies farther out. */
  readonly radius: number;
  /** Pixels inside the edge, negative outside, near the edge at least. */
  readonly inside: Field;
  /** Half the width of its edge in pixels. */
  readonly softness: number;
}

interface Style {
  readonly grey: number;
  readonly contrast: number;
  readonly textured: number;
}

const everywhere: Shape = { x: 0, y: 0, radius: 0, inside: () => 1e6, softness: 1 };

/** A direction, each as likely: its cosine and sine, without either. */
function direction(random: Random): [number, number] {
  for (;;) {
    const [x, y] = [random.uniform(-1, 1), random.uniform(-1, 1)];
    const length = Math.sqrt(x * x + y * y);
    if (length > 0.1 && length <= 1) return [x / length, y / length];
  }
}

function shape(random: Random, side: number, radius: number, blur: number): Shape {
  const [x, y] = [random.uniform(-0.2, 1.2) * side, random.uniform(-0.2, 1.2) * side];
  const softness = 0.7 + (random.uniform() < 0.3 ? random.uniform(0, blur + 1) : 0);
  const [c, s] = direction(random);
  const kind = random.uniform();
  const narrow = random.uniform(0.3, 1);
  if (kind < 0.35) {
    const inside: Field = (dx, dy) => {
      const [u, v] = [c * dx + s * dy, (c * dy - s * dx) / narrow];
      return (radius - Math.sqrt(u * u + v * v)) * narrow;
    };
    return { x, y, radius: radius + softness, inside, softness };
  }
  if (kind < 0.7) {
    const sides = Array.from({ length: 3 + random.integer(5) }, () => {
      const [nx, ny] = direction(random);
      return { nx, ny, distance: radius * random.uniform(0.3, 0.9) };
    });
    const inside: Field = (dx, dy) => {
      let least = radius - Math.sqrt(dx * dx + dy * dy);
      for (const { nx, ny, distance } of sides) least = Math.min(least, distance - nx * dx - ny * dy);
      return least;
    };
    return { x, y, radius: radius + softness, inside, softness };
  }
  if (kind < 0.85) {
    const length = radius * random.uniform(1, 4);
    const width = Math.max(0.8, radius * random.uniform(0.03, 0.25));
    const bend = random.uniform(-0.3, 0.3) / length;
    const inside: Field = (dx, dy) => {
      const u = c * dx + s * dy;
      const v = c * dy - s * dx - bend * u * u;
      return Math.min(width - Math.abs(v), length - Math.abs(u));
    };
    return { x, y, radius: 1.3 * length + width + softness, inside, softness };
  }
  const [waves, depth] = [random.uniform(2, 7) / radius, random.uniform(0.1, 0.35)];
  const [px, py] = [random.uniform(0, 6), random.uniform(0, 6)];
  const inside: Field = (dx, dy) => {
    const ragged = wave(px + waves * (c * dx + s * dy)) + wave(py + waves * 1.7 * (c * dy - s * dx));
    return radius * (1 - depth + depth * 0.5 * ragged) - Math.sqrt(dx * dx + dy * dy);
  };
  return { x, y, radius: radius + softness, inside, softness };
}

/** A sine's likeness of period 4 from parabolas, −1 to 1. */
function wave(t: number): number {
  const turn = t - 4 * Math.floor(t / 4) - 2;
  return turn * (2 - Math.abs(turn));
}

/** The grey at a place. */
function surface(random: Random, materials: readonly Texture[], radius: number, style: Style): Field {
  const grey = Math.min(1, Math.max(0, style.grey + style.contrast * random.normal()));
  const [sx, sy] = direction(random);
  const shading = (random.uniform(0, 0.25) * random.uniform()) / radius;
  const material = materials[random.integer(materials.length)];
  const rough = random.uniform() < style.textured ? 0.25 * random.uniform() * random.uniform() : 0.004;
  const [tx, ty] = direction(random);
  const zoom = random.uniform(0.25, 1);
  const squeeze = random.uniform() < 0.25 ? random.uniform(0.15, 0.6) : 1;
  const [ox, oy] = [random.uniform(0, 512), random.uniform(0, 512)];
  const striped = radius > 12 && random.uniform() < 0.12;
  const strength = striped ? random.uniform(0.03, 0.2) : 0;
  const frequency = 4 / (2 * random.uniform(2.5, 12));
  const warp = random.uniform(0, 0.6);
  const square = random.uniform() < 0.3 ? 3 : 1;
  return (dx, dy) => {
    const [u, v] = [tx * dx + ty * dy, tx * dy - ty * dx];
    const grain = sample(material, ox + zoom * u, oy + zoom * squeeze * v);
    let value = grey + shading * (sx * dx + sy * dy) + rough * grain;
    if (striped) value += strength * Math.max(-1, Math.min(1, square * wave(frequency * v + warp * grain)));
    return value;
  };
}

/** Light gathered from the front to the back. */
class Canvas {
  readonly side: number;
  readonly #light: Float32Array;
  readonly #open: Float32Array;
  #left: number;

  constructor(side: number) {
    this.side = side;
    this.#light = new Float32Array(side * side);
    this.#open = new Float32Array(side * side).fill(1);
    this.#left = side * side;
  }

  /** The fraction that nothing behind can be seen through. */
  get covered(): number {
    return 1 - this.#left / this.#open.length;
  }

  paint({ x, y, radius, inside, softness }: Shape, grey: Field): void {
    const { side } = this;
    const [left, right] = [Math.max(0, Math.floor(x - radius)), Math.min(side - 1, Math.ceil(x + radius))];
    const [top, bottom] = [Math.max(0, Math.floor(y - radius)), Math.min(side - 1, Math.ceil(y + radius))];
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const at = row * side + column;
        const open = this.#open[at];
        if (open === 0) continue;
        const alpha = 0.5 + (0.5 * inside(column - x, row - y)) / softness;
        if (alpha <= 0) continue;
        const taken = alpha >= 1 ? open : alpha * open;
        this.#light[at] += taken * grey(column - x, row - y);
        const rest = open - taken;
        this.#open[at] = rest < 0.004 ? 0 : rest;
        this.#left -= rest < 0.004 ? open : taken;
      }
    }
  }

  /** Half the side: means of 2 × 2 pixels, after `passes` of a small blur; 0 to 1. */
  reduced(passes: number): Float32Array {
    const { side } = this;
    let pixels = this.#light;
    for (let pass = 0; pass < passes; pass++) pixels = blurred(blurred(pixels, side, 1), side, side);
    const half = side / 2;
    return Float32Array.from({ length: half * half }, (_, i) => {
      const at = 2 * Math.floor(i / half) * side + 2 * (i % half);
      const mean = (pixels[at] + pixels[at + 1] + pixels[at + side] + pixels[at + side + 1]) / 4;
      return Math.min(1, Math.max(0, mean));
    });
  }
}

/** ¼, ½, ¼ along an axis. */
const blurred = (x: Float32Array, side: number, step: number): Float32Array =>
  x.map((value, i) => {
    const place = step === 1 ? i % side : Math.floor(i / side);
    return 0.5 * value + 0.25 * (x[place > 0 ? i - step : i] + x[place < side - 1 ? i + step : i]);
  });
