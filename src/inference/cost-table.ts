// What products cost, as numbers: measured once (see calibrate.ts) and built in. Ratios between forms travel better than times.

import type { Form } from './weights.ts';

/** Nanoseconds of a kernel for each output row (block row), or input that is not skipped, and for each stored weight. */
export interface Cost {
  readonly row: number;
  readonly weight: number;
}

/** Costs of the kernel's panels by width, widest first. */
export type PanelCosts = readonly (readonly [width: number, cost: Cost])[];

export interface CostTable {
  /** Nanoseconds for a kernel call and its step. */
  readonly call: number;
  /** Nanoseconds for a float copied by im2col. */
  readonly copy: number;
  /** Nanoseconds for each input that a kernel looks at to know whether it is 0. */
  readonly scan: number;
  /**
   * How much more a dense column costs when half of all are skipped, by the bytes of the weights: gaps slow reading down, most of all
   * where columns that are read and columns that are not alternate at random.
   */
  readonly gaps: { readonly cache: number; readonly within: number; readonly beyond: number };
  /** Weights of more bytes than the cache cost the nanoseconds of reading each byte, if that is more than computing. */
  readonly memory: { readonly cache: number; readonly byte: number };
  /** A matrix times a vector; gemv is dense row by row, dense is in tiles of columns. */
  readonly vector: Readonly<Record<Form | 'gemv', Cost>>;
  /** A matrix times columns: a dense product, a dense convolution that reads its taps through offsets, and the sparse ones. */
  readonly panels: Readonly<Record<'dense' | 'direct' | 'csr' | 'block4', PanelCosts>>;
}

/**
 * Of an AMD EPYC (Zen 3), plain SIMD on Node 20. A dense vector's weight and those of blocks are of matrices beyond the second cache, which the
 * calibration's own are not, and so are the gaps (bench/choice.ts).
 */
export const builtInCosts: CostTable = {
  call: 12,
  copy: 0.15,
  scan: 0.3,
  gaps: { cache: 2 ** 20, within: 0.35, beyond: 0.4 },
  memory: { cache: 2 ** 24, byte: 0.03 },
  vector: {
    gemv: { row: 1.54, weight: 0.0632 },
    dense: { row: 0, weight: 0.082 },
    csr: { row: 3.28, weight: 0.349 },
    sell4: { row: 1.64, weight: 0.258 },
    block4: { row: 7.18, weight: 0.12 },
    block8: { row: 13.9, weight: 0.09 },
    block16: { row: 20.8, weight: 0.082 },
    csc: { row: 5.21, weight: 1.06 },
    column4: { row: 4.8, weight: 0.241 },
    column8: { row: 4.5, weight: 0.205 },
    column16: { row: 4.5, weight: 0.126 },
  },
  panels: {
    dense: [
      [8, { row: 2.83, weight: 0.423 }],
      [4, { row: 3.43, weight: 0.324 }],
      [1, { row: 2.68, weight: 0.194 }],
    ],
    direct: [
      [16, { row: 5.21, weight: 0.875 }],
      [8, { row: 3.09, weight: 0.435 }],
      [4, { row: 2.93, weight: 0.332 }],
      [1, { row: 2.19, weight: 0.201 }],
    ],
    csr: [
      [32, { row: 2.5, weight: 2.54 }],
      [16, { row: 3.26, weight: 1.21 }],
      [8, { row: 2.57, weight: 0.82 }],
      [4, { row: 3.68, weight: 0.468 }],
      [1, { row: 1.17, weight: 0.777 }],
    ],
    block4: [
      [8, { row: 7.88, weight: 0.494 }],
      [4, { row: 7.39, weight: 0.314 }],
      [1, { row: 6.42, weight: 0.196 }],
    ],
  },
};
