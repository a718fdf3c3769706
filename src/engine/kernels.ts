// The kernels' signatures as TypeScript sees them; assembly/index.ts is the other side and says what each computes.
// Sizes, pitches and strides are in elements; [begin, end) is the range of rows, panels or elements to do.

import type { Buffer } from './memory.ts';

/** Every kernel of a binary, by name: `operation_dtype_format`. */
export interface Kernels {
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
  sum_f32(begin: number, end: number, x: Buffer): number;
  sumabs_f32(begin: number, end: number, x: Buffer): number;
  sumsq_f32(begin: number, end: number, x: Buffer): number;
  maxabs_f32(begin: number, end: number, x: Buffer): number;
  count_nonzero_f32(begin: number, end: number, x: Buffer): number;
  count_nonfinite_f32(begin: number, end: number, x: Buffer): number;
  turn_f32(samples: number, pixels: number, channels: number, width: number, x: Buffer, y: Buffer): void;
  unturn_f32(samples: number, pixels: number, channels: number, width: number, x: Buffer, y: Buffer): void;
  take_columns_f32(begin: number, end: number, m: number, k: number, columns: Buffer, w: Buffer, wt: Buffer): void;
  add_columns_f32(begin: number, end: number, m: number, k: number, columns: Buffer, wt: Buffer, w: Buffer): void;

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
    yRow: number,
    yCol: number,
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
    dyRow: number,
    dyCol: number,
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
    dyRow: number,
    dyCol: number,
    x: Buffer,
    offsets: Buffer,
    xRow: number,
    xCol: number,
    dw: Buffer,
    lddw: number,
    accumulate: number,
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

