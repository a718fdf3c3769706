// Every kernel, once: the tests and the bench read this table.

import { activations } from './activations.ts';
import { byColumn } from './by-column.ts';
import type { KernelCase } from './case.ts';
import { coding } from './coding.ts';
import { columns } from './columns.ts';
import { convolution } from './convolution.ts';
import { dense } from './dense.ts';
import { dropout } from './dropout.ts';
import { embedding } from './embedding.ts';
import { losses } from './losses.ts';
import { lstm } from './lstm.ts';
import { normalization } from './normalization.ts';
import { optimizers } from './optimizers.ts';
import { padding } from './padding.ts';
import { poolings } from './pooling.ts';
import { pruning } from './pruning.ts';
import { rows } from './rows.ts';
import { spmm } from './spmm.ts';
import { spmv } from './spmv.ts';
import { upsampling } from './upsampling.ts';
import { vector } from './vector.ts';
import { winograd } from './winograd.ts';

export const cases: readonly KernelCase[] = [
  ...dense,
  ...convolution,
  ...winograd,
  ...padding,
  ...spmm,
  ...spmv,
  ...byColumn,
  ...vector,
  ...columns,
  ...rows,
  ...embedding,
  ...activations,
  ...lstm,
  ...normalization,
  dropout,
  ...poolings,
  ...upsampling,
  ...losses,
  ...optimizers,
  ...pruning,
  ...coding,
];
