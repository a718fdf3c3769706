// The command line of an example: --help tells what it does and its options with their defaults, and what it does not know is one line.

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { oneLine } from '../src/cli/arguments.ts';
import { heedEndings } from '../src/cli/endings.ts';

/** A command that ends the process with 0 where help is asked for, and with 2 where the command line is wrong. */
export function commandOf(name: string, about: string): Command {
  heedEndings(name);
  return new Command(`npx tsx examples/${name}.ts`)
    .description(about)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .configureOutput({ outputError: (text, write) => write(oneLine(name, text)) });
}

/** The command line of the example at `url`, which takes no options and says at its head what it does. */
export function noOptions(url: string): void {
  const path = fileURLToPath(url);
  const [head] = /^(\/\/ .*\n)+/.exec(readFileSync(path, 'utf8')) ?? [''];
  commandOf(basename(path, '.ts'), head.replaceAll('\n// ', ' ').slice(3).trim()).parse();
}
