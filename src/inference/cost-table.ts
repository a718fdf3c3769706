// What products cost, as numbers: measured once (see calibrate.ts) and built in. Ratios between forms travel better than times.

import type { Form } from './weights.ts';

/** Nanoseconds of a kernel for each output row (block row) and for each stored weight. */
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
  /** A matrix times a vector. */
  readonly vector: Readonly<Record<Form, Cost>>;
  /** A matrix times columns: a dense product, a dense convolution that reads its taps through offsets, and the sparse ones. */
  readonly panels: Readonly<Record<'dense' | 'direct' | 'csr' | 'block4', PanelCosts>>;
}

/**
 * Of the machine that this was written on, plain SIMD. The cost of csr with a vector is put just above sell4's: there the two are
 * level, while on older processors sell4 is up to 1.7 times as fast.
 */
export const builtInCosts: CostTable = {
  call: 12,
  copy: 0.15,
  vector: {
    dense: { row: 0.2, weight: 0.049 },
    csr: { row: 1.3, weight: 0.25 },
    sell4: { row: 0.45, weight: 0.242 },
    block4: { row: 1.5, weight: 0.076 },
    block8: { row: 4, weight: 0.052 },
    block16: { row: 7.4, weight: 0.044 },
  },
  panels: {
    dense: [
      [8, { row: 0.8, weight: 0.25 }],
      [4, { row: 1.6, weight: 0.2 }],
      [1, { row: 1.2, weight: 0.105 }],
    ],
    direct: [
      [16, { row: 2, weight: 0.525 }],
      [8, { row: 0.9, weight: 0.26 }],
      [4, { row: 1.4, weight: 0.205 }],
      [1, { row: 1, weight: 0.11 }],
    ],
    csr: [
      [32, { row: 1, weight: 1.4 }],
      [16, { row: 1.5, weight: 0.735 }],
      [8, { row: 1.1, weight: 0.455 }],
      [4, { row: 1.5, weight: 0.287 }],
      [1, { row: 1.1, weight: 0.365 }],
    ],
    block4: [
      [8, { row: 2.4, weight: 0.265 }],
      [4, { row: 2.6, weight: 0.18 }],
      [1, { row: 2.8, weight: 0.1 }],
    ],
  },
};
