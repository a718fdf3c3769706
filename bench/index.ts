// npm run bench -- [options]

import { writeFileSync } from 'node:fs';
import { describeError, exitCode, UsageError } from '../src/cli/failure.ts';
import { breakEvens } from './break-even.ts';
import { benchPage } from './charts.ts';
import { header } from './header.ts';
import { help, optionsOf } from './options.ts';
import { run } from './run.ts';
import { table } from './table.ts';

function main(): void {
  const options = optionsOf(process.argv.slice(2));
  if (options.help) {
    console.log(help);
    return;
  }
  const about = header();
  console.log(`${about.processor}, ${about.cores} cores, ${about.caches.join(', ')}`);
  console.log(`Node ${about.node}, V8 ${about.v8}, commit ${about.commit ?? 'unknown'}\n`);
  const rows = run(options, ({ title }, rows) => console.log(table(title, rows)));
  if (rows.length === 0) {
    throw new UsageError(
      `No row of the bench fits these options${options.filter && `; --filter '${options.filter}'`}.`,
    );
  }
  if (options.json) {
    const breakEven = breakEvens(rows);
    writeFileSync(options.json, `${JSON.stringify({ header: about, rows, breakEven }, null, 2)}\n`);
  }
  if (options.html) writeFileSync(options.html, benchPage(about, rows));
}

try {
  main();
} catch (error) {
  process.stderr.write(`bench: ${describeError(error, false)}\n`);
  process.exitCode = exitCode(error);
}
