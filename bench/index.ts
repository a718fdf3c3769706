// npm run bench -- [options]

import { heedEndings } from '../src/cli/endings.ts';
import { describeError, exitCode, UsageError } from '../src/cli/failure.ts';
import { breakEvens } from './break-even.ts';
import { benchPage } from './charts.ts';
import { header } from './header.ts';
import { help, optionsOf } from './options.ts';
import { run } from './run.ts';
import { table } from './table.ts';
import { saveAll } from './writable.ts';

async function main(): Promise<void> {
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
  const { json, html } = options;
  const document = json && { header: about, rows, breakEven: breakEvens(rows) };
  await saveAll([
    ...(json ? [[json, `${JSON.stringify(document, null, 2)}\n`] as const] : []),
    ...(html ? [[html, benchPage(about, rows)] as const] : []),
  ]);
}

heedEndings('bench');
try {
  await main();
} catch (error) {
  process.stderr.write(`bench: ${describeError(error, false)}\n`);
  process.exitCode = exitCode(error);
}
