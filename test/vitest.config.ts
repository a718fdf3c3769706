// How the tests run.

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// ESPALIER_DATA names a folder of data sets (mnist/, …); tests that need one are skipped, and say so, where it is unset.
const lacksRelaxedSimd = Number.parseInt(process.versions.node, 10) < 21;

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Node 20 has relaxed SIMD behind a flag; without it the relaxed kernels would go untested there.
    execArgv: lacksRelaxedSimd ? ['--experimental-wasm-relaxed-simd'] : [],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    reporters: ['default', 'json'],
    outputFile: { json: 'build/tests.json' },
  },
});
