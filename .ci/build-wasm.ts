// assembly/ → build/{plain,relaxed,reference}.wasm by asc, one per target of asconfig.json, and
// src/engine/wasm.generated.ts, which carries the first two as base64. A target is compiled again only when a file
// that asc read for it, asconfig.json, the lock file or a build script has changed.

import { join } from 'node:path';
import { digest, digests, read, record, recorded, replace, same } from './stamp.ts';

const entries = {
  plain: 'assembly/index.ts',
  relaxed: 'assembly/index.ts',
  reference: 'assembly/reference/index.ts',
};
const embedded = ['plain', 'relaxed'];
const toolchain = ['asconfig.json', 'package-lock.json', '.ci/build-wasm.ts'];

function isCurrent(target: string): boolean {
  const inputs = recorded(target);
  return inputs !== null && read(`build/${target}.wasm`) !== null && same(inputs, digests(Object.keys(inputs)));
}

async function compile(target: string, entry: string): Promise<void> {
  // asc takes seconds to load: only when there is something to compile.
  const { default: asc } = await import('assemblyscript/asc');
  const inputs = digests(toolchain);
  const outputs: [string, string | Uint8Array][] = [];
  const { error } = await asc.main([entry, '--config', 'asconfig.json', '--target', target], {
    stderr: process.stderr,
    readFile(name: string, base: string) {
      const path = join(base, name);
      const contents = read(path);
      if (contents !== null && !path.includes('node_modules')) inputs[path] = digest(contents);
      return contents?.toString() ?? null;
    },
    writeFile(name: string, contents: string | Uint8Array) {
      outputs.push([name, contents]);
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`asc could not compile the target '${target}'; its messages are above.`);
  for (const [name, contents] of outputs) replace(name, contents);
  record(target, inputs);
}

/** Embeds the binaries as base64 in a TypeScript module; left alone when it says so already. */
function embed(): void {
  const lines = embedded.map((target) => {
    const base64 = read(`build/${target}.wasm`)?.toString('base64');
    return `export const ${target}Base64: string =\n  '${base64}';\n`;
  });
  const path = 'src/engine/wasm.generated.ts';
  const module = `// Made by .ci/build-wasm.ts; not kept in git.\n${lines.join('')}`;
  if (read(path)?.toString() !== module) replace(path, module);
}

try {
  for (const [target, entry] of Object.entries(entries)) {
    if (isCurrent(target)) continue;
    const start = performance.now();
    await compile(target, entry);
    const seconds = (performance.now() - start) / 1000;
    console.error(`build/${target}.wasm: ${read(`build/${target}.wasm`)?.length} bytes, ${seconds.toFixed(1)} s`);
  }
  embed();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
