// The sparse forms in the engine's memory, and which kernel multiplies each. Y = A·X with A m×k, X k×n and Y m×n row-major:
//
//            A·X                         Aᵀ·X                        (dY·Xᵀ) at A's places
//   CSR      spmm_f32_csr, spmv_f32_csr  spmm_f32_csr_transposed     sddmm_f32_csr
//   CSC      spmm_f32_csr_transposed     spmm_f32_csr, spmv_f32_csr  sddmm_f32_csr, operands exchanged
//   COO      as CSR
//   blocks   spmm_f32_block4 (taller ones split), spmv_f32_block4/8/16
//   SELL-4   spmv_f32_sell4
//
// A CSC's arrays are the CSR of its transpose. 2·(stored numbers)·n flops.

import { arena, at, type Buffer, f32, type Kernels, none, u8, u32 } from '../../engine/index.ts';
import {
  BlockMatrix,
  CooMatrix,
  CscMatrix,
  CsrMatrix,
  type Indices,
  type MatrixSizes,
  Sell4Matrix,
  SparseMatrix,
  showStranger,
} from '../../tensor/index.ts';
import { recordBytes } from '../../tensor/sparse/index.ts';
import { type Epilogue, inParts } from './operands.ts';
import { copyRows, eachSlab, isWide, pitchOf, slabOf } from './slabs.ts';

/** Gives out room for that many 4-byte elements. */
export type Allocate = (elements: number) => Buffer;

/** A product with n columns: y is overwritten. */
type Product = (kernels: Kernels, n: number, x: Buffer, y: Buffer, epilogue: Epilogue) => void;

/** What a form can do; what it cannot is missing. */
export interface Form {
  /** A·x. */
  readonly vector: Product;
  /** A·X. */
  readonly panel?: Product;
  /** Aᵀ·X, one column or many. */
  readonly transposed?: Product;
  /** (dY·Xᵀ) at A's places, in the order of its values. */
  readonly sampled?: (kernels: Kernels, n: number, dy: Buffer, x: Buffer, values: Buffer) => void;
}

/** A matrix in the engine, copied into what `allocate` gives. @throws TypeError on what is no sparse matrix. */
export function formOf(who: string, matrix: SparseMatrix, allocate: Allocate): Form {
  if (matrix instanceof CsrMatrix) return byRows(matrix, allocate);
  if (matrix instanceof CscMatrix) return byColumns(matrix, allocate);
  if (matrix instanceof CooMatrix) return byRows(matrix.toCsr(), allocate);
  if (matrix instanceof BlockMatrix) return inBlocks(matrix, allocate);
  if (matrix instanceof Sell4Matrix) return inSlices(matrix, allocate);
  throw new TypeError(
    `${who}: expected a CsrMatrix, CscMatrix, CooMatrix, BlockMatrix or Sell4Matrix, got ${showStranger(matrix, SparseMatrix)}.`,
  );
}

/** The arrays of a CSR. */
interface Lines {
  readonly count: number;
  readonly places: number;
  readonly nnz: number;
  readonly rowptr: Buffer;
  readonly colidx: Buffer;
  readonly values: Buffer;
  /** colidx in floats of a panel whose rows lie `pitch` apart; good until the next call. */
  readonly placesAt: (kernels: Kernels, pitch: number) => Buffer;
}

/** @throws when a matrix is no more as it was checked: arrays that were transferred are empty. */
function checkIntact(isIntact: boolean): void {
  if (isIntact) return;
  throw new Error(
    'The arrays of this matrix are not as they were when it was made, transferred elsewhere or with other places: make it anew.',
  );
}

function linesOf(
  rowptr: Uint32Array,
  colidx: Indices,
  values: Float32Array,
  places: number,
  allocate: Allocate,
  height = 1,
): Lines {
  const nnz = colidx.length;
  checkIntact(rowptr[rowptr.length - 1] === nnz && values.length === nnz * height);
  const columns = integers(colidx, allocate);
  let at: Buffer | undefined;
  let filledFor = 0;
  return {
    count: rowptr.length - 1,
    places,
    nnz,
    rowptr: integers(rowptr, allocate),
    colidx: columns,
    values: floats(values, allocate),
    placesAt(kernels, pitch) {
      if (pitch === 1) return columns;
      at ??= allocate(nnz);
      if (filledFor !== pitch) kernels.places_u32(0, nnz, pitch, columns, at);
      filledFor = pitch;
      return at;
    },
  };
}

function byRows({ rowptr, colidx, values, columns }: CsrMatrix, allocate: Allocate): Form {
  const lines = linesOf(rowptr, colidx, values, columns, allocate);
  const gather = gathered(lines);
  return { vector: gather, panel: gather, transposed: scattered(lines), sampled: sampled(lines) };
}

function byColumns({ colptr, rowidx, values, rows }: CscMatrix, allocate: Allocate): Form {
  const lines = linesOf(colptr, rowidx, values, rows, allocate);
  const scatter = scattered(lines);
  const sample = sampled(lines);
  return {
    vector: scatter,
    panel: scatter,
    transposed: gathered(lines),
    sampled: (kernels, n, dy, x, to) => sample(kernels, n, x, dy, to),
  };
}

const gathered =
  ({ count, places, nnz, rowptr, values, placesAt }: Lines): Product =>
  (kernels, n, x, y, { bias, lower }) => {
    const colidx = placesAt(kernels, pitchOf(n, places, nnz));
    if (n === 1) {
      inParts(count, nnz, (begin, end) => kernels.spmv_f32_csr(begin, end, rowptr, colidx, values, x, y, bias, lower));
      return;
    }
    eachPanel(kernels, { n, rows: places, nnz }, x, y, (width, from, to) =>
      inParts(count, nnz * width, (begin, end) =>
        kernels.spmm_f32_csr(begin, end, width, rowptr, colidx, values, from, to, n, 0, bias, lower),
      ),
    );
  };

