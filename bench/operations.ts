// All that can be timed, one file per operation. To add one: export its section from a file of its own and list it here.

import { coding } from './coding.ts';
import { conv2d } from './conv2d.ts';
import { denoiser } from './denoiser.ts';
import { elementwise } from './elementwise.ts';
import { gemm } from './gemm.ts';
import { gemv } from './gemv.ts';
import { transposedConvolution, upsampling } from './images.ts';
import { model } from './model.ts';
import type { Section } from './row.ts';
import { sddmm } from './sddmm.ts';
import type { Selection } from './selection.ts';
import { lstmStep, sequences } from './sequences.ts';
import { spmm } from './spmm.ts';
import { spmmTransposed } from './spmm-transposed.ts';
import { spmv } from './spmv.ts';
import { spmvZeros } from './spmv-zeros.ts';
import { topk } from './topk.ts';
import { train } from './train.ts';
import { segmentation } from './u-net.ts';

const operations = [
  gemm,
  gemv,
  spmm,
  spmv,
  spmvZeros,
  conv2d,
  sddmm,
  spmmTransposed,
  topk,
  elementwise,
  upsampling,
  model,
  transposedConvolution,
  segmentation,
  denoiser,
  sequences,
  lstmStep,
  train,
  coding,
];

export const sections = (selection: Selection): Section[] => operations.map((operation) => operation(selection));
