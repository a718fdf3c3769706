// npm run bench -- --filter NAME --json FILE

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { arena, type Kernels } from '../src/engine/index.ts';
import { kernelsOf } from '../test/kernels/binaries.ts';
import { header } from './header.ts';
import { measure } from './measure.ts';
import { operations } from './operations.ts';
import type { Row, Variant } from './row.ts';
import { matches, table } from './table.ts';

const help = `npm run bench -- [options]

  --filter WORDS  only rows whose operation, name, shape, sparsity, structure and variant contain every word, as in
                  "spmm 1024 0.9 plain" (the row they are compared with is timed too)
  --json FILE     write { header, rows } to FILE
  --help          this text

Times are per call, one thread: the best and the median of interleaved samples. GF/s counts kept weights only,
"dense-equivalent" what the dense computation would have needed. Relaxed SIMD joins where this Node has it (22 and later;
on 20: node --experimental-wasm-relaxed-simd --import tsx bench/index.ts).
`;

/** The rows of every group in every binary, printed as they come. */
function run(filter: string): Row[] {
  const rows: Row[] = [];
  const variants: readonly Variant[] = ['plain', 'relaxed'];
  const binaries = variants.flatMap((variant): [Variant, Kernels][] => {
    const kernels = kernelsOf(variant);
    return kernels ? [[variant, kernels]] : [];
  });
  for (const group of operations) {
    for (const [variant, kernels] of binaries) {
      const entries = group.entries(kernels, variant);
      const wanted = entries.filter((entry) => matches(entry, filter));
      if (wanted.length === 0) continue;
      const measured = arena.scope(() => measure([entries[0], ...wanted.filter((entry) => entry !== entries[0])]));
      rows.push(...measured);
      console.log(table(`${group.title} (${variant})`, measured));
    }
  }
  return rows;
}

function main(): void {
  const { values } = parseArgs({
    options: {
      filter: { type: 'string', default: '' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const about = header();
  console.log(`${about.processor}, ${about.cores} cores, ${about.caches.join(', ')}`);
  console.log(`Node ${about.node}, V8 ${about.v8}, commit ${about.commit ?? 'unknown'}\n`);
  const rows = run(values.filter);
  if (rows.length === 0) throw new Error(`No row of the bench contains '${values.filter}'.`);
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ header: about, rows }, null, 2)}\n`);
}

try {
  main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
