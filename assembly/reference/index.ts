// The same kernels, names and signatures as plain scalar loops: the ground each fast kernel is tested on.
// The groups are those of ../index.ts.

// Dense products
export { panel_rows, pack_f32_a, pack_f32_b, gemm_f32_panels, gemv_f32_dense, sddmm_f32_dense } from './blas';

// Dense convolution
export { conv2d_f32_dense, conv2d_f32_dx, im2col_f32, pad2d_f32, crop2d_f32 } from './convolution';
export {
  winograd_filters_f32,
  winograd_filters_backward_f32,
  conv2d_f32_winograd,
  conv2d_dx_f32_winograd,
  conv2d_dw_f32_winograd,
} from './winograd';

// Sparse products
export {
  spmm_f32_csr,
  spmm_f32_block4,
  conv2d_f32_csr,
  spmm_f32_csr_transposed,
  sddmm_f32_csr,
  places_u32,
  spmv_f32_csr,
  spmv_f32_sell4,
  spmv_f32_block4,
  spmv_f32_block8,
  spmv_f32_block16,
} from './sparse';
export {
  gemv_f32_columns,
  spmv_f32_csc,
  spmv_f32_column4,
  spmv_f32_column8,
  spmv_f32_column16,
} from './by-column';

// Vectors and reductions; in and out of a slab
export {
  axpy_f32,
  scale_f32,
  add_f32,
  multiply_f32,
  rowsum_f32,
  sumabs_f32,
  sumsq_f32,
  count_nonzero_f32,
  count_nonfinite_f32,
  turn_f32,
  unturn_f32,
} from './vector';
export { take_columns_f32, add_columns_f32 } from './columns';
export { take_rows_f32, put_rows_f32 } from './rows';

// Activations
export {
  relu_f32,
  relu_backward_f32,
  leaky_relu_f32,
  leaky_relu_backward_f32,
  sigmoid_f32,
  sigmoid_backward_f32,
  tanh_f32,
  tanh_backward_f32,
  exp_f32,
  log_f32,
  elu_f32,
  elu_backward_f32,
  softplus_f32,
  softplus_backward_f32,
  silu_f32,
  silu_backward_f32,
  gelu_f32,
  gelu_backward_f32,
  softmax_f32,
  softmax_backward_f32,
  bias_f32,
} from './activations';

// Sequences
export { lstm_cell_f32_masked, lstm_cell_backward_f32_masked } from './lstm';

// Normalization and dropout
export {
  batch_norm_sum_f32,
  batch_norm_squares_f32,
  batch_norm_moment_f32,
  batch_norm_f32,
  batch_norm_backward_sums_f32,
  batch_norm_gradients_f32,
  batch_norm_backward_f32,
  dropout_f32,
} from './normalization';

// Pooling
export {
  max_pool2d_f32,
  max_pool2d_backward_f32,
  average_pool2d_f32,
  average_pool2d_backward_f32,
} from './pooling';

// Upsampling
export { upsample2d_f32, upsample2d_backward_f32, bilinear2d_f32, bilinear2d_backward_f32 } from './upsample';

// Losses
export {
  categorical_crossentropy_f32,
  categorical_crossentropy_logits_f32,
  sparse_categorical_crossentropy_f32,
  sparse_categorical_crossentropy_logits_f32,
  binary_crossentropy_f32,
  binary_crossentropy_logits_f32,
  mean_squared_error_f32,
  mean_absolute_error_f32,
  huber_f32,
} from './losses';

// Optimizers
export { sgd_f32, rmsprop_f32, adam_f32, l1_gradient_f32, soft_threshold_f32 } from './optim';

// Pruning
export { topk_threshold_f32, mask_f32, keep_topk_f32 } from './prune';

// Rows of a table
export { embedding_f32, embedding_backward_f32 } from './embedding';

// Sparse coding
export { omp_f32_gram, fista_f32_gram, ksvd_f32_atom } from './coding';
