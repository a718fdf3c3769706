// Generated scenes as named pictures, for runs without pictures of one's own.

import { Random } from '../../src/index.ts';
import type { Picture } from '../pictures.ts';
import { scene, textures } from './scenes.ts';

/** `count` scenes of side × side pixels; other ones than networks and dictionaries learn from. */
export function scenePictures(seed: number, count: number, side: number): Map<string, Picture> {
  const random = new Random(seed, 'scene pictures');
  const materials = textures(random.split('textures'));
  return new Map(
    Array.from({ length: count }, (_, i) => [
      `scene-${i + 1}`,
      { rows: side, columns: side, pixels: scene(random.split(i), materials, side) },
    ]),
  );
}
