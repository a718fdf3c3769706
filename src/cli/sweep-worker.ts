// espalier sweep-worker: a line of JSON in, a line of JSON out. A job on standard input is answered by its result, or by { "error": … };
// what hands out jobs may sit on another machine.

import { createInterface } from 'node:readline';
import { loadDigits } from './digits.ts';
import { describeError } from './failure.ts';
import { checked } from './sweep-job.ts';
import { sweepTrainer } from './sweep-train.ts';

/** Works until standard input ends. */
export async function sweepWorker({ data, verbose = false }: { data?: string; verbose?: boolean }): Promise<void> {
  // Ctrl-C reaches the whole group; the one who hands out jobs decides.
  process.on('SIGINT', () => {});
  let train: ReturnType<typeof sweepTrainer> | undefined;
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    let answer: object;
    try {
      const job = checked(JSON.parse(line));
      train ??= sweepTrainer(await loadDigits(data));
      answer = await train(job);
    } catch (error) {
      answer = { error: describeError(error, verbose) };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}
