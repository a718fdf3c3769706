// Matrix Market: a matrix as text, for exchange with SciPy, MATLAB and the SuiteSparse collection.
//
//   %%MatrixMarket matrix coordinate real general      array real general
//   % comments                                         3 2            rows, columns
//   3 2 2          rows, columns, entries              0.5            column after column
//   1 1 0.5        row and column count from 1         …
//
// Of symmetric and skew-symmetric matrices only the lower triangle is there. (Boisvert, Pozo, Remington 1996)

import { showValue } from '../tensor/numbers.ts';
import { CooMatrix } from '../tensor/sparse/index.ts';
import { FormatError } from './format-error.ts';

/** How a file lists a matrix. */
export type Layout = 'coordinate' | 'array';
/** What its numbers are. */
export type Field = 'real' | 'integer' | 'pattern';
/** Which half of it is there. */
export type Symmetry = 'general' | 'symmetric' | 'skew-symmetric';

/**
 * The matrix in a Matrix Market file: coordinate or array; real, double, integer or pattern; general, symmetric or
 * skew-symmetric. Repeated entries are summed; zeros of the array format are left out; numbers become 32-bit floats.
 * @param source the file's text, or its bytes (UTF-8, not compressed).
 * @throws {FormatError} naming the line: on what is no text or not Matrix Market, complex or hermitian matrices, entries that are missing, too
 * many, out of range or above the diagonal of a symmetric matrix.
 */
export function readMatrixMarket(source: string | Uint8Array): CooMatrix {
  const lines = new Lines(textOf(source));
  const { layout, field, symmetry } = header(lines);
  const sizes = sizesOf(lines, layout, symmetry);
  const entries =
    layout === 'coordinate' ? coordinates(lines, sizes, field, symmetry) : columnMajor(lines, sizes, field, symmetry);
  const left = lines.next();
  if (left !== undefined) throw lines.error(`expected the end of the file after ${sizes.count} entries, got '${left}'`);
  if (symmetry !== 'general') mirror(entries, symmetry);
  return new CooMatrix({ rows: sizes.rows, columns: sizes.columns, ...entries });
}

function textOf(source: string | Uint8Array): string {
  if (typeof source === 'string') return source;
  if (ArrayBuffer.isView(source) || (source as unknown) instanceof ArrayBuffer) return new TextDecoder().decode(source);
  throw new FormatError(`Matrix Market: expected a file's text or its bytes, got ${showValue(source)}.`);
}

/** The lines of a text that hold something, and where they are. */
class Lines {
  number = 0;
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next line whatever it holds. */
  first(): string {
    const end = this.#text.indexOf('\n', this.#at);
    const line = this.#text.slice(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#text.length : end + 1;
    this.number++;
    return line.trim();
  }

  /** The next line that is neither empty nor a comment. */
  next(): string | undefined {
    while (this.#at < this.#text.length) {
      const line = this.first();
      if (line !== '' && !line.startsWith('%')) return line;
    }
    return undefined;
  }

  error(message: string): FormatError {
    return new FormatError(`Matrix Market, line ${this.number}: ${message}.`);
  }
}

function header(lines: Lines): { layout: Layout; field: Field; symmetry: Symmetry } {
  const first = lines.first();
  const [banner, object, layout, field, symmetry, ...more] = first.toLowerCase().split(/\s+/);
  const pick = <T extends string>(what: string, given: string | undefined, allowed: readonly T[]): T => {
    const found = allowed.find((name) => name === given);
    if (found !== undefined) return found;
    throw lines.error(`expected ${what} to be ${allowed.join(' or ')}, got '${given ?? ''}'`);
  };
  if (banner !== '%%matrixmarket' || more.length > 0) {
    throw lines.error(
      `expected '%%MatrixMarket matrix coordinate real general' or the like, got '${first.slice(0, 60)}'`,
    );
  }
  pick('the object', object, ['matrix']);
  const shape = pick('the format', layout, ['coordinate', 'array']);
  const numbers = field === 'double' ? 'real' : field;
  return {
    layout: shape,
    field: pick('the field', numbers, shape === 'array' ? ['real', 'integer'] : ['real', 'integer', 'pattern']),
    symmetry: pick('the symmetry', symmetry, ['general', 'symmetric', 'skew-symmetric']),
  };
}

interface Sizes {
  readonly rows: number;
  readonly columns: number;
  /** Entries in the file. */
  readonly count: number;
}

