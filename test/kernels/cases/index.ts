// Every kernel, once: the tests and the bench read this table.

import type { KernelCase } from './case.ts';
import { convolution } from './convolution.ts';
import { dense } from './dense.ts';
import { sparse } from './sparse.ts';
import { vector } from './vector.ts';

export const cases: readonly KernelCase[] = [...dense, ...convolution, ...sparse, ...vector];
