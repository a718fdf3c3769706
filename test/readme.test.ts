// The README's example is the file it names, and prints what the README says.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(`${root}/${path}`, 'utf8');
const block = (language: string) => new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(read('README.md'))?.[1];

test('the example in the README is examples/quick-start.ts', () => {
  expect(block('ts')).toBe(read('examples/quick-start.ts'));
});

test('and prints what the README says', () => {
  const printed = execFileSync(process.execPath, ['--import', 'tsx', 'examples/quick-start.ts'], { cwd: root });
  expect(String(printed)).toBe(block('text'));
});
