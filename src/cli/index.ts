#!/usr/bin/env node
// The command `espalier`.

import { heedEndings } from './endings.ts';
import { run } from './program.ts';

heedEndings('espalier');
process.exitCode = await run(process.argv.slice(2));
