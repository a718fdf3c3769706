// Installs the JavaScript peers in this folder, from its lock file, where they are not yet.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Packages that are listed here and cannot be found. */
function missing(): string[] {
  const { dependencies } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return Object.keys(dependencies).filter((name) => !existsSync(`${folder}node_modules/${name}/package.json`));
}

/** @returns what is still missing afterwards. Scripts do not run: one of them would fetch libraries for graphics cards. */
export function install(): string[] {
  if (missing().length === 0) return [];
  console.log(`Installing ${missing().join(', ')} in bench/peers (about 530 MB).`);
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) console.log('npm could not install all of them; those that are missing are skipped.');
  return missing();
}

/** The version in a package.json. */
export const versionOf = (path: string): string =>
  (createRequire(import.meta.url)(path) as { version: string }).version;
