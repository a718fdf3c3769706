// Weights column after column, for the kernels that skip a column whose input is 0.
//
//   dense   tiles of 32 rows, the last of 16 where 16 are enough: [tile][column][32 or 16], zeros in rows past the last
//   sparse  colptr [columns + 1], rowidx [places] the row, the first of a block, ascending, values [places][height]
//
// A pass over the weights each.

/** Rows or block rows of `height`, as CSR has them. */
export interface ByRow {
  readonly rowptr: Uint32Array;
  readonly colidx: Uint32Array;
  readonly values: Float32Array;
}

export interface ByColumn {
  readonly colptr: Uint32Array;
  readonly rowidx: Uint32Array;
  readonly values: Float32Array;
}

/** Inputs at most: those that are not zero are listed as u16. */
export const mostInputs = 65536;

/** Sums of whole tiles or blocks. */
export const sumsLength = (m: number): number => 16 * Math.ceil(m / 16);

/** Floats of scratch that a product of m × k weights with a vector may need: lists of inputs, sums, and the ends of 16 lists. */
export const vectorScratch = ({ m, k }: { readonly m: number; readonly k: number }): number => k + sumsLength(m) + 16;

/** The same blocks by column. */
export function byColumn({ rowptr, colidx, values }: ByRow, columns: number, height: number): ByColumn {
  const colptr = new Uint32Array(columns + 1);
  for (const j of colidx) colptr[j + 1]++;
  for (let j = 0; j < columns; j++) colptr[j + 1] += colptr[j];
  const next = colptr.slice();
  const rowidx = new Uint32Array(colidx.length);
  const moved = new Float32Array(values.length);
  for (let row = 0; row + 1 < rowptr.length; row++) {
    for (let p = rowptr[row]; p < rowptr[row + 1]; p++) {
      const to = next[colidx[p]]++;
      rowidx[to] = row * height;
      for (let i = 0; i < height; i++) moved[to * height + i] = values[p * height + i];
    }
  }
  return { colptr, rowidx, values: moved };
}

/** Columns of so many places or more are one group. */
const mostPlaces = 15;

/** Weights of a column, on average, up to which it is faster to go through columns in groups of equally many places. */
export const fewWeights = 64;

/** Where the list of each group begins, u32 [16] in bytes of u16; then how many places each column has, u8 [columns]. */
export function groupsOf(colptr: Uint32Array): Uint8Array {
  const columns = colptr.length - 1;
  const groups = new Uint8Array(4 * (mostPlaces + 1) + 4 * Math.ceil(columns / 4));
  const starts = new Uint32Array(groups.buffer, 0, mostPlaces + 1);
  const places = groups.subarray(starts.byteLength);
  for (let j = 0; j < columns; j++) {
    places[j] = Math.min(mostPlaces, colptr[j + 1] - colptr[j]);
    for (let group = places[j] + 1; group <= mostPlaces; group++) starts[group] += 2;
  }
  return groups;
}

/** A dense row-major m × k matrix in tiles. */
export function tilesOf(dense: ArrayLike<number>, m: number, k: number): Float32Array {
  const tiles = new Float32Array(sumsLength(m) * k);
  for (let i = 0; i < m; i++) {
    const first = i - (i % 32);
    const height = m - first > 16 ? 32 : 16;
    for (let j = 0; j < k; j++) tiles[first * k + j * height + (i - first)] = dense[i * k + j];
  }
  return tiles;
}
