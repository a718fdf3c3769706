// All that can be timed, one file per operation. To add one: export its groups from a file of its own and list them here.

import { conv2d } from './conv2d.ts';
import { gemm } from './gemm.ts';
import { gemv } from './gemv.ts';
import type { Group } from './row.ts';
import { sddmm } from './sddmm.ts';
import { spmm } from './spmm.ts';
import { spmmTransposed } from './spmm-transposed.ts';
import { spmv } from './spmv.ts';
import { topk } from './topk.ts';

export const operations: readonly Group[] = [
  ...gemm,
  ...gemv,
  ...spmm,
  ...spmv,
  ...conv2d,
  ...sddmm,
  ...spmmTransposed,
  ...topk,
];
