// The same kernels, names and signatures as plain scalar loops: the ground each fast kernel is tested on.
// The groups are those of ../index.ts.

// Dense products
export { panel_rows, pack_f32_a, pack_f32_b, gemm_f32_panels, gemv_f32_dense, sddmm_f32_dense } from './blas';

// Dense convolution
export { conv2d_f32_dense, conv2d_f32_dx, im2col_f32, pad2d_f32, crop2d_f32 } from './convolution';

// Sparse products
export {
  spmm_f32_csr,
  spmm_f32_block4,
  spmm_f32_csr_transposed,
  sddmm_f32_csr,
  spmv_f32_csr,
  spmv_f32_sell4,
  spmv_f32_block4,
  spmv_f32_block8,
  spmv_f32_block16,
} from './sparse';

// Vectors and reductions; in and out of a slab
export {
  axpy_f32,
  scale_f32,
  add_f32,
  multiply_f32,
  rowsum_f32,
  sum_f32,
  sumabs_f32,
  sumsq_f32,
  maxabs_f32,
  count_nonzero_f32,
  count_nonfinite_f32,
  turn_f32,
  unturn_f32,
} from './vector';
