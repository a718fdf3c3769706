// SELL-4: rows sorted by how many weights they keep, four of them interleaved, so that four lanes of a vector walk four rows.
//
//   slices   u32 [slices + 1]     the records of slice s are slices[s] … slices[s + 1]: as many as its longest row keeps
//   records  24 bytes each        | w0 f32 | w1 f32 | w2 f32 | w3 f32 | c0 u16 | c1 u16 | c2 u16 | c3 u16 |   columns in bytes: 4·column
//   order    u32 [4 · slices]     the row in lane l of slice s is order[4s + l]; `nowhere` past the last row
//
// Padding has weight 0 at the row's last column. (Monakov, Lokhmotov, Avetisyan 2010; sorted: Kreutzer et al. 2014.)

import type { CsrArrays } from './csr.ts';

/** The row of a lane that is not stored. */
export const nowhere = 0xffffffff;

/** Bytes of a record. */
export const recordBytes = 24;

/** The most columns a u16 can name in bytes. */
export const maximumColumns = 16384;

export interface Sell4 {
  readonly rows: number;
  readonly columns: number;
  readonly slices: Uint32Array;
  readonly records: Uint8Array;
  readonly order: Uint32Array;
}

/** @throws {RangeError} when the matrix has more columns than a u16 can name in bytes. */
export function sell4FromCsr({ rows, columns, rowptr, colidx, values }: CsrArrays): Sell4 {
  if (columns > maximumColumns) {
    throw new RangeError(
      `SELL-4 names a column's byte by 16 bits: expected at most ${maximumColumns} columns, got ${columns}.`,
    );
  }
  const lengthOf = (i: number) => (i < rows ? rowptr[i + 1] - rowptr[i] : 0);
  const sorted = Array.from({ length: rows }, (_, i) => i).sort((a, b) => lengthOf(b) - lengthOf(a) || a - b);
  const count = Math.ceil(rows / 4);
  const order = new Uint32Array(4 * count).fill(nowhere);
  order.set(sorted);
  const slices = new Uint32Array(count + 1);
  for (let s = 0; s < count; s++) slices[s + 1] = slices[s] + lengthOf(order[4 * s]);

  const records = new Uint8Array(slices[count] * recordBytes);
  const view = new DataView(records.buffer);
  for (let lane = 0; lane < order.length; lane++) {
    const row = order[lane];
    const slice = lane >> 2;
    const length = lengthOf(row);
    for (let r = slices[slice]; r < slices[slice + 1]; r++) {
      const step = r - slices[slice];
      const base = r * recordBytes;
      const column = length > 0 ? colidx[rowptr[row] + Math.min(step, length - 1)] : 0;
      view.setUint16(base + 16 + 2 * (lane & 3), 4 * column, true);
      if (step < length) view.setFloat32(base + 4 * (lane & 3), values[rowptr[row] + step], true);
    }
  }
  return { rows, columns, slices, records, order };
}
