// A structure says which weights go together: it parts a parameter into units, and a unit is kept or pruned whole.

import type { Shape } from '../../tensor/index.ts';

/** The units of a parameter. */
export interface Units {
  readonly count: number;
  /** The unit of each weight, in storage order. */
  readonly of: Uint32Array;
}

/**
 * Parts a parameter into units.
 * @param shape in storage order: `[out, in]` for dense, `[out, in, row, column]` for convolution.
 */
export type Structure = (shape: Shape) => Units;
