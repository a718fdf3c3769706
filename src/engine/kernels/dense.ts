// Dense products and convolution. assembly/index.ts is the other side.

import type { Buffer } from '../memory.ts';

/** A convolution in tiles (assembly/nn/conv2d-winograd.ts): rows of tiles [begin, end) of it, or for the gradient of weights, filters. */
export type TileSizes = readonly [
  begin: number,
  end: number,
  rows: number,
  cols: number,
  n: number,
  m: number,
  channels: number,
  sizeRows: number,
  sizeCols: number,
  xRow: number,
  xChannel: number,
  yChannel: number,
];

/** Dense products and convolution. */
export interface DenseKernels {
  // blas
  panel_rows(): number;
  pack_f32_a(
    begin: number,
    end: number,
    m: number,
    k: number,
    rowStride: number,
    colStride: number,
    a: Buffer,
    packed: Buffer,
  ): void;
  pack_f32_b(begin: number, end: number, k: number, n: number, ldb: number, b: Buffer, packed: Buffer): void;
  gemm_f32_panels(
    begin: number,
    end: number,
    m: number,
    n: number,
    k: number,
    a: Buffer,
    b: Buffer,
    bTile: number,
    bRow: number,
    c: Buffer,
    ldc: number,
    accumulate: number,
    bias: Buffer,
    lower: number,
  ): void;
  gemv_f32_dense(
    begin: number,
    end: number,
    k: number,
    a: Buffer,
    lda: number,
    x: Buffer,
    y: Buffer,
    bias: Buffer,
    lower: number,
  ): void;
  gemv_f32_columns(
    m: number,
    k: number,
    a: Buffer,
    x: Buffer,
    y: Buffer,
    bias: Buffer,
    lower: number,
    scratch: Buffer,
  ): void;
  rowsum_f32(begin: number, end: number, n: number, x: Buffer, ldx: number, y: Buffer, accumulate: number): void;
  axpy_f32(begin: number, end: number, alpha: number, x: Buffer, y: Buffer): void;
  scale_f32(begin: number, end: number, alpha: number, x: Buffer, y: Buffer): void;
  add_f32(begin: number, end: number, a: Buffer, b: Buffer, y: Buffer): void;
  multiply_f32(begin: number, end: number, a: Buffer, b: Buffer, y: Buffer): void;
  sumabs_f32(begin: number, end: number, x: Buffer): number;
  sumsq_f32(begin: number, end: number, x: Buffer): number;
  count_nonzero_f32(begin: number, end: number, x: Buffer): number;
  count_nonfinite_f32(begin: number, end: number, x: Buffer): number;
  turn_f32(samples: number, pixels: number, channels: number, width: number, x: Buffer, y: Buffer): void;
  unturn_f32(samples: number, pixels: number, channels: number, width: number, x: Buffer, y: Buffer): void;
  take_columns_f32(begin: number, end: number, m: number, k: number, columns: Buffer, w: Buffer, wt: Buffer): void;
  add_columns_f32(begin: number, end: number, m: number, k: number, columns: Buffer, wt: Buffer, w: Buffer): void;
  take_rows_f32(begin: number, end: number, width: number, rows: Buffer, table: Buffer, part: Buffer): void;
  put_rows_f32(begin: number, end: number, width: number, rows: Buffer, part: Buffer, table: Buffer): void;

  // nn: convolution
  conv2d_f32_dense(
    begin: number,
    end: number,
    cols: number,
    length: number,
    m: number,
    taps: number,
    a: Buffer,
    offsets: Buffer,
    x: Buffer,
    xRow: number,
    xCol: number,
    y: Buffer,
    yChannel: number,
    bias: Buffer,
    lower: number,
    scratch: Buffer,
  ): void;
  conv2d_f32_dx(
    begin: number,
    end: number,
    cols: number,
    length: number,
    taps: number,
    m: number,
    at: Buffer,
    offsets: Buffer,
    dy: Buffer,
    dyChannel: number,
    dx: Buffer,
    xRow: number,
    xCol: number,
    scratch: Buffer,
  ): void;
  sddmm_f32_dense(
    begin: number,
    end: number,
    taps: number,
    rows: number,
    cols: number,
    length: number,
    dy: Buffer,
    dyChannel: number,
    x: Buffer,
    offsets: Buffer,
    xRow: number,
    xCol: number,
    dw: Buffer,
    lddw: number,
    accumulate: number,
    scratch: Buffer,
  ): void;
  winograd_filters_f32(
    begin: number,
    end: number,
    m: number,
    channels: number,
    sizeRows: number,
    sizeCols: number,
    w: Buffer,
    u: Buffer,
    scratch: Buffer,
  ): void;
  winograd_filters_backward_f32(
    begin: number,
    end: number,
    m: number,
    channels: number,
    sizeRows: number,
    sizeCols: number,
    du: Buffer,
    dw: Buffer,
    scratch: Buffer,
  ): void;
  conv2d_f32_winograd(
    ...operands: readonly [...TileSizes, u: Buffer, x: Buffer, y: Buffer, bias: Buffer, lower: number, scratch: Buffer]
  ): void;
  conv2d_dx_f32_winograd(
    ...operands: readonly [...TileSizes, u: Buffer, dy: Buffer, dx: Buffer, scratch: Buffer]
  ): void;
  conv2d_dw_f32_winograd(
    ...operands: readonly [...TileSizes, x: Buffer, dy: Buffer, du: Buffer, scratch: Buffer]
  ): void;
  pad2d_f32(
    channels: number,
    rows: number,
    cols: number,
    n: number,
    top: number,
    left: number,
    paddedRows: number,
    paddedCols: number,
    x: Buffer,
    y: Buffer,
  ): void;
  crop2d_f32(
    channels: number,
    rows: number,
    cols: number,
    n: number,
    top: number,
    left: number,
    paddedRows: number,
    paddedCols: number,
    x: Buffer,
    y: Buffer,
  ): void;
  im2col_f32(
    begin: number,
    end: number,
    cols: number,
    length: number,
    taps: number,
    offsets: Buffer,
    x: Buffer,
    xRow: number,
    xCol: number,
    y: Buffer,
    yTap: number,
    yRow: number,
    yCol: number,
  ): void;
}
