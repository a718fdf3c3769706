// A sparse matrix without layers around it: read or drawn, multiplied in each of its forms, and checked against the dense product.
//
//   npx tsx examples/sparse-product.ts [--matrix FILE.mtx] [--size 1024] [--sparsity 0.9] [--columns 64] [--seed 1]

import { fraction, path, whole } from '../src/cli/arguments.ts';
import { orEnd, UsageError } from '../src/cli/failure.ts';
import { readFile } from '../src/format/index.ts';
import { CsrMatrix, prepare, prepareDense, Random, readMatrixMarket } from '../src/index.ts';
import { maximumColumns } from '../src/tensor/sparse/index.ts';
import { commandOf } from './command.ts';

interface Options {
  matrix?: string;
  size: number;
  sparsity: number;
  columns: number;
  seed: number;
}

const name = 'sparse-product';
const { matrix, size, sparsity, columns, seed } = commandOf(
  name,
  'Multiplies a sparse matrix in each of its forms, and checks it against the dense product.',
)
  .option('--matrix <file>', 'in the Matrix Market format; one is drawn without it', path)
  .option('--size <number>', 'rows and columns of the drawn one', whole(1, 8192), 1024)
  .option('--sparsity <fraction>', 'of the drawn one', fraction, 0.9)
  .option('--columns <number>', 'of the panel it is multiplied with', whole(1, 16_384), 64)
  .option('--seed <number>', 'of all numbers drawn', whole(0, 2 ** 32 - 1), 1)
  .parse()
  .opts<Options>();
const random = new Random(seed);
const numbers = (length: number) => new Float32Array(length).map(() => random.uniform(-1, 1));

/** Numbers of A, of X and of Y, all of which are dense here: 256 MB. */
const largest = 2 ** 26;

function checkSizes(rows: number, k: number): void {
  if (Math.max(rows * k, rows * columns, k * columns) <= largest) return;
  throw new UsageError(
    `expected A, X and Y of at most ${largest} numbers each, got ${rows} × ${k} times ${k} × ${columns}: give a smaller matrix or fewer --columns.`,
  );
}

async function read(file: string): Promise<CsrMatrix> {
  const triplets = readMatrixMarket(await readFile(file));
  checkSizes(triplets.rows, triplets.columns);
  return triplets.toCsr();
}

function draw(): CsrMatrix {
  checkSizes(size, size);
  const dense = numbers(size * size).map((value) => (random.uniform() < sparsity ? 0 : value));
  return CsrMatrix.fromDense(dense, { rows: size, columns: size });
}

/** The fastest of many calls, in microseconds. */
function fastest(call: () => unknown): number {
  let best = Infinity;
  for (const end = performance.now() + 300; performance.now() < end; ) {
    const start = performance.now();
    call();
    best = Math.min(best, performance.now() - start);
  }
  return 1000 * best;
}

const a = await orEnd(name, () => (matrix === undefined ? draw() : read(matrix)));
console.log(`A: ${a.rows} × ${a.columns}, ${a.nnz} stored, ${(100 * a.sparsity).toFixed(1)}% zeros`);

const x = numbers(a.columns * columns);
const vector = x.subarray(0, a.columns);
const dense = prepareDense(a.toDense(), { m: a.rows, k: a.columns });
const [panel, one] = [dense.gemm(x, { columns }), dense.gemv(vector)];
const agrees = (found: Float32Array, expected: Float32Array) => {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return found.every((value, at) => Math.abs(value - expected[at]) <= 1e-5 * largest) ? '' : '  DIFFERS';
};

console.log(`\n${'form'.padEnd(14)} ${`A·X, ${columns} columns`.padStart(18)} ${'A·x'.padStart(12)}`);
const us = (time: number) => `${time.toFixed(1)} µs`;
const row = (form: string, many: string, single: string) =>
  console.log(`${form.padEnd(14)} ${many.padStart(18)} ${single.padStart(12)}`);
row(
  'dense',
  us(fastest(() => dense.gemm(x, { columns, out: panel }))),
  us(fastest(() => dense.gemv(vector, { out: one }))),
);

for (const form of [a, a.toCsc(), a.toBlocks(4), ...(a.columns <= maximumColumns ? [a.toSell4()] : [])]) {
  const handle = prepare(form);
  const { name } = form.constructor;
  const [y, z] = [new Float32Array(panel.length), new Float32Array(one.length)];
  const single = us(fastest(() => handle.spmv(vector, { out: z }))) + agrees(z, one);
  const many = name === 'Sell4Matrix' ? '' : us(fastest(() => handle.spmm(x, { columns, out: y }))) + agrees(y, panel);
  row(name, many, single);
  handle.dispose();
}