  // sparse
  spmm_f32_csr(
    begin: number,
    end: number,
    length: number,
    scale: number,
    rowptr: Buffer,
    colidx: Buffer,
    values: Buffer,
    x: Buffer,
    y: Buffer,
    ldy: number,
    bias: Buffer,
    lower: number,
  ): void;
  spmm_f32_block4(
    begin: number,
    end: number,
    m: number,
    length: number,
    scale: number,
    rowptr: Buffer,
    colidx: Buffer,
    values: Buffer,
    x: Buffer,
    y: Buffer,
    ldy: number,
    bias: Buffer,
    lower: number,
  ): void;
  spmm_f32_csr_transposed(
    begin: number,
    end: number,
    length: number,
    scale: number,
    rowptr: Buffer,
    colidx: Buffer,
    values: Buffer,
    dy: Buffer,
    lddy: number,
    dx: Buffer,
  ): void;
  sddmm_f32_csr(
    begin: number,
    end: number,
    rows: number,
    cols: number,
    length: number,
    scale: number,
    rowptr: Buffer,
    colidx: Buffer,
    dy: Buffer,
    dyChannel: number,
    dyRow: number,
    dyCol: number,
    x: Buffer,
    xRow: number,
    xCol: number,
    dvalues: Buffer,
    accumulate: number,
  ): void;
  spmv_f32_csr(
    begin: number,
    end: number,
    rowptr: Buffer,
    colidx: Buffer,
    values: Buffer,
    x: Buffer,
    y: Buffer,
    bias: Buffer,
    lower: number,
  ): void;
  spmv_f32_sell4(
    begin: number,
    end: number,
    slices: Buffer,
    records: Buffer,
    rows: Buffer,
    x: Buffer,
    y: Buffer,
    bias: Buffer,
    lower: number,
  ): void;
  spmv_f32_block4(
    begin: number,
    end: number,
    m: number,
    rowptr: Buffer,
    colidx: Buffer,
    values: Buffer,
    x: Buffer,
    y: Buffer,
    bias: Buffer,
    lower: number,
  ): void;
  spmv_f32_block8(
    begin: number,
    end: number,
    m: number,
    rowptr: Buffer,
    colidx: Buffer,
    values: Buffer,
    x: Buffer,
    y: Buffer,
    bias: Buffer,
    lower: number,
  ): void;
  spmv_f32_block16(
    begin: number,
    end: number,
    m: number,
    rowptr: Buffer,
    colidx: Buffer,
    values: Buffer,
    x: Buffer,
    y: Buffer,
    bias: Buffer,
    lower: number,
  ): void;
  spmv_f32_csc(
    m: number,
    k: number,
    colptr: Buffer,
    rowidx: Buffer,
    values: Buffer,
    x: Buffer,
    y: Buffer,
    bias: Buffer,
    lower: number,
    scratch: Buffer,
  ): void;
  spmv_f32_column4(
    m: number,
    k: number,
    colptr: Buffer,
    rowidx: Buffer,
    values: Buffer,
    x: Buffer,
    y: Buffer,
    bias: Buffer,
    lower: number,
    scratch: Buffer,
  ): void;
  spmv_f32_column8(
    m: number,
    k: number,
    colptr: Buffer,
    rowidx: Buffer,
    values: Buffer,
    x: Buffer,
    y: Buffer,
    bias: Buffer,
    lower: number,
    scratch: Buffer,
  ): void;
  spmv_f32_column16(
    m: number,
    k: number,
    colptr: Buffer,
    rowidx: Buffer,
    values: Buffer,
    x: Buffer,
    y: Buffer,
    bias: Buffer,
    lower: number,
    scratch: Buffer,
  ): void;

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
  max_pool2d_f32(
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
  ): void;
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
  ): void;
  average_pool2d_f32(
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
  ): void;
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
  ): void;

  // nn: losses; the comments of assembly/nn/crossentropy.ts and losses.ts say what `scale` and a null `dx` mean
  categorical_crossentropy_f32(
    classes: number,
    n: number,
    width: number,
    target: Buffer,
    p: Buffer,
    scale: number,
    loss: Buffer,
    dx: Buffer,
  ): void;
  categorical_crossentropy_logits_f32(
    classes: number,
    n: number,
    width: number,
    target: Buffer,
    x: Buffer,
    scale: number,
    loss: Buffer,
    dx: Buffer,
  ): void;
  sparse_categorical_crossentropy_f32(
    classes: number,
    n: number,
    width: number,
    labels: Buffer,
    p: Buffer,
    scale: number,
    loss: Buffer,
    dx: Buffer,
  ): void;
  sparse_categorical_crossentropy_logits_f32(
    classes: number,
    n: number,
    width: number,
    labels: Buffer,
    x: Buffer,
    scale: number,
    loss: Buffer,
    dx: Buffer,
  ): void;
  binary_crossentropy_f32(
    features: number,
    n: number,
    width: number,
    target: Buffer,
    p: Buffer,
    scale: number,
    loss: Buffer,
    dx: Buffer,
  ): void;
  binary_crossentropy_logits_f32(
    features: number,
    n: number,
    width: number,
    target: Buffer,
    x: Buffer,
    scale: number,
    loss: Buffer,
    dx: Buffer,
  ): void;
  mean_squared_error_f32(
    features: number,
    n: number,
    width: number,
    target: Buffer,
    y: Buffer,
    scale: number,
    loss: Buffer,
    dx: Buffer,
  ): void;

  // optim
  sgd_f32(
    begin: number,
    end: number,
    lr: number,
    momentum: number,
    nesterov: number,
    w: Buffer,
    g: Buffer,
    v: Buffer,
  ): void;
  rmsprop_f32(
    begin: number,
    end: number,
    lr: number,
    rho: number,
    momentum: number,
    epsilon: number,
    w: Buffer,
    g: Buffer,
    ms: Buffer,
    mom: Buffer,
    average: Buffer,
  ): void;
  adam_f32(
    begin: number,
    end: number,
    lr: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    correction1: number,
    correction2: number,
    w: Buffer,
    g: Buffer,
    m: Buffer,
    v: Buffer,
  ): void;
  l1_gradient_f32(begin: number, end: number, l1: number, w: Buffer, g: Buffer): void;
  soft_threshold_f32(begin: number, end: number, threshold: number, x: Buffer, y: Buffer): void;

  // prune
  topk_threshold_f32(count: number, k: number, x: Buffer, scratch: Buffer): number;
  mask_f32(begin: number, end: number, mask: Buffer, x: Buffer, y: Buffer): void;
  mask_below_f32(begin: number, end: number, threshold: number, x: Buffer, mask: Buffer): void;
  mask_topk_f32(count: number, k: number, threshold: number, x: Buffer, mask: Buffer): void;
}
