// Products that visit kept weights only. assembly/index.ts is the other side.

import type { Buffer } from '../memory.ts';

/** Products that visit kept weights only. */
export interface SparseKernels {
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
}
