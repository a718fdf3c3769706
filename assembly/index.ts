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
export { sddmm_f32_dense } from './blas/sddmm';

// Dense convolution
export { conv2d_f32_dense } from './nn/conv2d';
export { conv2d_f32_dx } from './nn/conv2d-dx';
export { im2col_f32 } from './nn/im2col';
export { pad2d_f32, crop2d_f32 } from './nn/pad';

// Vectors and reductions
export { axpy_f32, scale_f32, add_f32, multiply_f32 } from './blas/vector';
export {
  rowsum_f32,
  sum_f32,
  sumabs_f32,
  sumsq_f32,
  maxabs_f32,
  count_nonzero_f32,
  count_nonfinite_f32,
} from './blas/reduce';

// In and out of a slab
export { turn_f32, unturn_f32 } from './blas/turn';
