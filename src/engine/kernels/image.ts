// Upsampling. assembly/index.ts is the other side.

import type { Buffer } from '../memory.ts';

/** Upsampling. */
export interface ImageKernels {
  upsample2d_f32(
    begin: number,
    end: number,
    n: number,
    rows: number,
    cols: number,
    factorRows: number,
    factorCols: number,
    x: Buffer,
    xChannel: number,
    xRow: number,
    y: Buffer,
    yChannel: number,
    yRow: number,
  ): void;
  upsample2d_backward_f32(
    begin: number,
    end: number,
    n: number,
    rows: number,
    cols: number,
    factorRows: number,
    factorCols: number,
    dy: Buffer,
    yChannel: number,
    yRow: number,
    dx: Buffer,
    xChannel: number,
    xRow: number,
  ): void;
  bilinear2d_f32(
    begin: number,
    end: number,
    n: number,
    rows: number,
    cols: number,
    factorRows: number,
    factorCols: number,
    x: Buffer,
    xChannel: number,
    xRow: number,
    y: Buffer,
    yChannel: number,
    yRow: number,
  ): void;
  bilinear2d_backward_f32(
    begin: number,
    end: number,
    n: number,
    rows: number,
    cols: number,
    factorRows: number,
    factorCols: number,
    dy: Buffer,
    yChannel: number,
    yRow: number,
    dx: Buffer,
    xChannel: number,
    xRow: number,
  ): void;
}
