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

/** Of the machine that this was written on (AMD EPYC, Zen 5), plain SIMD on Node 20. */
export const builtInCosts: CostTable = {
  call: 12,
  copy: 0.15,
  scan: 0.3,
  gaps: { cache: 2 ** 20, within: 0.35, beyond: 0.75 },
  memory: { cache: 2 ** 24, byte: 0.03 },
  vector: {
    gemv: { row: 0.32, weight: 0.046 },
    dense: { row: 0.15, weight: 0.041 },
    csr: { row: 1.12, weight: 0.222 },
    sell4: { row: 0.55, weight: 0.193 },
    block4: { row: 2.6, weight: 0.071 },
    block8: { row: 4.7, weight: 0.05 },
    block16: { row: 7.4, weight: 0.041 },
    csc: { row: 3, weight: 0.54 },
    column4: { row: 3, weight: 0.122 },
    column8: { row: 3, weight: 0.1 },
    column16: { row: 3, weight: 0.085 },
  },
  panels: {
    dense: [
      [8, { row: 0.7, weight: 0.248 }],
      [4, { row: 1.25, weight: 0.196 }],
      [1, { row: 1.05, weight: 0.104 }],
    ],
    direct: [
      [16, { row: 2.4, weight: 0.51 }],
      [8, { row: 1.25, weight: 0.253 }],
      [4, { row: 1.2, weight: 0.2 }],
      [1, { row: 1.15, weight: 0.107 }],
    ],
    csr: [
      [32, { row: 1.65, weight: 1.38 }],
      [16, { row: 1.75, weight: 0.705 }],
      [8, { row: 1.3, weight: 0.441 }],
      [4, { row: 1.55, weight: 0.279 }],
      [1, { row: 0.75, weight: 0.372 }],
    ],
    block4: [
      [8, { row: 2.6, weight: 0.255 }],
      [4, { row: 2.7, weight: 0.174 }],
      [1, { row: 2.95, weight: 0.097 }],
    ],
  },
};
