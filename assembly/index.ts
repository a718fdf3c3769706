// What the engine can do: every kernel, by group.
//
// Names:  operation_dtype_format, as in gemv_f32_dense, spmm_f32_csr, spmv_f32_sell4; an operation that has one format
// only stops at the dtype; a step of an operation is named after it (gemm_f32_panels, pack_f32_a, relu_backward_f32).
// All sizes, pitches and strides are in elements; [begin, end) is the range a thread takes; addresses are bytes.
// A bias of 0 means none; y = max(y, lower) at the store, so lower = −Infinity means none and 0 means ReLU.

// Dense products
export { panel_rows, pack_f32_a, pack_f32_b } from './blas/pack';
export { gemm_f32_panels } from './blas/gemm';
export { gemv_f32_dense } from './blas/gemv';
export { gemv_f32_columns } from './blas/gemv-tiles';
export { sddmm_f32_dense } from './blas/sddmm';

// Dense convolution
export { conv2d_f32_dense } from './nn/conv2d';
export { conv2d_f32_dx } from './nn/conv2d-dx';
export { conv2d_f32_winograd, conv2d_dx_f32_winograd, conv2d_dw_f32_winograd } from './nn/conv2d-winograd';
export { winograd_filters_f32, winograd_filters_backward_f32 } from './nn/winograd-filters';
export { im2col_f32 } from './nn/im2col';
export { pad2d_f32, crop2d_f32 } from './nn/pad';

// Sparse products
export { spmm_f32_csr } from './sparse/spmm';
export { spmm_f32_block4 } from './sparse/spmm-block4';
export { conv2d_f32_csr } from './sparse/conv2d-csr';
export { spmm_f32_csr_transposed } from './sparse/spmm-transposed';
export { sddmm_f32_csr } from './sparse/sddmm';
export { places_u32 } from './sparse/places';
export { spmv_f32_csr } from './sparse/spmv-csr';
export { spmv_f32_sell4 } from './sparse/spmv-sell4';
export { spmv_f32_block4, spmv_f32_block8, spmv_f32_block16 } from './sparse/spmv-block';
export { spmv_f32_csc, spmv_f32_column4, spmv_f32_column8, spmv_f32_column16 } from './sparse/spmv-csc';

// Vectors and reductions
export { axpy_f32, scale_f32, add_f32, multiply_f32 } from './blas/vector';
export {
  rowsum_f32,
  sumabs_f32,
  sumsq_f32,
  count_nonzero_f32,
  count_nonfinite_f32,
} from './blas/reduce';

// In and out of a slab
export { turn_f32, unturn_f32 } from './blas/turn';
export { take_columns_f32, add_columns_f32 } from './blas/columns';
export { take_rows_f32, put_rows_f32 } from './blas/rows';

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
} from './nn/activations';
export { softmax_f32, softmax_backward_f32 } from './nn/softmax';
export { bias_f32 } from './nn/bias';

// Sequences
export { lstm_cell_f32_masked } from './nn/lstm';
export { lstm_cell_backward_f32_masked } from './nn/lstm-backward';
export { embedding_f32, embedding_backward_f32 } from './nn/embedding';

// Normalization and dropout
export {
  batch_norm_sum_f32,
  batch_norm_squares_f32,
  batch_norm_moment_f32,
  batch_norm_f32,
  batch_norm_backward_sums_f32,
  batch_norm_gradients_f32,
  batch_norm_backward_f32,
} from './nn/batch-norm';
export { dropout_f32 } from './nn/dropout';

// Pooling
export { max_pool2d_f32, max_pool2d_backward_f32 } from './nn/max-pool';
export { average_pool2d_f32, average_pool2d_backward_f32 } from './nn/average-pool';

// Upsampling
export { upsample2d_f32, upsample2d_backward_f32 } from './nn/upsample';
export { bilinear2d_f32, bilinear2d_backward_f32 } from './nn/bilinear';

// Losses
export {
  categorical_crossentropy_f32,
  categorical_crossentropy_logits_f32,
  sparse_categorical_crossentropy_f32,
  sparse_categorical_crossentropy_logits_f32,
} from './nn/crossentropy';
export {
  binary_crossentropy_f32,
  binary_crossentropy_logits_f32,
  mean_squared_error_f32,
  mean_absolute_error_f32,
  huber_f32,
} from './nn/losses';

// Optimizers
export { sgd_f32, rmsprop_f32, adam_f32 } from './optim/update';
export { l1_gradient_f32, soft_threshold_f32 } from './optim/shrink';

// Pruning
export { topk_threshold_f32 } from './prune/topk';
export { mask_f32 } from './prune/mask';
export { keep_topk_f32 } from './prune/keep-topk';

// Sparse coding
export { omp_f32_gram } from './coding/omp';
export { fista_f32_gram } from './coding/fista';
export { ksvd_f32_atom } from './coding/ksvd';