const scattered =
  ({ count, places, nnz, rowptr, values, placesAt }: Lines): Product =>
  (kernels, n, x, y, { bias, lower }) => {
    const pitch = pitchOf(n, places, nnz);
    const rowidx = placesAt(kernels, pitch);
    const scatter = (width: number, from: Buffer, to: Buffer) => {
      f32(to, places * pitch).fill(0);
      inParts(count, nnz * width, (begin, end) =>
        kernels.spmm_f32_csr_transposed(begin, end, width, rowptr, rowidx, values, from, n, to),
      );
    };
    if (isWide(n, places, nnz)) {
      arena.scope(() => {
        const slab = slabOf(places);
        eachSlab(n, (first, width) => {
          scatter(width, at(x, first), slab);
          copyRows(kernels, places, { width, from: slab, fromPitch: pitch, to: at(y, first), toPitch: n });
        });
      });
    } else scatter(n, x, y);
    if (bias !== none || lower === 0) kernels.bias_f32(0, places, n, bias, lower, y, n);
  };

/** Calls `run` for a panel as it is, or for its slabs when it is wide: x of that width and of {@link pitchOf}, y still of pitch n. */
function eachPanel(
  kernels: Kernels,
  { n, rows, nnz }: { n: number; rows: number; nnz: number },
  x: Buffer,
  y: Buffer,
  run: (width: number, x: Buffer, y: Buffer) => void,
): void {
  if (!isWide(n, rows, nnz)) {
    run(n, x, y);
    return;
  }
  arena.scope(() => {
    const slab = slabOf(rows);
    eachSlab(n, (first, width) => {
      copyRows(kernels, rows, { width, from: at(x, first), fromPitch: n, to: slab, toPitch: pitchOf(n, rows, nnz) });
      run(width, slab, at(y, first));
    });
  });
}

const sampled =
  ({ count, nnz, rowptr, placesAt }: Lines) =>
  (kernels: Kernels, n: number, dy: Buffer, x: Buffer, to: Buffer) => {
    const colidx = placesAt(kernels, n);
    inParts(count, nnz * n, (begin, end) =>
      kernels.sddmm_f32_csr(begin, end, 1, 1, n, rowptr, colidx, dy, n, 0, 0, x, 0, 0, to, 0),
    );
  };

function inBlocks(matrix: BlockMatrix, allocate: Allocate): Form {
  const { rows, columns, height } = matrix;
  const lines = linesOf(matrix.rowptr, matrix.colidx, matrix.values, columns, allocate, height);
  let quarters = height === 4 ? lines : undefined;
  return {
    vector: (kernels, _, x, y, { bias, lower }) => {
      const { count, rowptr, colidx, values } = lines;
      const kernel = kernels[`spmv_f32_block${height}`];
      inParts(count, lines.nnz * height, (begin, end) =>
        kernel(begin, end, rows, rowptr, colidx, values, x, y, bias, lower),
      );
    },
    panel: (kernels, n, x, y, { bias, lower }) => {
      quarters ??= split(lines, matrix, allocate);
      const { count, nnz, rowptr, values } = quarters;
      const colidx = quarters.placesAt(kernels, pitchOf(n, columns, nnz));
      eachPanel(kernels, { n, rows: columns, nnz }, x, y, (width, from, to) =>
        inParts(count, 4 * nnz * width, (begin, end) =>
          kernels.spmm_f32_block4(begin, end, rows, width, rowptr, colidx, values, from, to, n, 0, bias, lower),
        ),
      );
    },
  };
}

/** Tall blocks cut into blocks of four rows. The numbers are those that were copied into the engine, whatever became of the matrix. */
function split(lines: Lines, { rows, columns, height }: MatrixSizes & { height: number }, allocate: Allocate): Lines {
  const parts = height / 4;
  const [rowptr, colidx] = [u32(lines.rowptr, lines.count + 1), u32(lines.colidx, lines.nnz)];
  const values = f32(lines.values, lines.nnz * height);
  const starts = new Uint32Array(Math.ceil(rows / 4) + 1);
  const indices: number[] = [];
  const numbers: number[] = [];
  for (let i = 0; i + 1 < starts.length; i++) {
    const row = Math.floor(i / parts);
    for (let b = rowptr[row]; b < rowptr[row + 1]; b++) {
      const first = b * height + 4 * (i % parts);
      indices.push(colidx[b]);
      numbers.push(values[first], values[first + 1], values[first + 2], values[first + 3]);
    }
    starts[i + 1] = indices.length;
  }
  return linesOf(starts, Uint32Array.from(indices), Float32Array.from(numbers), columns, allocate, 4);
}

function inSlices({ columns, slices, records, order }: Sell4Matrix, allocate: Allocate): Form {
  const count = slices.length - 1;
  checkIntact(order.length === 4 * count && records.length === slices[count] * recordBytes);
  const [starts, rows] = [integers(slices, allocate), integers(order, allocate)];
  const bytes = allocate(Math.ceil(records.length / 4));
  u8(bytes, records.length).set(records);
  return {
    vector: (kernels, _, x, y, { bias, lower }) =>
      inParts(count, 4 * slices[count], (begin, end) =>
        kernels.spmv_f32_sell4(begin, end, columns, starts, bytes, rows, x, y, bias, lower),
      ),
  };
}

function floats(values: Float32Array, allocate: Allocate): Buffer {
  const buffer = allocate(values.length);
  f32(buffer, values.length).set(values);
  return buffer;
}

function integers(values: Indices, allocate: Allocate): Buffer {
  const buffer = allocate(values.length);
  u32(buffer, values.length).set(values);
  return buffer;
}
