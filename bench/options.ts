// The command line. What is wrong with it is said in one line, before anything is measured.

import { readFileSync } from 'node:fs';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from '../src/cli/failure.ts';
import { type CooMatrix, readMatrixMarket } from '../src/index.ts';
import type { Product } from './kernel-entry.ts';
import { matrixColumns } from './matrix.ts';
import type { Selection } from './selection.ts';
import { checkWritable } from './writable.ts';

export const help = `npm run bench -- [options]

  --filter WORDS        only rows whose operation, name, shape, sparsity, structure and variant contain every word, as in
                        "spmm 1024 0.9 plain" (the row they are compared with is timed too)
  --shape M,K,N         a product of your own, Y[M×N] = W[M×K]·X[K×N], dense and sparse, instead of the bench's cases
  --sparsity FRACTIONS  fractions of zeros instead of the bench's, as in 0.8 or 0.5,0.9
  --matrix FILE.mtx     a sparse matrix of your own (Matrix Market) with 1 and with 64 columns, or with N of --shape
  --quick               the first case of each operation, at 90%, in a minute
  --json FILE           write { header, rows, breakEven } to FILE
  --html FILE           write charts to FILE
  --help                this text

Times are per call, one thread: the best and the median of interleaved samples. GF/s counts kept weights only,
"dense-equivalent" what the dense computation would have needed; the speed-up is over our own dense kernel at the same
shape in the same run, and left out where that is too large to be timed. Patterns are drawn; a row says what sparsity
came out where that is another than what was asked for. Relaxed SIMD joins where this Node has it (22 and later; on 20:
node --experimental-wasm-relaxed-simd --import tsx bench/index.ts).
`;

/** What the command line asks for. */
export interface Options extends Selection {
  readonly filter: string;
  readonly json?: string;
  readonly html?: string;
  readonly matrix?: { readonly file: string; readonly entries: CooMatrix };
  readonly help: boolean;
}

/** @throws UsageError on what the bench cannot do. */
export function optionsOf(args: readonly string[]): Options {
  const values = parsed(args, known);
  const { filter = '', json, html, quick = false, help = false } = values;
  checkWritable({ json, html });
  if (values.matrix !== undefined && values.sparsity !== undefined) {
    throw new UsageError('--sparsity does not go with --matrix, whose sparsity is its own.');
  }
  const shape = values.shape === undefined ? undefined : shapeOf(values.shape);
  const sparsities = values.sparsity === undefined ? undefined : fractions(values.sparsity);
  const matrix = values.matrix === undefined ? undefined : matrixOf(values.matrix, shape);
  return { filter, json, html, quick, help, shape, sparsities, matrix };
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const known = {
  ...{ filter: text, json: text, html: text, shape: text, sparsity: text, matrix: text },
  ...{ quick: flag, help: flag },
} as const;

/** The values of options. @throws UsageError on one that is not known. */
export function parsed<const T extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const [first] = (error as Error).message.split(/\.\s|\n/);
    throw new UsageError(`${first}; --help lists the options.`);
  }
}

/** Numbers of a matrix: 1 GB. */
const largest = 2 ** 28;

function shapeOf(text: string): Product {
  const sizes = text.split(',').map((part) => (/^\d+$/.test(part.trim()) ? Number(part) : 0));
  const [m, k, n] = sizes;
  if (sizes.length !== 3 || sizes.some((size) => size < 1)) {
    throw new UsageError(`--shape: expected three positive whole numbers as in 1024,1024,64, got '${text}'.`);
  }
  if (Math.max(m * k, k * n, m * n) > largest) {
    throw new UsageError(`--shape: expected matrices of at most ${largest} numbers, got '${text}'.`);
  }
  return { m, k, n };
}

function fractions(text: string): number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (values.every((value) => value >= 0 && value < 1)) return values;
  throw new UsageError(`--sparsity: expected fractions from 0 to below 1 as in 0.5,0.9, got '${text}'.`);
}

function matrixOf(file: string, shape: Product | undefined): Options['matrix'] {
  let text: Uint8Array;
  try {
    text = readFileSync(file);
  } catch {
    throw new UsageError(`--matrix: cannot read ${file}.`);
  }
  let entries: CooMatrix;
  try {
    entries = readMatrixMarket(text);
  } catch (error) {
    throw new UsageError(`--matrix: ${file}: ${(error as Error).message}`);
  }
  const { rows, columns } = entries;
  if (rows === 0 || columns === 0) throw new UsageError(`--matrix: ${file} is empty, ${rows} × ${columns}.`);
  if (shape && (shape.m !== rows || shape.k !== columns)) {
    throw new UsageError(`--shape: ${file} is ${rows} × ${columns}, got ${shape.m} × ${shape.k}.`);
  }
  const n = shape?.n ?? Math.max(...matrixColumns);
  if (Math.max(rows, columns) * n > largest) {
    throw new UsageError(
      `--matrix: expected X and Y of at most ${largest} numbers, ${file} is ${rows} × ${columns} and X has ${n} columns: give fewer by --shape.`,
    );
  }
  return { file, entries };
}
