// Samples as an inference model reads them: an array, or a sparse matrix with a row for each sample, for each input. Both are checked
// once and written into a plan's inputs as dense numbers, those of one run at a time. And where its answer goes.

import { type ArrayInput, type Shape, SparseMatrix, showShape, showValue, sizeOf, toSamples } from '../tensor/index.ts';
import type { Port, SampleInput } from './options.ts';

/** Samples of all inputs, as many of each. */
export interface Samples {
  readonly count: number;
  /** For each input: writes the samples from `first` on, as many as fill `view`. */
  readonly writers: readonly ((view: Float32Array, first: number) => void)[];
}

interface Column {
  readonly count: number;
  readonly write: (view: Float32Array, first: number) => void;
}

/** @throws when inputs are missing or too many, of another shape or count, or hold what is no number. */
export function samplesOf(model: string, inputs: readonly Port[], xs: readonly SampleInput[]): Samples {
  if (!Array.isArray(xs) || xs.length !== inputs.length) {
    const names = inputs.map(({ name }) => name).join(', ');
    const given = Array.isArray(xs) ? `a list of ${xs.length}` : showValue(xs);
    throw new Error(`${model}: expected a list with an array for each of its inputs, [${names}], got ${given}.`);
  }
  const columns = inputs.map(({ name, shape }, i) => columnOf(xs[i], shape, `${model}: input '${name}'`));
  const [{ count }] = columns;
  if (columns.some((other) => other.count !== count)) {
    throw new Error(
      `${model}: expected inputs with as many samples each, got ${columns.map((column) => column.count).join(' and ')}.`,
    );
  }
  return { count, writers: columns.map(({ write }) => write) };
}

/** @throws unless an answer of so many numbers can be put there. */
export function checkRoom(who: string, out: Float32Array, length: number): void {
  if (out instanceof Float32Array && out.length === length) return;
  const given = (out as unknown) instanceof Float32Array ? `${out.length} numbers` : showValue(out);
  throw new TypeError(`${who}: expected room for ${length} numbers, a Float32Array, got ${given}.`);
}

/** @throws unless there is an array for each output, of its length, and none shares memory with another. */
export function checkRooms(
  model: string,
  outputs: readonly Port[],
  lengths: readonly number[],
  outs: readonly Float32Array[],
): void {
  if (!Array.isArray(outs) || outs.length !== outputs.length) {
    const names = outputs.map(({ name }) => name).join(', ');
    const given = Array.isArray(outs) ? `a list of ${outs.length}` : showValue(outs);
    throw new TypeError(`${model}: expected a list with an array for each of its outputs, [${names}], got ${given}.`);
  }
  for (const [i, { name }] of outputs.entries()) {
    checkRoom(`${model}: output '${name}'`, outs[i], lengths[i]);
    const other = outputs.findIndex((_, j) => j < i && overlap(outs[i], outs[j]));
    if (other < 0) continue;
    throw new Error(
      `${model}: expected outs that share no memory, got those of '${outputs[other].name}' and '${name}' in one place: give each its own.`,
    );
  }
}

const overlap = (a: Float32Array, b: Float32Array): boolean =>
  a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength;

function columnOf(x: SampleInput, shape: Shape, name: string): Column {
  return x instanceof SparseMatrix ? sparseColumn(x, shape, name) : denseColumn(x, shape, name);
}

function denseColumn(x: ArrayInput, shape: Shape, name: string): Column {
  const { data, count } = toSamples(x, shape, name);
  const size = sizeOf(shape);
  return {
    count,
    write(view, first) {
      const from = first * size;
      if (from === 0 && data.length === view.length) view.set(data);
      else if (data instanceof Float32Array) view.set(data.subarray(from, from + view.length));
      else for (let i = 0; i < view.length; i++) view[i] = data[from + i];
    },
  };
}

function sparseColumn(matrix: SparseMatrix, shape: Shape, name: string): Column {
  if (shape.length !== 1 || shape[0] !== matrix.columns || matrix.rows === 0) {
    const expected = showShape(['batch' as unknown as number, ...shape]);
    throw new Error(
      `${name}: expected the shape ${expected}, got a sparse matrix of ${matrix.rows} × ${matrix.columns}.`,
    );
  }
  const { rows, columns, rowptr, colidx, values } = matrix.toCsr();
  return {
    count: rows,
    write(view, first) {
      view.fill(0);
      for (let i = 0; i < view.length / columns; i++) {
        const end = rowptr[first + i + 1];
        for (let p = rowptr[first + i]; p < end; p++) view[i * columns + colidx[p]] = values[p];
      }
    },
  };
}
