// Where a run takes place.

import { cpus } from 'node:os';
import type { Environment } from '../report/index.ts';

/** Of this process, now. */
export const environmentNow = (): Environment => ({
  processor: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} threads, one used`,
  node: process.version,
  v8: process.versions.v8,
  date: new Date().toISOString(),
});