function sizesOf(lines: Lines, layout: Layout, symmetry: Symmetry): Sizes {
  const line = lines.next() ?? '';
  const parts = line.split(/\s+/);
  const expected = layout === 'coordinate' ? ['rows', 'columns', 'entries'] : ['rows', 'columns'];
  const limits = parts.map((part, i) => (/^\d+$/.test(part) && Number(part) < 2 ** 31 ? Number(part) : -1 - i));
  if (parts.length !== expected.length || limits.some((size) => size < 0)) {
    throw lines.error(`expected ${expected.join(', ')} as whole numbers below 2^31, got '${line}'`);
  }
  const [rows, columns, entries] = limits;
  if (symmetry !== 'general' && rows !== columns) {
    throw lines.error(`expected a ${symmetry} matrix to be square, got ${rows} × ${columns}`);
  }
  if (layout === 'coordinate') return { rows, columns, count: entries };
  const onDiagonal = symmetry === 'symmetric' ? rows : 0;
  const count = symmetry === 'general' ? rows * columns : (rows * (rows - 1)) / 2 + onDiagonal;
  return { rows, columns, count };
}

/** Triplets in the making. */
interface Entries {
  rowidx: number[];
  colidx: number[];
  values: number[];
}

function coordinates(lines: Lines, { rows, columns, count }: Sizes, field: Field, symmetry: Symmetry): Entries {
  const entries: Entries = { rowidx: [], colidx: [], values: [] };
  const width = field === 'pattern' ? 2 : 3;
  for (let p = 0; p < count; p++) {
    const line = lines.next();
    if (line === undefined) throw lines.error(`expected ${count} entries, got ${p}`);
    const parts = line.split(/\s+/);
    if (parts.length !== width) {
      throw lines.error(`expected ${width === 2 ? 'row and column' : 'row, column and a number'}, got '${line}'`);
    }
    const [i, j] = [place(lines, 'row', parts[0], rows), place(lines, 'column', parts[1], columns)];
    if (symmetry !== 'general' && (i < j || (i === j && symmetry === 'skew-symmetric'))) {
      throw lines.error(`expected entries of a ${symmetry} matrix below the diagonal, got '${line}'`);
    }
    entries.rowidx.push(i);
    entries.colidx.push(j);
    entries.values.push(width === 2 ? 1 : parsed(lines, parts[2], field));
  }
  return entries;
}

function columnMajor(lines: Lines, { rows, columns, count }: Sizes, field: Field, symmetry: Symmetry): Entries {
  const entries: Entries = { rowidx: [], colidx: [], values: [] };
  if (count === 0) return entries; // of however many empty columns
  let tokens: string[] = [];
  let [used, found] = [0, 0];
  const top = (j: number) => (symmetry === 'general' ? 0 : symmetry === 'symmetric' ? j : j + 1);
  for (let j = 0; j < columns; j++) {
    for (let i = top(j); i < rows; i++) {
      if (used === tokens.length) {
        const line = lines.next();
        if (line === undefined) throw lines.error(`expected ${count} numbers, got ${found}`);
        [tokens, used] = [line.split(/\s+/), 0];
      }
      const value = parsed(lines, tokens[used++], field);
      found++;
      if (value === 0) continue;
      entries.rowidx.push(i);
      entries.colidx.push(j);
      entries.values.push(value);
    }
  }
  if (used < tokens.length) throw lines.error(`expected ${count} numbers, got more`);
  return entries;
}

function place(lines: Lines, name: string, text: string, size: number): number {
  const index = /^\d+$/.test(text) ? Number(text) : 0;
  if (index >= 1 && index <= size) return index - 1;
  throw lines.error(`expected the ${name} to be a whole number from 1 to ${size}, got '${text}'`);
}

const special: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Infinity, infinity: Infinity };

function parsed(lines: Lines, text: string, field: Field): number {
  const bare = text.replace(/^[+-]/, '').toLowerCase();
  if (field !== 'integer' && Object.hasOwn(special, bare)) return text.startsWith('-') ? -special[bare] : special[bare];
  // FORTRAN writes 1.5D-3.
  const isNumber = field === 'integer' ? /^\d+$/.test(bare) : /^(\d+\.?\d*|\.\d+)([ed][+-]?\d+)?$/.test(bare);
  if (!isNumber) throw lines.error(`expected ${field === 'integer' ? 'a whole number' : 'a number'}, got '${text}'`);
  return Number(text.toLowerCase().replace('d', 'e'));
}

/** Adds the upper triangle. */
function mirror({ rowidx, colidx, values }: Entries, symmetry: Symmetry): void {
  const sign = symmetry === 'symmetric' ? 1 : -1;
  const count = values.length;
  for (let p = 0; p < count; p++) {
    if (rowidx[p] === colidx[p]) continue;
    rowidx.push(colidx[p]);
    colidx.push(rowidx[p]);
    values.push(sign * values[p]);
  }
}
