// What the residual network learns from: a pool of generated scenes, of which each pass cuts patches at random places, turned and mirrored at
// random, under noise that is drawn anew.

import type { Random } from '../../src/index.ts';
import { noisy } from '../pictures.ts';
import { centred, unshuffled } from './residual-network.ts';
import { scene, textures } from './scenes.ts';

/** Pixels along a patch's side. */
export const patchSide = 36;

/** Square scenes. */
export interface Pool {
  readonly side: number;
  readonly scenes: readonly Float32Array[];
}

/** `count` scenes of side × side pixels. */
export function poolOf(random: Random, count: number, side: number): Pool {
  const materials = textures(random.split('textures'));
  return { side, scenes: Array.from({ length: count }, (_, i) => scene(random.split(i), materials, side)) };
}

/** A patch from anywhere, in one of the eight positions of a square. */
export function patch({ side, scenes }: Pool, random: Random): Float32Array {
  const from = scenes[random.integer(scenes.length)];
  const [top, left] = [random.integer(side - patchSide + 1), random.integer(side - patchSide + 1)];
  const [isTurned, isFlipped, isMirrored] = [random.integer(2), random.integer(2), random.integer(2)];
  return Float32Array.from({ length: patchSide * patchSide }, (_, i) => {
    const [a, b] = [Math.floor(i / patchSide), i % patchSide];
    const [row, column] = isTurned ? [b, a] : [a, b];
    const [y, x] = [isFlipped ? patchSide - 1 - row : row, isMirrored ? patchSide - 1 - column : column];
    return from[(top + y) * side + left + x];
  });
}

/** Noisy patches as the network takes them, and the noise it shall find in units of sigma. */
export function samples(
  pool: Pool,
  count: number,
  sigma: number,
  random: Random,
): { x: Float32Array; y: Float32Array } {
  const size = patchSide * patchSide;
  const x = new Float32Array(count * size);
  const y = new Float32Array(count * size);
  for (let i = 0; i < count; i++) {
    const square = { rows: patchSide, columns: patchSide };
    const pixels = patch(pool, random);
    const seen = noisy({ ...square, pixels }, sigma, random);
    const noise = seen.pixels.map((value, at) => (value - pixels[at]) / sigma);
    x.set(unshuffled({ ...square, pixels: seen.pixels.map(centred) }), i * size);
    y.set(unshuffled({ ...square, pixels: noise }), i * size);
  }
  return { x, y };
}
