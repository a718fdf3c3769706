export { gemm, gemv, multiplyVector, type PreparedDense, type PreparedSizes, prepareDense } from './dense-products.ts';
export type { PanelOptions, ProductOptions } from './operands.ts';
export {
  type AnyWayMatrix,
  type PanelMatrix,
  type PreparedMatrix,
  prepare,
  sddmm,
  spmm,
  spmmTransposed,
  spmv,
  spmvTransposed,
} from './sparse-products.ts';
