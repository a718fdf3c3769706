#!/usr/bin/env node
// The command `espalier`.

import { run } from './program.ts';

// Whoever reads has read enough, as in `espalier inspect … | head`.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 141 : 1));

process.exitCode = await run(process.argv.slice(2));
