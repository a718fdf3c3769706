// Noise that looks the same at every scale: octaves of smoothed white noise, each twice as fine as the one before and
// `roughness` as strong. 0.5 is the 1/f of clouds and faces, 0.8 nearly sand. (Perlin 1985; Field 1987 on photographs' 1/f.)

import type { Random } from '../../src/index.ts';

/** A square tile of zero mean and unit variance that continues over its edges; its side is a power of two. */
export interface Texture {
  readonly side: number;
  readonly values: Float32Array;
}

/** Sums the octaves from one cell to `side` cells in the tile's width. */
export function texture(random: Random, side: number, roughness: number): Texture {
  const values = new Float32Array(side * side);
  let strength = 1;
  for (let cells = 2; cells <= side; cells *= 2, strength *= roughness) {
    const lattice = Float32Array.from({ length: cells * cells }, () => random.normal());
    const step = side / cells;
    for (let row = 0; row < side; row++) {
      const [top, bottom, v] = between(row / step, cells);
      for (let column = 0; column < side; column++) {
        const [left, right, u] = between(column / step, cells);
        const above = lattice[top * cells + left] * (1 - u) + lattice[top * cells + right] * u;
        const below = lattice[bottom * cells + left] * (1 - u) + lattice[bottom * cells + right] * u;
        values[row * side + column] += strength * (above * (1 - v) + below * v);
      }
    }
  }
  let [mean, square] = [0, 0];
  for (const value of values) {
    mean += value / values.length;
    square += (value * value) / values.length;
  }
  const scale = 1 / Math.sqrt(square - mean * mean);
  return { side, values: values.map((value) => (value - mean) * scale) };
}

/** The lattice points beside `at`, and how far it is from the first to the second, eased. */
function between(at: number, cells: number): [number, number, number] {
  const first = Math.floor(at);
  const t = at - first;
  return [first % cells, (first + 1) % cells, t * t * (3 - 2 * t)];
}

/** The tile's value at any place, by bilinear interpolation. */
export function sample({ side, values }: Texture, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [x - left, y - top];
  const mask = side - 1;
  const a = (top & mask) * side;
  const b = ((top + 1) & mask) * side;
  const [p, q] = [left & mask, (left + 1) & mask];
  return (values[a + p] * (1 - u) + values[a + q] * u) * (1 - v) + (values[b + p] * (1 - u) + values[b + q] * u) * v;
}
