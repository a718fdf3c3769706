// Every case in every binary: the right numbers, nothing written past the ends, and the same bits when threads share the range.

import { describe, expect, test } from 'vitest';
import { arena } from '../../src/engine/index.ts';
import { flavours, kernelsOf, module } from './binaries.ts';
import type { Call, Sizes } from './cases/case.ts';
import { cases } from './cases/index.ts';
import { Workspace } from './cases/workspace.ts';

const show = (shape: Sizes) =>
  Object.entries(shape)
    .map(([name, size]) => `${name} ${size}`)
    .join(', ');

/** The call's results: what it wrote, or what it returned. */
function results(call: Call, splits: number[]): number[] {
  const ends = [...splits, call.extent];
  const returned = ends.map((end, i) => call.run(i === 0 ? 0 : ends[i - 1], end));
  return returned[0] === undefined ? Array.from(call.output.read()) : returned.map(Number);
}

/** −0 and 0 are the same number here. */
const plainZeros = (numbers: ArrayLike<number>) => Array.from(numbers, (x) => x + 0);

/** Equal, or within `tolerance` parts of the largest expected number. */
function agree(got: number[], expected: ArrayLike<number>, tolerance: number | undefined): void {
  if (tolerance === undefined) {
    expect(plainZeros(got)).toEqual(plainZeros(expected));
    return;
  }
  expect(got.length).toBe(expected.length);
  const largest = Array.from(expected).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const worst = got.reduce((most, x, i) => Math.max(most, Math.abs(x - expected[i])), 0);
  expect(worst).toBeLessThanOrEqual(tolerance * largest);
}

for (const flavour of flavours) {
  const kernels = kernelsOf(flavour);
  // Skipped in plain sight where this Node lacks relaxed SIMD.
  describe.skipIf(!kernels)(`${flavour}.wasm`, () => {
    if (!kernels) return;
    for (const kernelCase of cases) {
      test.each(kernelCase.shapes.map((shape) => [show(shape), shape] as const))(
        `${kernelCase.name}: %s`,
        (_, shape) => {
          arena.scope(() => {
            const workspace = new Workspace(kernels, { exact: true });
            const call = kernelCase.make(shape, workspace);
            const whole = results(call, []);
            agree(whole, call.oracle(), kernelCase.tolerance);
            expect(workspace.marginsIntact, 'numbers beyond the output are untouched').toBe(true);

            const inParts = kernelCase.make(shape, new Workspace(kernels, { exact: true }));
            const { extent } = inParts;
            if (extent > 1) expect(results(inParts, [1, Math.ceil(extent / 2)])).toEqual(whole);
          });
        },
      );
    }
  });
}

test('the three binaries export the same kernels, and each has a case', () => {
  const exportsOf = flavours.map((flavour) => {
    const compiled = module(flavour);
    return compiled && WebAssembly.Module.exports(compiled).map(({ name }) => name);
  });
  const [plain, relaxed, reference] = exportsOf.map((names) => names?.sort());
  expect(reference).toEqual(plain);
  if (relaxed) expect(relaxed).toEqual(plain);
  expect([...new Set(cases.map(({ name }) => name as string))].sort()).toEqual(plain);
});
