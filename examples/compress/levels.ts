// The quantised codes of a picture's blocks as bits. One description serves writing and reading: `coder` either takes the numbers
// and returns them, or ignores what it is given and returns what the file holds.
//
//   block:  mean, less what the blocks to the left and above lead to expect
//           how many atoms; then for each atom in order whether it is used, until so many are; their signs and sizes

import type { BitCoder } from './range-coder.ts';

/** Whole numbers of a picture's blocks, block after block, row by row. */
export interface Levels {
  /** Blocks across and down. */
  readonly across: number;
  readonly down: number;
  readonly atoms: number;
  /** A mean for each block. */
  readonly means: Int32Array;
  /** blocks × atoms, mostly 0. */
  readonly codes: Int32Array;
}

/** Larger numbers are not coded: a file that says so is corrupt. */
export const largestLevel = 2 ** 20;

const meanContexts = 3 * 64;
const countContexts = 6 * 32;
const sizeContexts = 3 * 64;
const places = 9;

/** Contexts that {@link code} uses. */
export const contextsOf = (atoms: number): number => meanContexts + countContexts + sizeContexts + places * atoms;

/** Passes all levels through the coder; returns them as it saw them. @throws on numbers that only a corrupt file holds. */
export function code(coder: BitCoder, levels: Levels): Levels {
  const { across, down, atoms } = levels;
  const means = new Int32Array(across * down);
  const codes = new Int32Array(across * down * atoms);
  const counts = new Int32Array(across * down);
  const countsFrom = meanContexts;
  const sizesFrom = countsFrom + countContexts;
  const placesFrom = sizesFrom + sizeContexts;
  for (let block = 0; block < across * down; block++) {
    const left = block % across > 0 ? block - 1 : -1;
    const above = block >= across ? block - across : -1;
    const expected = expectedMean(means, left, above, across);
    means[block] = expected + signed(coder, 0, levels.means[block] - expected);

    const own = levels.codes.subarray(block * atoms, (block + 1) * atoms);
    const near = [left, above].filter((one) => one >= 0);
    const busy = near.reduce((sum, one) => sum + counts[one], 0) / Math.max(1, near.length);
    const bucket = busy === 0 ? 0 : busy <= 1 ? 1 : busy <= 3 ? 2 : busy <= 7 ? 3 : busy <= 15 ? 4 : 5;
    const wanted = own.reduce((count, value) => count + Number(value !== 0), 0);
    const count = whole(coder, countsFrom + 32 * bucket, wanted);
    if (count > atoms) throw new RangeError(`a block of ${count} atoms, of ${atoms} that there are`);
    counts[block] = count;
    for (let k = 0, open = count; open > 0; k++) {
      const around = near.reduce((sum, one) => sum + Number(codes[one * atoms + k] !== 0), 0);
      const context = placesFrom + places * k + 3 * (open === 1 ? 0 : open <= 3 ? 1 : 2) + around;
      const isLast = atoms - k === open;
      if (!isLast && !coder.bit(context, own[k] !== 0)) continue;
      const size = 1 + whole(coder, sizesFrom + 64 * (k === 0 ? 0 : k < 6 ? 1 : 2), Math.abs(own[k]) - 1);
      codes[block * atoms + k] = coder.plain(own[k] < 0) ? -size : size;
      open--;
    }
  }
  return { across, down, atoms, means, codes };
}

/** The gradient's prediction within the neighbours' range. (Weinberger, Seroussi and Sapiro 2000) */
function expectedMean(means: Int32Array, left: number, above: number, across: number): number {
  if (left < 0) return above < 0 ? 0 : means[above];
  if (above < 0) return means[left];
  const [a, b, corner] = [means[left], means[above], means[left - across]];
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), a + b - corner));
}

/** A number from 0: its length in ones, each under a context of its own, then its bits (Elias 1975, gamma). */
function whole(coder: BitCoder, context: number, value: number): number {
  const shifted = value + 1;
  const wanted = 31 - Math.clz32(shifted);
  let length = 0;
  while (length < 21 && coder.bit(context + length, length < wanted)) length++;
  let result = 1;
  for (let i = length - 1; i >= 0; i--) {
    const bit = ((shifted >> i) & 1) === 1;
    const isFirst = i === length - 1 && length < 8;
    result = 2 * result + Number(isFirst ? coder.bit(context + 22 + length, bit) : coder.plain(bit));
  }
  if (result > largestLevel) throw new RangeError(`a number above ${largestLevel}`);
  return result - 1;
}

function signed(coder: BitCoder, context: number, value: number): number {
  const size = whole(coder, context, Math.abs(value));
  return size === 0 ? 0 : coder.plain(value < 0) ? -size : size;
}
