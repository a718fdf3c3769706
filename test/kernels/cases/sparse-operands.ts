// What the cases of the sparse products share: a matrix of a given density, and the product it is tested by.

import { at, type Buffer, none } from '../../../src/engine/index.ts';
import { type BlockHeight, blocksFromCsr, type Csr, csrFromDense } from '../../../src/tensor/sparse/index.ts';
import type { Call, Output, Sizes } from './case.ts';
import { product } from './dense.ts';
import type { Workspace } from './workspace.ts';

export const densities = [0, 0.1, 0.5, 1];

/** A sparse m×k matrix, also as the dense one it stands for; `height` > 1 keeps its weights in blocks. */
export function matrix(workspace: Workspace, { m, k, density, height = 1 }: Sizes): { dense: Float32Array; csr: Csr } {
  const mask = workspace.mask(m, k, density, height);
  const dense = workspace.numbers(m * k).map((value, i) => value * mask[i]);
  return { dense, csr: csrFromDense(dense, m, k, mask) };
}

/** Operations on the weights kept, per column. */
export const kept = ({ m, k, density }: Sizes) => 2 * m * k * density;

/**
 * Y = max(A·X + bias, lower), X in rows of n + pad, of which n are used; `zeros` of X's numbers are 0; or Y + that. With several
 * inputs each call takes the next.
 */
export function multiply(
  { m, k, n, pad = 0, biased = 0, relu = 0, zeros = 0, accumulate = 0, inputs = 1 }: Sizes,
  workspace: Workspace,
  dense: Float32Array,
  extent: number,
  run: (x: Buffer, y: Output, bias: Buffer, lower: number) => (begin: number, end: number) => void,
): Call {
  const pitch = n + pad;
  const step = 4;
  const x = workspace
    .numbers(k * pitch + step * (inputs - 1))
    .map((value) => (zeros && workspace.uniform() < zeros ? 0 : value));
  const bias = workspace.numbers(m);
  const lower = relu ? 0 : -Infinity;
  const before = accumulate ? workspace.numbers(m * n) : undefined;
  const output = workspace.output(m * n, before);
  const [first, b] = [workspace.input(x), biased ? workspace.input(bias) : none];
  const runs = Array.from({ length: inputs }, (_, i) => run(at(first, step * i), output, b, lower));
  let turn = 0;
  const runNext = (begin: number, end: number) => {
    turn = (turn + 1) % inputs;
    runs[turn](begin, end);
  };
  return {
    extent,
    run: inputs > 1 ? runNext : runs[0],
    output,
    oracle() {
      const b = Float32Array.from({ length: k * n }, (_, i) => x[step * turn + Math.floor(i / n) * pitch + (i % n)]);
      const sums = product({ m, n, k }, dense, b, (i) => (biased ? bias[i] : 0), -Infinity);
      return sums.map((sum, i) => Math.max(sum + (before?.[i] ?? 0), lower));
    },
  };
}

/** Where the operand of each weight or block begins, in floats of a panel of that pitch. */
export const placesAt = (pitch: number, { colidx }: { colidx: Uint32Array }) => colidx.map((j) => j * pitch);

/** The matrix in blocks: rowptr, colidx, values. */
export function blockBuffers(workspace: Workspace, csr: Csr, height: BlockHeight, pitch = 1) {
  const blocks = blocksFromCsr(csr, height);
  return {
    extent: blocks.rowptr.length - 1,
    buffers: [
      workspace.indices(blocks.rowptr),
      workspace.indices(placesAt(pitch, blocks)),
      workspace.input(blocks.values),
    ] as const,
  };
}
