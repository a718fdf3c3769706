// C[m×n] = max(A·B + bias, lower) where A stands in panels of rows (5, or 6 with relaxed SIMD). Wide B is copied into tiles of 8 columns, a
// block of columns at a time, or its rows would meet in the same lines of the cache. (Goto, van de Geijn 2008) 2·m·n·k flops.

import { arena, at, type Buffer, type Kernels } from '../engine/index.ts';

/** Sizes of a dense product: A is m×k, B k×n. */
export interface GemmSizes {
  /** Rows of A and of the result. */
  readonly m: number;
  /** Columns of A, rows of B. */
  readonly k: number;
  /** Columns of B and of the result. */
  readonly n: number;
}

/** Panels of A that one call does: about 120 rows, which stay in the second-level cache; V8 compiles well what is called several times. */
const panelBlock = 24;

/** Rows of B that are not worth copying, and where few panels of A would use the copy. */
const shortRow = 64;
const longerRow = 255;
const fewPanels = 2;

/** Numbers of B copied at once: what a second-level cache or the next can hold. */
const packedNumbers = 2 ** 18;

/** Panels of a matrix with m rows. */
export const panelCount = (kernels: Kernels, m: number): number => Math.ceil(m / kernels.panel_rows());

/** Numbers of an m×k matrix in whole panels. */
export const packedLength = (kernels: Kernels, { m, k }: { m: number; k: number }): number =>
  panelCount(kernels, m) * kernels.panel_rows() * k;

/** C = max(A·B + bias, lower). `panels` is A in packed order; B (k×n) and C (m×n) are row-major. */
export function multiplyPanels(
  kernels: Kernels,
  { m, k, n }: GemmSizes,
  panels: Buffer,
  b: Buffer,
  c: Buffer,
  { bias, lower }: { bias: Buffer; lower: number },
): void {
  const count = panelCount(kernels, m);
  const inBlocks = (run: (begin: number, end: number) => void) => {
    for (let begin = 0; begin < count; begin += panelBlock) run(begin, Math.min(count, begin + panelBlock));
  };
  if (n <= (count > fewPanels ? shortRow : longerRow)) {
    inBlocks((begin, end) => kernels.gemm_f32_panels(begin, end, m, n, k, panels, b, 8, n, c, n, 0, bias, lower));
    return;
  }
  const width = Math.min(8 * Math.ceil(n / 8), Math.max(64, 8 * Math.floor(packedNumbers / (8 * Math.max(1, k)))));
  arena.scope(() => {
    const packed = arena.allocate(4 * k * width);
    for (let first = 0; first < n; first += width) {
      const columns = Math.min(width, n - first);
      kernels.pack_f32_b(0, Math.ceil(columns / 8), k, columns, n, at(b, first), packed);
      inBlocks((begin, end) =>
        kernels.gemm_f32_panels(begin, end, m, columns, k, panels, packed, 8 * k, 8, at(c, first), n, 0, bias, lower),
      );
    }
  });
}
