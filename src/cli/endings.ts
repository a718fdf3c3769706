// What ends a command from outside: readers of its streams that go away, and signals.

import { constants } from 'node:os';
import { reason } from './output.ts';

/**
 * Progress that nobody reads is left out. Results that cannot be written end the process, without a word where the reader has read
 * enough, as in `espalier inspect … | head`. SIGTERM and SIGHUP end it by way of 'exit', where what is half written is removed.
 */
export function heedEndings(who: string): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(141);
    process.stderr.write(`${who}: Cannot write to standard output: ${reason(error)}.\n`);
    process.exit(1);
  });
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
  }
}
