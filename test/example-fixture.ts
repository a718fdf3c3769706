// The examples as child processes.

import { execFileSync, spawnSync } from 'node:child_process';
import { root } from './cli-fixture.ts';

/** What Node is started with. */
export const command = (name: string, ...options: string[]): string[] => [
  ...['--import', 'tsx', `examples/${name}.ts`],
  ...options,
];

/** What it prints. @throws when it does not end with 0. */
export const run = (name: string, ...options: string[]): string =>
  execFileSync(process.execPath, command(name, ...options), {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });

/** How it ends and all it says. */
export function complaint(name: string, ...options: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, command(name, ...options), {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}
