// The overcomplete DCT: cosines of finer steps than a basis has, in each direction; the usual start of K-SVD on pictures.
//
//   d_k[i] = cos(π·k·(i + ½) / p), i < size, k < p, less its mean for k > 0;   atom (k, l) = d_k ⊗ d_l;   p = √atoms
//
// With p = size it is the orthogonal DCT-II of JPEG. (Elad and Aharon 2006)

import { checkKnown, checkWhole, misfit } from '../tensor/index.ts';
import { cos } from '../tensor/math.ts';
import { Dictionary } from './dictionary.ts';

/** Options of {@link dctDictionary}. */
export interface DctOptions {
  /** Pixels along a side of a patch; default 8. */
  size?: number;
  /** A square number, at least size²; default 4·size². */
  atoms?: number;
}

/**
 * An overcomplete DCT of square patches, row-major; atom 0 is the constant one.
 * @throws {RangeError} unless atoms is a square number from size² on.
 */
export function dctDictionary(options: DctOptions = {}): Dictionary {
  checkKnown('dctDictionary', options, ['size', 'atoms']);
  const { size = 8, atoms = 4 * size * size } = options;
  checkWhole('dctDictionary', { size }, 1);
  const steps = Math.round(Math.sqrt(atoms));
  if (!(steps * steps === atoms && steps >= size)) {
    throw misfit('dctDictionary', 'atoms', `a square number from ${size * size}, the pixels of a patch`, atoms);
  }
  const waves = Array.from({ length: steps }, (_, k) => {
    const wave = Float64Array.from({ length: size }, (_, i) => cos((Math.PI * k * (i + 0.5)) / steps));
    const mean = k === 0 ? 0 : wave.reduce((sum, value) => sum + value, 0) / size;
    return wave.map((value) => value - mean);
  });
  const values = new Float32Array(atoms * size * size);
  let at = 0;
  for (const down of waves) {
    for (const across of waves) for (const v of down) for (const u of across) values[at++] = v * u;
  }
  return new Dictionary(values, { features: size * size });
}
