// Several matrices with equal rows as one, side by side: y[m×n] = [W₁ W₂ …]·x + b, where x has the columns' operands one under the other.
// Those with a pattern become one CSR, the others one set of panels: two products at most, however often they are made.

import { arena, at, type Buffer, f32, kernels, none, u32 } from '../engine/index.ts';
import type { Parameter } from '../tensor/index.ts';
import { matrixSizes } from './dense.ts';

/** A matrix and the row of x that its first column meets. */
interface Part {
  readonly kernel: Parameter;
  readonly row: number;
  readonly k: number;
}

/** y = [W₁ W₂]·x + b for n columns; what it needs is in the arena until its mark is released. */
export function joinedProduct(
  first: Parameter,
  second: Parameter,
  bias?: Parameter,
): (n: number, x: Buffer, y: Buffer) => void {
  const { m, k } = matrixSizes(first);
  const parts: Part[] = [
    { kernel: first, row: 0, k },
    { kernel: second, row: k, k: matrixSizes(second).k },
  ];
  const sparse = parts.filter(({ kernel }) => kernel.pattern);
  const dense = parts.filter(({ kernel }) => !kernel.pattern);
  const b = bias?.values.buffer ?? none;
  const kept = sparse.length > 0 ? joinedRows(sparse, m) : undefined;
  const panels = dense.length > 0 ? joinedPanels(dense, m) : undefined;
  let filledFor = 0;
  return (n, x, y) => {
    if (kept) {
      const { rowptr, nnz, columns, places, values } = kept;
      if (filledFor !== n) kernels().places_u32(0, nnz, n, columns, places);
      filledFor = n;
      kernels().spmm_f32_csr(0, m, n, rowptr, places, values, x, y, n, 0, b, -Infinity);
    }
    if (!panels) return;
    const { count, row, width, buffer } = panels;
    const [from, accumulate] = [at(x, row * n), kept ? 1 : 0];
    kernels().gemm_f32_panels(0, count, m, n, width, buffer, from, 8, n, y, n, accumulate, b, -Infinity);
  };
}

function joinedRows(parts: readonly Part[], m: number) {
  const patterns = parts.flatMap(({ kernel: { pattern, values }, row }) =>
    pattern ? [{ rows: pattern.rowptr.words.slice(), pattern, row, values: values.view.slice() }] : [],
  );
  const nnz = patterns.reduce((sum, { pattern }) => sum + pattern.nnz, 0);
  const [rowptr, columns, places, values] = [m + 1, nnz, nnz, nnz].map((count) => arena.allocate(4 * count));
  const [rows, indices, numbers] = [u32(rowptr, m + 1), u32(columns, nnz), f32(values, nnz)];
  let q = 0;
  for (let i = 0; i < m; i++) {
    rows[i] = q;
    for (const { rows: own, pattern, row, values: dense } of patterns) {
      for (let p = own[i]; p < own[i + 1]; p++, q++) {
        indices[q] = row + pattern.columns[p];
        numbers[q] = dense[pattern.positions[p]];
      }
    }
  }
  rows[m] = q;
  return { rowptr, nnz, columns, places, values };
}

function joinedPanels(parts: readonly Part[], m: number) {
  const height = kernels().panel_rows();
  const width = parts.reduce((sum, { k }) => sum + k, 0);
  const count = Math.ceil(m / height);
  const buffer = arena.allocate(4 * count * height * width);
  for (let panel = 0; panel < count; panel++) {
    let place = at(buffer, panel * height * width);
    for (const { kernel, k } of parts) {
      // The kernel counts panels from its first, which would stand here:
      const origin = at(place, -panel * height * k);
      kernels().pack_f32_a(panel, panel + 1, m, k, k, 1, kernel.values.buffer, origin);
      place = at(place, height * k);
    }
  }
  return { count, row: parts[0].row, width, buffer };
}
