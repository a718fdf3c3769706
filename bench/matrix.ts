// A user's own sparse matrix, in every form that the engine has: A·X with n columns, Aᵀ·X, and the gradient at A's places.
// Rates count its own numbers, not the zeros that blocks fill up with.

import { arena, type Buffer, type Kernels, none } from '../src/engine/index.ts';
import type { CooMatrix, CsrMatrix, SparseMatrix } from '../src/index.ts';
import { type Form, formOf } from '../src/ops/products/forms.ts';
import { maximumColumns } from '../src/tensor/sparse/index.ts';
import { Workspace } from '../test/kernels/cases/workspace.ts';
import { denseVectorProduct } from './gemv.ts';
import { denseFlopsOf, denseProduct, type Product } from './kernel-entry.ts';
import type { Entry, Group, Section, Variant } from './row.ts';
import { denseGradient } from './sddmm.ts';

/** Numbers of a dense matrix that is still worth a comparison: 256 MB. */
const largestDense = 2 ** 26;

/** Columns that a matrix is multiplied with when nobody says how many. */
export const matrixColumns: readonly number[] = [1, 64];

/** Operands of a product: as many columns, and where X, Y and the gradient are. */
interface Operands {
  readonly n: number;
  readonly x: Buffer;
  readonly y: Buffer;
  readonly values: Buffer;
}

/** What is timed of a form. */
interface Case {
  readonly name: string;
  readonly op: Entry['op'];
  readonly structure: string;
  readonly matrix: () => SparseMatrix;
  readonly run: (form: Form, kernels: Kernels, operands: Operands) => void;
}

const epilogue = { bias: none, lower: -Infinity };

const vectorCases = (a: CsrMatrix): Case[] => {
  const run: Case['run'] = (form, kernels, { x, y }) => form.vector(kernels, 1, x, y, epilogue);
  const one = (name: string, structure: string, matrix: Case['matrix']): Case => ({
    ...{ name, op: 'spmv', structure, matrix, run },
  });
  return [
    one('spmv_f32_csr', 'unstructured', () => a),
    ...(a.columns > maximumColumns ? [] : [one('spmv_f32_sell4', 'unstructured', () => a.toSell4())]),
    ...([4, 8, 16] as const).map((height) =>
      one(`spmv_f32_block${height}`, `block${height}x1`, () => a.toBlocks(height)),
    ),
  ];
};

const panelCases = (a: CsrMatrix): Case[] => {
  const run: Case['run'] = (form, kernels, { n, x, y }) => form.panel?.(kernels, n, x, y, epilogue);
  return [
    { name: 'spmm_f32_csr', op: 'spmm', structure: 'unstructured', matrix: () => a, run },
    { name: 'spmm_f32_block4', op: 'spmm', structure: 'block4x1', matrix: () => a.toBlocks(4), run },
  ];
};

const transposedCase = (a: CsrMatrix): Case => ({
  name: 'spmm_f32_csr_transposed',
  op: 'spmmTransposed',
  structure: 'unstructured',
  matrix: () => a,
  run: (form, kernels, { n, x, y }) => form.transposed?.(kernels, n, y, x, epilogue),
});

const gradientCase = (a: CsrMatrix): Case => ({
  name: 'sddmm_f32_csr',
  op: 'sddmm',
  structure: 'unstructured',
  matrix: () => a,
  run: (form, kernels, { n, x, y, values }) => form.sampled?.(kernels, n, y, x, values),
});

/** Cases as entries, after the dense product they are compared with where that fits into memory; else with nothing. */
function group(a: CsrMatrix, n: number, cases: readonly Case[], dense: DenseEntry): Group {
  const shape: Product = { m: a.rows, k: a.columns, n };
  const sparsity = 1 - a.nnz / (a.rows * a.columns);
  return {
    entries: (kernels, variant) => [
      ...(a.rows * a.columns > largestDense ? [] : [dense(kernels, variant, shape)]),
      ...cases.map(
        ({ name, op, structure, matrix, run }): Entry => ({
          ...{ name, op, shape: { ...shape }, sparsity, structure, variant },
          flops: 2 * a.nnz * n,
          denseFlops: denseFlopsOf(shape),
          prepare() {
            const workspace = new Workspace(kernels, { exact: false });
            const form = formOf('bench', matrix(), (elements) => arena.allocate(4 * elements));
            const [x, y, values] = [a.columns * n, a.rows * n, a.nnz].map((length) =>
              workspace.input(workspace.numbers(length)),
            );
            return () => run(form, kernels, { n, x, y, values });
          },
        }),
      ),
    ],
  };
}

type DenseEntry = (kernels: Kernels, variant: Variant, shape: Product) => Entry;

const transposedDense: DenseEntry = (kernels, variant, { m, k, n }) =>
  denseProduct(kernels, variant, { m: k, k: m, n });

/** The products of `matrix` with each of {@link matrixColumns}, or with `columns`. */
export function matrixSections(matrix: CooMatrix, columns?: number): Section[] {
  const a = matrix.toCsr();
  const groups = (columns === undefined ? matrixColumns : [columns]).flatMap((n) =>
    n === 1
      ? [group(a, n, vectorCases(a), denseVectorProduct)]
      : [
          group(a, n, panelCases(a), denseProduct),
          group(a, n, [transposedCase(a)], transposedDense),
          group(a, n, [gradientCase(a)], denseGradient),
        ],
  );
  return [{ title: `your matrix: ${a.rows} × ${a.columns}, ${a.nnz} stored numbers`, groups }];
}
