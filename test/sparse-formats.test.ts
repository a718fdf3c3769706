// The sparse formats hold the matrix they were built from: each is read back by its definition and compared with the dense one.

import { describe, expect, test } from 'vitest';
import {
  blockHeights,
  blocksFromCsr,
  csrFromDense,
  nowhere,
  recordBytes,
  sell4FromCsr,
} from '../src/tensor/sparse/index.ts';
import { random } from './kernels/cases/random.ts';

/** rows × cols, `density` of it not 0, row 2 empty. */
function matrix(rows: number, cols: number, density: number): Float32Array {
  const next = random(rows * 31 + cols);
  return Float32Array.from({ length: rows * cols }, (_, at) => {
    const keep = next() < density && Math.floor(at / cols) !== 2;
    return keep ? 1 + Math.floor(next() * 100) : 0;
  });
}

const sizes = [
  [1, 1, 1],
  [7, 5, 0],
  [7, 5, 1],
  [16, 9, 0.4],
  [18, 33, 0.15],
] as const;

describe.each(sizes)('%i × %i, density %f', (rows, cols, density) => {
  const dense = matrix(rows, cols, density);
  const csr = csrFromDense(dense, rows, cols);

  test('csr: columns ascend, and the matrix comes back', () => {
    const positions = Array.from(
      csr.colidx,
      (column, p) => csr.rowptr.findIndex((first) => first > p) * cols - cols + column,
    );
    const read = new Float32Array(dense.length);
    positions.forEach((position, p) => {
      read[position] = csr.values[p];
    });
    expect(read).toEqual(dense);
    expect(positions).toEqual(positions.slice().sort((a, b) => a - b));
  });

  test.each(blockHeights)('blocks of %i × 1: values, and zeros in the rows past the end', (height) => {
    const blocks = blocksFromCsr(csr, height);
    const read = new Float32Array(dense.length);
    for (let b = 0; b + 1 < blocks.rowptr.length; b++) {
      for (let p = blocks.rowptr[b]; p < blocks.rowptr[b + 1]; p++) {
        for (let r = 0; r < height; r++) {
          const value = blocks.values[p * height + r];
          if (value !== 0) read[(b * height + r) * cols + blocks.colidx[p]] += value;
        }
      }
    }
    expect(read).toEqual(dense);
  });

  test('sell4: every row in one lane, its weights in its records', () => {
    const { slices, records, order } = sell4FromCsr(csr);
    const view = new DataView(records.buffer);
    const read = new Float32Array(dense.length);
    expect(
      Array.from(order)
        .filter((row) => row !== nowhere)
        .sort((a, b) => a - b),
    ).toEqual([...Array(rows).keys()]);
    order.forEach((row, lane) => {
      for (let r = slices[lane >> 2]; r < slices[(lane >> 2) + 1]; r++) {
        const value = view.getFloat32(r * recordBytes + 4 * (lane & 3), true);
        const column = view.getUint16(r * recordBytes + 16 + 2 * (lane & 3), true) / 4;
        expect(column).toBeLessThan(cols);
        if (value !== 0) read[row * cols + column] += value;
      }
    });
    expect(read).toEqual(dense);
  });
});

test('a mask keeps weights that are 0', () => {
  const csr = csrFromDense([0, 5, 0, 7], 2, 2, [1, 1, 0, 1]);
  expect([csr.rowptr, csr.colidx, csr.values].map((array) => [...array])).toEqual([
    [0, 2, 3],
    [0, 1, 1],
    [0, 5, 7],
  ]);
});

test('SELL-4 refuses more columns than 16 bits name in bytes', () => {
  const wide = {
    rows: 1,
    columns: 16385,
    rowptr: Uint32Array.of(0, 0),
    colidx: new Uint32Array(0),
    values: new Float32Array(0),
  };
  expect(() => sell4FromCsr(wide)).toThrow('expected at most 16384 columns, got 16385');
});
