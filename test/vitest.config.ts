import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// ESPALIER_DATA names a folder of data sets (mnist/, …); tests that need one are skipped, and say so, where it is unset.
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', 'json'],
    outputFile: { json: 'build/tests.json' },
  },
});
