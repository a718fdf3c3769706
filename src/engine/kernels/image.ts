// Upsampling. assembly/index.ts is the other side.

import type { Buffer } from '../memory.ts';

/** From one map to another: forward from the smaller x to the larger y, backward from dy to dx. Rows, columns and factors are of the smaller. */
type Upsampling = (
  begin: number,
  end: number,
  n: number,
  rows: number,
  cols: number,
  factorRows: number,
  factorCols: number,
  from: Buffer,
  fromChannel: number,
  fromRow: number,
  to: Buffer,
  toChannel: number,
  toRow: number,
) => void;

/** Upsampling. */
export interface ImageKernels {
  upsample2d_f32: Upsampling;
  upsample2d_backward_f32: Upsampling;
  bilinear2d_f32: Upsampling;
  bilinear2d_backward_f32: Upsampling;
}
