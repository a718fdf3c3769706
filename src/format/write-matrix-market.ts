// The other way of read-matrix-market.ts: a matrix as the text of a Matrix Market file.

import { checkKnown } from '../tensor/known-options.ts';
import { showValue } from '../tensor/numbers.ts';
import { SparseMatrix } from '../tensor/sparse/index.ts';
import { FormatError } from './format-error.ts';
import type { Field, Layout, Symmetry } from './read-matrix-market.ts';

/** What `writeMatrixMarket` takes. */
export interface MatrixMarketOptions {
  /** `coordinate` (default): the stored numbers; `array`: all of them. */
  format?: Layout;
  /** `real` (default); `integer`: the numbers must be whole; `pattern`: places alone, read back as ones. */
  field?: Field;
  /** `general` (default); the others write the lower triangle, and the matrix must be as they say. */
  symmetry?: Symmetry;
  /** Lines to put under the first one. */
  comment?: string;
}

/**
 * A matrix as the text of a Matrix Market file. Each number is written with as few digits as bring back its 32 bits.
 * @throws {FormatError} when the matrix is not as `field` or `symmetry` says, naming the place; on what is no sparse matrix; on an
 * unknown option.
 */
export function writeMatrixMarket(matrix: SparseMatrix, options: MatrixMarketOptions = {}): string {
  checkKnown('writeMatrixMarket', options, ['format', 'field', 'symmetry', 'comment']);
  if (!(matrix instanceof SparseMatrix)) {
    throw new TypeError(`writeMatrixMarket: expected a sparse matrix, got ${showValue(matrix)}.`);
  }
  const { format = 'coordinate', field = 'real', symmetry = 'general', comment } = options;
  known('format', format, ['coordinate', 'array']);
  known('field', field, ['real', 'integer', 'pattern']);
  known('symmetry', symmetry, ['general', 'symmetric', 'skew-symmetric']);
  if (format === 'array' && field === 'pattern')
    throw new FormatError('Matrix Market: an array holds numbers, not a pattern.');
  if (field === 'pattern' && symmetry === 'skew-symmetric')
    throw new FormatError('Matrix Market: a pattern has no signs, expected general or symmetric, got skew-symmetric.');
  if (symmetry !== 'general') checkSymmetry(matrix, symmetry, field);
  const { rows, columns } = matrix;
  const isWritten = (i: number, j: number) => symmetry === 'general' || i > j || (i === j && symmetry === 'symmetric');
  const lines = [`%%MatrixMarket matrix ${format} ${field} ${symmetry}`];
  if (comment !== undefined) lines.push(...`${comment}`.split(/\r\n?|\n/).map((line) => `% ${line}`.trimEnd()));
  if (format === 'array') {
    const dense = matrix.toDense();
    lines.push(`${rows} ${columns}`);
    for (let j = 0; j < columns; j++) {
      for (let i = 0; i < rows; i++) if (isWritten(i, j)) lines.push(shown(dense[i * columns + j], field, i, j));
    }
  } else {
    const { rowidx, colidx, values } = matrix.toCoo();
    const size = lines.push('') - 1;
    for (let p = 0; p < values.length; p++) {
      const [i, j] = [rowidx[p], colidx[p]];
      if (!isWritten(i, j)) continue;
      lines.push(field === 'pattern' ? `${i + 1} ${j + 1}` : `${i + 1} ${j + 1} ${shown(values[p], field, i, j)}`);
    }
    lines[size] = `${rows} ${columns} ${lines.length - size - 1}`;
  }
  return `${lines.join('\n')}\n`;
}

function known(option: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  throw new FormatError(`Matrix Market: expected ${option} to be ${allowed.join(' or ')}, got '${value}'.`);
}

/** Numbers must be mirrored; of a pattern places. What the lower triangle does not say would be lost. */
function checkSymmetry(matrix: SparseMatrix, symmetry: Symmetry, field: Field): void {
  const { rows, columns } = matrix;
  if (rows !== columns)
    throw new FormatError(`Matrix Market: a ${symmetry} matrix is square, got ${rows} × ${columns}.`);
  const coo = matrix.toCoo();
  const other = matrix.transpose().toCsr();
  const sign = symmetry === 'symmetric' ? 1 : -1;
  for (let p = 0; p < coo.nnz; p++) {
    const [i, j, value] = [coo.rowidx[p], coo.colidx[p], coo.values[p]];
    const found = at(other, i, j);
    const isLost = i === j && symmetry === 'skew-symmetric';
    if (field === 'pattern') {
      if (found !== undefined) continue;
      throw new FormatError(
        `Matrix Market: not symmetric: row ${i + 1}, column ${j + 1} is stored, row ${j + 1}, column ${i + 1} is not.`,
      );
    }
    const mirrored = sign * (found ?? 0);
    if (value === mirrored || (Number.isNaN(value) && Number.isNaN(mirrored) && !isLost)) continue;
    throw new FormatError(
      `Matrix Market: not ${symmetry}: row ${i + 1}, column ${j + 1} is ${value}, row ${j + 1}, column ${i + 1} is ${sign * mirrored}.`,
    );
  }
}

function at({ rowptr, colidx, values }: ReturnType<SparseMatrix['toCsr']>, i: number, j: number): number | undefined {
  for (let p = rowptr[i]; p < rowptr[i + 1]; p++) if (colidx[p] === j) return values[p];
  return undefined;
}

function shown(value: number, field: Field, i: number, j: number): string {
  if (field === 'integer' && !Number.isInteger(value)) {
    throw new FormatError(
      `Matrix Market: row ${i + 1}, column ${j + 1} is ${value}, not a whole number as 'integer' says.`,
    );
  }
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (field === 'integer') return `${BigInt(value)}`;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return `${short}`;
  }
  return `${Number(value.toPrecision(9))}`;
}
