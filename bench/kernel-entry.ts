// An entry out of the table of kernel cases that the tests run: the same operands, with numbers uniform in ±1.

import type { Kernels } from '../src/engine/index.ts';
import type { Sizes } from '../test/kernels/cases/case.ts';
import { cases } from '../test/kernels/cases/index.ts';
import { Workspace } from '../test/kernels/cases/workspace.ts';
import type { Entry, Shape, Variant } from './row.ts';

/** Sizes of a product: Y[m×n] = W[m×k]·X[k×n]. */
export type Product = Readonly<Record<'m' | 'k' | 'n', number>>;

/** What the case table does not say. */
export interface Description extends Pick<Entry, 'op' | 'shape' | 'bytes'> {
  readonly sparsity?: number;
  readonly structure?: string;
  readonly denseFlops?: number;
  /** Calls in a row, each on operands of its own; default 1. */
  readonly slabs?: number;
}

/** The case `name` at the sizes `sizes`, over its whole range. */
export function kernelEntry(
  kernels: Kernels,
  variant: Variant,
  name: keyof Kernels,
  sizes: Sizes,
  { op, shape, sparsity = 0, structure = 'dense', denseFlops, bytes, slabs = 1 }: Description,
): Entry {
  const kernelCase = cases.find((one) => one.name === name);
  if (!kernelCase) throw new Error(`No kernel case is named ${name}; they are listed in test/kernels/cases.`);
  const flops = slabs * kernelCase.flops(sizes);
  return {
    name,
    op,
    shape,
    sparsity,
    structure,
    variant,
    flops,
    denseFlops: denseFlops ?? flops,
    bytes,
    prepare() {
      const calls = Array.from({ length: slabs }, () =>
        kernelCase.make(sizes, new Workspace(kernels, { exact: false })),
      );
      return () => {
        for (const call of calls) call.run(0, call.extent);
      };
    },
  };
}

/** The dense product that sparse ones are compared with, A packed once; from 256 columns on B is packed too. */
export const denseProduct = (kernels: Kernels, variant: Variant, shape: Product): Entry =>
  kernelEntry(
    kernels,
    variant,
    'gemm_f32_panels',
    { ...shape, packed: Number(shape.n >= 256) },
    { op: 'gemm', shape: { ...shape } },
  );

/** Products of one shape by several sparse kernels. */
export interface SparseProducts extends Pick<Entry, 'op'> {
  readonly shape: Product;
  /** Kernels, and in what shape each keeps weights. */
  readonly forms: readonly { name: keyof Kernels; structure: string; height?: number }[];
  readonly sparsities: readonly number[];
  /** Sizes that the kernels' cases need beside these. */
  readonly more?: Sizes;
}

/** Each kernel at each sparsity. */
export const sparseProducts = (
  kernels: Kernels,
  variant: Variant,
  { op, shape, forms, sparsities, more }: SparseProducts,
): Entry[] =>
  forms.flatMap(({ name, structure, height = 1 }) =>
    sparsities.map((sparsity): Entry => {
      const { density, kept } = drawn(kernels, shape, sparsity, height);
      const denseFlops = denseFlopsOf(shape);
      const entry = kernelEntry(
        kernels,
        variant,
        name,
        { ...shape, ...more, density, height },
        { op, shape: { ...shape }, sparsity, structure, denseFlops },
      );
      return {
        ...entry,
        kept,
        get flops() {
          return kept() * denseFlops;
        },
      };
    }),
  );

export const denseFlopsOf = ({ m, k, n }: Product): number => 2 * m * k * n;

/** The pattern that a case draws of m × k weights in blocks of `height` rows: one block is kept at least. */
export function drawn(kernels: Kernels, { m, k }: Pick<Product, 'm' | 'k'>, sparsity: number, height: number) {
  const density = Math.max(densityOf(sparsity), 1 / (Math.ceil(m / height) * k));
  let share: number | undefined;
  const kept = (): number => {
    share ??= new Workspace(kernels, { exact: false }).mask(m, k, density, height).reduce((a, b) => a + b) / (m * k);
    return share;
  };
  return { density, kept };
}

/** 1 − sparsity without the noise of binary fractions: 0.9 gives 0.1. */
const densityOf = (sparsity: number): number => Math.round((1 - sparsity) * 1e12) / 1e12;

/** `m 300, k 784, n 64`. */
export const showShape = (shape: Shape): string =>
  Object.entries(shape)
    .map(([name, size]) => `${name} ${size}`)
    .join(', ');
