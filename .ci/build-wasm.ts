// assembly/ → build/{plain,relaxed,reference}.wasm by asc, one per target of asconfig.json, and
// src/engine/wasm.generated.ts, which carries the first two as base64. A target is compiled again only when a file
// that asc read for it, asconfig.json, asc itself or this script has changed; so an idle run costs a few hashes.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const entries = {
  plain: 'assembly/index.ts',
  relaxed: 'assembly/index.ts',
  reference: 'assembly/reference/index.ts',
};
const embedded = ['plain', 'relaxed'];

/** What was compiled: the sha256 of every input by its path from the root. */
type Inputs = Record<string, string>;

const toolchain = [
  'asconfig.json',
  '.ci/build-wasm.ts',
  createRequire(import.meta.url)
    .resolve('assemblyscript/package.json')
    .slice(root.length + 1),
];

function readText(path: string): string | null {
  try {
    return readFileSync(resolve(root, path), 'utf8');
  } catch {
    return null;
  }
}

function digest(text: string | null): string {
  return text === null ? 'absent' : createHash('sha256').update(text).digest('hex');
}

/** Writes beside the file and renames, so that a reader never sees half of it. */
function replace(path: string, contents: string | Uint8Array): void {
  const whole = resolve(root, path);
  const temporary = `${whole}.${process.pid}.tmp`;
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(temporary, contents);
  renameSync(temporary, whole);
}

function isCurrent(target: string): boolean {
  const recorded = readText(`build/${target}.inputs.json`);
  if (recorded === null || readText(`build/${target}.wasm`) === null) return false;
  return Object.entries(JSON.parse(recorded) as Inputs).every(([path, sum]) => digest(readText(path)) === sum);
}

async function compile(target: string, entry: string): Promise<void> {
  // asc takes a second to load: only when there is something to compile.
  const { default: asc } = await import('assemblyscript/asc');
  const inputs: Inputs = Object.fromEntries(toolchain.map((path) => [path, digest(readText(path))]));
  const outputs: [string, string | Uint8Array][] = [];
  const { error } = await asc.main([entry, '--config', 'asconfig.json', '--target', target], {
    stderr: process.stderr,
    readFile(name: string, base: string) {
      const text = readText(join(base, name));
      if (text !== null && !join(base, name).includes('node_modules')) inputs[join(base, name)] = digest(text);
      return text;
    },
    writeFile(name: string, contents: string | Uint8Array) {
      outputs.push([name, contents]);
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`asc could not compile the target '${target}'; its messages are above.`);
  for (const [name, contents] of outputs) replace(name, contents);
  replace(`build/${target}.inputs.json`, JSON.stringify(inputs, null, 1));
}

/** Embeds the binaries as base64 in a TypeScript module; left alone when it says so already. */
function embed(): void {
  const lines = embedded.map((target) => {
    const base64 = readFileSync(resolve(root, `build/${target}.wasm`)).toString('base64');
    return `export const ${target}Base64 =\n  '${base64}';\n`;
  });
  const module = `// Made by .ci/build-wasm.ts; not kept in git.\n${lines.join('')}`;
  if (readText('src/engine/wasm.generated.ts') !== module) replace('src/engine/wasm.generated.ts', module);
}

try {
  for (const [target, entry] of Object.entries(entries)) {
    if (isCurrent(target)) continue;
    const start = performance.now();
    await compile(target, entry);
    const { length } = readFileSync(resolve(root, `build/${target}.wasm`));
    console.error(`build/${target}.wasm: ${length} bytes, ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
  embed();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
