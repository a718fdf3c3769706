// Activations, pooling, normalization. assembly/index.ts is the other side.

import type { Buffer } from '../memory.ts';

/** Pooling of channels [begin, end); assembly/nn/max-pool.ts says what the windows are. */
type PoolKernel = (
  begin: number,
  end: number,
  n: number,
  inRows: number,
  inCols: number,
  rows: number,
  cols: number,
  poolRows: number,
  poolCols: number,
  strideRows: number,
  strideCols: number,
  padTop: number,
  padLeft: number,
  x: Buffer,
  xChannel: number,
  xRow: number,
  y: Buffer,
  yChannel: number,
  yRow: number,
) => void;

/** Activations, pooling, normalization. */
export interface NnKernels {
  // nn: element-wise
  relu_f32(begin: number, end: number, x: Buffer, y: Buffer): void;
  relu_backward_f32(begin: number, end: number, y: Buffer, dy: Buffer, dx: Buffer): void;
  leaky_relu_f32(begin: number, end: number, slope: number, x: Buffer, y: Buffer): void;
  leaky_relu_backward_f32(begin: number, end: number, slope: number, y: Buffer, dy: Buffer, dx: Buffer): void;
  sigmoid_f32(begin: number, end: number, x: Buffer, y: Buffer): void;
  sigmoid_backward_f32(begin: number, end: number, y: Buffer, dy: Buffer, dx: Buffer): void;
  tanh_f32(begin: number, end: number, x: Buffer, y: Buffer): void;
  tanh_backward_f32(begin: number, end: number, y: Buffer, dy: Buffer, dx: Buffer): void;
  exp_f32(begin: number, end: number, x: Buffer, y: Buffer): void;
  log_f32(begin: number, end: number, x: Buffer, y: Buffer): void;
  elu_f32(begin: number, end: number, alpha: number, x: Buffer, y: Buffer): void;
  elu_backward_f32(begin: number, end: number, alpha: number, y: Buffer, dy: Buffer, dx: Buffer): void;
  softplus_f32(begin: number, end: number, x: Buffer, y: Buffer): void;
  softplus_backward_f32(begin: number, end: number, x: Buffer, dy: Buffer, dx: Buffer): void;
  silu_f32(begin: number, end: number, x: Buffer, y: Buffer): void;
  silu_backward_f32(begin: number, end: number, x: Buffer, dy: Buffer, dx: Buffer): void;
  gelu_f32(begin: number, end: number, x: Buffer, y: Buffer): void;
  gelu_backward_f32(begin: number, end: number, x: Buffer, dy: Buffer, dx: Buffer): void;
  softmax_f32(begin: number, end: number, features: number, n: number, x: Buffer, y: Buffer): void;
  softmax_backward_f32(
    begin: number,
    end: number,
    features: number,
    n: number,
    y: Buffer,
    dy: Buffer,
    dx: Buffer,
  ): void;
  bias_f32(begin: number, end: number, n: number, bias: Buffer, lower: number, x: Buffer, ldx: number): void;
  lstm_cell_f32_masked(
    begin: number,
    end: number,
    units: number,
    n: number,
    z: Buffer,
    ldz: number,
    mask: Buffer,
    cPrev: Buffer,
    hPrev: Buffer,
    ldPrev: number,
    c: Buffer,
    h: Buffer,
    ld: number,
    activation: number,
    recurrentActivation: number,
    keep: number,
  ): void;
  dropout_f32(
    begin: number,
    end: number,
    rate: number,
    seed: number,
    stream: number,
    step: number,
    x: Buffer,
    y: Buffer,
  ): void;
  lstm_cell_backward_f32_masked(
    begin: number,
    end: number,
    units: number,
    n: number,
    z: Buffer,
    ldz: number,
    mask: Buffer,
    cPrev: Buffer,
    c: Buffer,
    ldc: number,
    dy: Buffer,
    lddy: number,
    dh: Buffer,
    dc: Buffer,
    ldd: number,
    dz: Buffer,
    lddz: number,
    activation: number,
    recurrentActivation: number,
  ): void;
  embedding_f32(begin: number, end: number, features: number, ids: Buffer, table: Buffer, y: Buffer, ldy: number): void;
  embedding_backward_f32(
    begin: number,
    end: number,
    features: number,
    ids: Buffer,
    dy: Buffer,
    lddy: number,
    dtable: Buffer,
  ): void;
  max_pool2d_f32: PoolKernel;
  max_pool2d_backward_f32(
    begin: number,
    end: number,
    n: number,
    inRows: number,
    inCols: number,
    rows: number,
    cols: number,
    poolRows: number,
    poolCols: number,
    strideRows: number,
    strideCols: number,
    padTop: number,
    padLeft: number,
    x: Buffer,
    xChannel: number,
    xRow: number,
    dy: Buffer,
    yChannel: number,
    yRow: number,
    dx: Buffer,
    rectified: number,
  ): void;
  average_pool2d_f32: PoolKernel;
  average_pool2d_backward_f32(
    begin: number,
    end: number,
    n: number,
    inRows: number,
    inCols: number,
    rows: number,
    cols: number,
    poolRows: number,
    poolCols: number,
    strideRows: number,
    strideCols: number,
    padTop: number,
    padLeft: number,
    dy: Buffer,
    yChannel: number,
    yRow: number,
    dx: Buffer,
    xChannel: number,
    xRow: number,
  ): void;
  batch_norm_sum_f32(
    begin: number,
    end: number,
    pixels: number,
    n: number,
    width: number,
    x: Buffer,
    xChannel: number,
    sums: Buffer,
    mask: Buffer,
  ): void;
  batch_norm_squares_f32(
    begin: number,
    end: number,
    pixels: number,
    n: number,
    width: number,
    x: Buffer,
    xChannel: number,
    mean: Buffer,
    sums: Buffer,
    mask: Buffer,
  ): void;
  batch_norm_moment_f32(begin: number, end: number, count: number, sums: Buffer, moment: Buffer): void;
  batch_norm_f32(
    begin: number,
    end: number,
    length: number,
    epsilon: number,
    x: Buffer,
    xChannel: number,
    mean: Buffer,
    variance: Buffer,
    gamma: Buffer,
    beta: Buffer,
    y: Buffer,
    yChannel: number,
  ): void;
  batch_norm_backward_sums_f32(
    begin: number,
    end: number,
    pixels: number,
    n: number,
    width: number,
    x: Buffer,
    xChannel: number,
    mean: Buffer,
    dy: Buffer,
    dyChannel: number,
    sums: Buffer,
  ): void;
  batch_norm_gradients_f32(
    begin: number,
    end: number,
    epsilon: number,
    variance: Buffer,
    sums: Buffer,
    dgamma: Buffer,
    dbeta: Buffer,
    accumulate: number,
  ): void;
  batch_norm_backward_f32(
    begin: number,
    end: number,
    pixels: number,
    n: number,
    width: number,
    count: number,
    epsilon: number,
    x: Buffer,
    xChannel: number,
    mean: Buffer,
    variance: Buffer,
    gamma: Buffer,
    sums: Buffer,
    dy: Buffer,
    dyChannel: number,
    dx: Buffer,
    dxChannel: number,
    mask: Buffer,
  ): void;
}
