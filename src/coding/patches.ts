// Overlapping patches of a picture, and the picture that patches make where they are averaged.

import { checkKnown, checkNumber, checkWhole } from '../tensor/index.ts';

/** Where patches lie in a picture. */
export interface PatchGrid {
  /** Of the picture. */
  readonly rows: number;
  /** Of the picture. */
  readonly columns: number;
  /** Rows and columns of a patch; one number for both. */
  readonly size: number | readonly [rows: number, columns: number];
  /** From one patch to the next, down and across; default 1. The last patch touches the border in any case. */
  readonly stride?: number;
}

/** A picture to average the patches with: as if it came `weight` times more for each pixel. */
export interface Blend {
  /** rows × columns numbers, row-major. */
  readonly image: ArrayLike<number>;
  /** A number from 0; 0 leaves the picture out. */
  readonly weight: number;
}

/**
 * The patches of a picture, row by row. (scikit-learn: `extract_patches_2d`)
 * @param image rows × columns numbers, row-major.
 * @returns patches × (size · size) numbers.
 * @throws when the picture has another size, or a patch does not fit it.
 */
export function extractPatches2d(image: ArrayLike<number>, grid: PatchGrid): Float32Array<ArrayBuffer> {
  const { tops, lefts, height, width } = placesOf('extractPatches2d', grid);
  checkImage('extractPatches2d', image, grid);
  const patches = new Float32Array(tops.length * lefts.length * height * width);
  let at = 0;
  for (const top of tops) {
    for (const left of lefts) {
      for (let i = 0; i < height; i++) {
        const from = (top + i) * grid.columns + left;
        for (let j = 0; j < width; j++) patches[at++] = image[from + j];
      }
    }
  }
  return patches;
}

/**
 * Each pixel the mean of all patches that cover it, and of `blend` where it is given; pixels that none covers are 0.
 * (scikit-learn: `reconstruct_from_patches_2d`)
 * @param patches those of {@link extractPatches2d} on the same grid, in its order.
 * @throws when the patches are of another number or size, or the blend's weight is below 0.
 */
export function reconstructFromPatches2d(
  patches: ArrayLike<number>,
  grid: PatchGrid,
  blend?: Blend,
): Float32Array<ArrayBuffer> {
  const who = 'reconstructFromPatches2d';
  const { tops, lefts, height, width } = placesOf(who, grid);
  const expected = tops.length * lefts.length * height * width;
  if (patches.length !== expected) {
    throw new RangeError(
      `${who}: expected ${tops.length * lefts.length} patches of ${height} × ${width}, ${expected} numbers, got ${patches.length}.`,
    );
  }
  if (blend) checkKnown(who, blend, ['image', 'weight']);
  const { weight = 0, image } = blend ?? {};
  if (image) checkImage(who, image, grid);
  checkNumber(who, { "the blend's weight": weight }, 'a finite number from 0');
  const { rows, columns } = grid;
  const sums = Float64Array.from({ length: rows * columns }, (_, i) => (image ? weight * image[i] : 0));
  const counts = new Float64Array(rows * columns).fill(weight);
  let at = 0;
  for (const top of tops) {
    for (const left of lefts) {
      for (let i = 0; i < height; i++) {
        const from = (top + i) * columns + left;
        for (let j = 0; j < width; j++) {
          sums[from + j] += patches[at++];
          counts[from + j]++;
        }
      }
    }
  }
  return Float32Array.from(sums, (sum, i) => (counts[i] > 0 ? sum / counts[i] : 0));
}

function placesOf(who: string, grid: PatchGrid) {
  checkKnown(who, grid, ['rows', 'columns', 'size', 'stride']);
  const { rows, columns, size, stride = 1 } = grid;
  const [height, width] = Array.isArray(size) ? size : [size, size];
  checkWhole(who, { rows, columns, height, width, stride }, 1);
  if (height > rows || width > columns) {
    throw new RangeError(
      `${who}: a patch of ${height} × ${width} does not fit a picture of ${rows} × ${columns} pixels; take a smaller size.`,
    );
  }
  return { tops: starts(rows - height, stride), lefts: starts(columns - width, stride), height, width };
}

/** 0, stride, … and the last place. */
function starts(last: number, stride: number): number[] {
  const places = Array.from({ length: Math.floor(last / stride) + 1 }, (_, i) => i * stride);
  return places[places.length - 1] === last ? places : [...places, last];
}

function checkImage(who: string, image: ArrayLike<number>, { rows, columns }: PatchGrid): void {
  if (image?.length === rows * columns) return;
  throw new RangeError(
    `${who}: expected a grey picture of ${rows} × ${columns}, ${rows * columns} numbers, got ${image?.length ?? image}` +
      ' (colours are pictures of their own).',
  );
}
