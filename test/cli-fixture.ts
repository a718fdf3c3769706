// The command as a child process, and a small MNIST for it to work on: generated digits in the four files' format.

import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateDigits } from '../src/index.ts';

export const root = fileURLToPath(new URL('..', import.meta.url));

export interface Ended {
  code: number | null;
  out: string;
  error: string;
}

/** Runs the command; `onError` sees standard error as it grows. */
export function espalier(
  args: string[],
  { input = '', onError }: { input?: string; onError?: (text: string, interrupt: () => void) => void } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/index.ts', ...args], { cwd: root });
  let out = '';
  let error = '';
  child.stdin.end(input);
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    error += chunk;
    onError?.(error, () => child.kill('SIGINT'));
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, error })));
}

/** IDX: two zeros, 8 (unsigned bytes), the number of axes, their lengths as big-endian words, the bytes. */
function idx(shape: number[], bytes: ArrayLike<number>): Buffer {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.set([0, 0, 8, shape.length]);
  shape.forEach((length, axis) => {
    head.writeUInt32BE(length, 4 + 4 * axis);
  });
  return Buffer.concat([head, Uint8Array.from(bytes)]);
}

/** Writes the four files. */
export function writeSmallMnist(folder: string, counts: { train: number; test: number }): void {
  mkdirSync(folder);
  for (const [stream, prefix] of [['train', 'train'] as const, ['test', 't10k'] as const]) {
    const count = counts[stream];
    const { images, labels } = generateDigits({ count, stream });
    const grey = Array.from(images, (ink) => Math.round(255 * ink));
    writeFileSync(join(folder, `${prefix}-images-idx3-ubyte`), idx([count, 28, 28], grey));
    writeFileSync(join(folder, `${prefix}-labels-idx1-ubyte`), idx([count], labels));
  }
}
