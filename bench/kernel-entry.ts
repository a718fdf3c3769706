// An entry out of the table of kernel cases that the tests run: the same operands, with numbers uniform in ±1.

import type { Kernels } from '../src/engine/index.ts';
import type { Sizes } from '../test/kernels/cases/case.ts';
import { cases } from '../test/kernels/cases/index.ts';
import { Workspace } from '../test/kernels/cases/workspace.ts';
import type { Entry, Variant } from './row.ts';

/** What the case table does not say. */
export interface Description extends Pick<Entry, 'op' | 'shape'> {
  readonly sparsity?: number;
  readonly structure?: string;
  readonly denseFlops?: number;
}

/** The case `name` at the sizes `sizes`, over its whole range. */
export function kernelEntry(
  kernels: Kernels,
  variant: Variant,
  name: keyof Kernels,
  sizes: Sizes,
  { op, shape, sparsity = 0, structure = 'dense', denseFlops }: Description,
): Entry {
  const kernelCase = cases.find((one) => one.name === name);
  if (!kernelCase) throw new Error(`No kernel case is named ${name}; they are listed in test/kernels/cases.`);
  const flops = kernelCase.flops(sizes);
  return {
    name,
    op,
    shape,
    sparsity,
    structure,
    variant,
    flops,
    denseFlops: denseFlops ?? flops,
    prepare() {
      const call = kernelCase.make(sizes, new Workspace(kernels, { exact: false }));
      return () => call.run(0, call.extent);
    },
  };
}

/** 1 − sparsity without the noise of binary fractions: 0.9 gives 0.1. */
export const densityOf = (sparsity: number): number => Math.round((1 - sparsity) * 1e6) / 1e6;

/** `m 300, k 784, n 64`. */
export const showShape = (shape: Entry['shape']): string =>
  Object.entries(shape)
    .map(([name, size]) => `${name} ${size}`)
    .join(', ');
