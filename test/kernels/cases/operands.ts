// Operands and results that several cases need.

import type { Output } from './case.ts';
import type { Workspace } from './workspace.ts';

/** `length` numbers, uniform in ±1: for kernels that round anyway. */
export const uniforms = (workspace: Workspace, length: number): Float32Array =>
  Float32Array.from({ length }, () => 2 * workspace.uniform() - 1);

/** Several outputs read as one, for kernels that write more than one place. */
export const together = (...outputs: readonly Output[]): Output => ({
  buffer: outputs[0].buffer,
  read: () => Float32Array.from(outputs.flatMap((output) => [...output.read()])),
});

/** `length` f64 sums, read back rounded to f32. */
export function sums(workspace: Workspace, initial: Float64Array): Output {
  const { buffer, read } = workspace.output(2 * initial.length, new Float32Array(initial.buffer));
  return { buffer, read: () => Float32Array.from(new Float64Array(read().buffer)) };
}
