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
  /** Nanoseconds for each input that SELL-4 copies to where its offsets point. */
  readonly place: number;
  /** Nanoseconds for each row of a last row of blocks that is not whole. */
  readonly ragged: number;
  /**
   * How much more a dense column costs where others are passed over: `least`, and with d doublings of the weights beyond so many bytes
   * growth·d² more. Gaps slow reading down, the farther away the weights are.
   */
  readonly gaps: { readonly least: number; readonly beyond: number; readonly growth: number };
  /** Weights of more bytes than the cache cost the nanoseconds of reading each byte, if that is more than computing. */
  readonly memory: { readonly cache: number; readonly byte: number };
  /**
   * An image of more bytes than the second cache holds beside all else: the nanoseconds that a panel of 32 columns then costs a sparse
   * convolution for each tap it reads.
   */
  readonly far: { readonly near: number; readonly csr: number; readonly block4: number };
  /** A matrix times a vector; gemv is dense row by row, dense is in tiles of columns. */
  readonly vector: Readonly<Record<Form | 'gemv', Cost>>;
  /** A matrix times columns: a dense product, a dense convolution that reads its taps through offsets, and the sparse ones. */
  readonly panels: Readonly<Record<'dense' | 'direct' | 'csr' | 'block4', PanelCosts>>;
}

/**
 * Of an AMD EPYC (Zen 4), plain SIMD on Node 20. The weights of dense and blocks are of matrices beyond the second cache, which
 * the calibration's own are not, and so are the gaps (bench/choice.ts).
 */
export const builtInCosts: CostTable = {
  call: 22,
  copy: 0.15,
  scan: 0.165,
  place: 0.05,
  ragged: 0.56,
  gaps: { least: 0.1, beyond: 2 ** 17, growth: 0.05 },
  memory: { cache: 2 ** 24, byte: 0.03 },
  far: { near: 2 ** 19, csr: 8, block4: 2.5 },
  vector: {
    gemv: { row: 0.6, weight: 0.0515 },
    dense: { row: 0, weight: 0.0522 },
    csr: { row: 1.75, weight: 0.33 },
    sell4: { row: 0.75, weight: 0.217 },
    block4: { row: 2.8, weight: 0.0925 },
    block8: { row: 2.6, weight: 0.0717 },
    block16: { row: 3.4, weight: 0.0601 },
    csc: { row: 3.6, weight: 0.59 },
    column4: { row: 2.16, weight: 0.1675 },
    column8: { row: 2.4, weight: 0.123 },
    column16: { row: 2.4, weight: 0.1105 },
  },
  panels: {
    dense: [
      [8, { row: 1.82, weight: 0.362 }],
      [4, { row: 2.09, weight: 0.264 }],
      [1, { row: 1.73, weight: 0.166 }],
    ],
    direct: [
      [16, { row: 4.5, weight: 0.74 }],
      [8, { row: 2.02, weight: 0.353 }],
      [4, { row: 1.93, weight: 0.27 }],
      [1, { row: 1.42, weight: 0.172 }],
    ],
    csr: [
      [32, { row: 1.8, weight: 2.06 }],
      [16, { row: 2.5, weight: 1 }],
      [8, { row: 2, weight: 0.61 }],
      [4, { row: 2.4, weight: 0.37 }],
      [1, { row: 0.937, weight: 0.626 }],
    ],
    block4: [
      [8, { row: 5.4, weight: 0.42 }],
      [4, { row: 4.5, weight: 0.255 }],
      [1, { row: 5.07, weight: 0.154 }],
    ],
  },
};
