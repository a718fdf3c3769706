// src/ → dist/, what npm publishes:
//   index.js, inference.js        the library; they share chunks, and carry the wasm as base64
//   workerd/…, edge-light/…       the same, importing the .wasm files as modules: no compiling at run time there
//   plain.wasm, relaxed.wasm      the binaries themselves
//   cli.js                        the command, everything it needs bundled in
//   types/                        declarations
//   THIRD-PARTY.txt               licences of what is bundled
// Built again only when something under src/, the binaries, or a configuration has changed.

import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve, sep } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { digests, type Inputs, read, record, recorded, replace, root, same } from './stamp.ts';

const binaries = ['plain.wasm', 'relaxed.wasm'];
const staging = 'build/dist';

function inputs(): Inputs {
  const list = (folder: string) =>
    readdirSync(resolve(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  const configuration = ['package.json', 'package-lock.json', 'tsconfig.json'];
  return digests([...list('src'), ...list('.ci'), ...configuration, ...binaries.map((name) => `build/${name}`)].sort());
}

const library: BuildOptions = {
  absWorkingDir: root,
  entryPoints: { index: 'src/index.ts', inference: 'src/inference/index.ts' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'neutral',
  target: ['es2022', 'node20'],
  external: ['node:*'],
  chunkNames: '[name]-[hash]',
  // Whitespace stays: Node prints the line an uncaught error came from.
  minifySyntax: true,
  metafile: true,
  logLevel: 'warning',
};

const command: BuildOptions = {
  ...library,
  entryPoints: { cli: 'src/cli/index.ts' },
  splitting: false,
  platform: 'node',
  // What is CommonJS among the bundled packages calls require for Node's own modules.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'eof',
};

/** Puts binary-worker.ts in the place of binary.ts and leaves its imports of `taken` to the host; the rest are undefined. */
function workerBinary(taken: string[], suffix: string): Plugin {
  return {
    name: 'worker-binary',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /\/binary\.ts$/ }, () => ({ path: resolve(root, 'src/engine/binary-worker.ts') }));
      onResolve({ filter: /\.wasm$/ }, ({ path }) =>
        taken.includes(basename(path))
          ? { path: `../${basename(path)}${suffix}`, external: true }
          : { path, namespace: 'left-out' },
      );
      onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: 'export default undefined;' }));
    },
  };
}

/** The licence texts of the packages whose code went into the bundles. */
function licences(metafiles: Metafile[]): string {
  const paths = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const packages = new Set(paths.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
  const texts = [...packages].sort().map((name) => {
    const folder = `node_modules/${name}`;
    const { version, license } = JSON.parse(String(read(`${folder}/package.json`)));
    const files = readdirSync(resolve(root, folder)).filter((file) => /^(licen[cs]e|notice)/i.test(file));
    const bodies = files.map((file) => String(read(`${folder}/${file}`)).trim());
    return [`${name} ${version}, ${license}`, ...bodies].join('\n\n');
  });
  return `${texts.join(`\n\n${'='.repeat(80)}\n\n`)}\n`;
}

async function buildAll(): Promise<void> {
  rmSync(resolve(root, staging), { recursive: true, force: true });
  const results = await Promise.all([
    build({ ...library, outdir: staging }),
    build({ ...library, outdir: `${staging}/workerd`, plugins: [workerBinary(binaries, '')] }),
    // Where an edge-light host runs on Node 20 (its local server) there is no relaxed SIMD to compile the other with.
    build({ ...library, outdir: `${staging}/edge-light`, plugins: [workerBinary(['plain.wasm'], '?module')] }),
    build({ ...command, outdir: staging }),
  ]);
  for (const name of binaries) cpSync(resolve(root, `build/${name}`), resolve(root, staging, name));
  replace(`${staging}/THIRD-PARTY.txt`, licences(results.map(({ metafile }) => metafile as Metafile)));
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const project = ['-p', '.ci/types.tsconfig.json', '--outDir', `${staging}/types`];
  execFileSync(process.execPath, [tsc, ...project], { cwd: root, stdio: 'inherit' });
  rmSync(resolve(root, 'dist'), { recursive: true, force: true });
  renameSync(resolve(root, staging), resolve(root, 'dist'));
}

try {
  const current = inputs();
  const previous = recorded('dist');
  if (previous === null || read('dist/cli.js') === null || !same(previous, current)) {
    const start = performance.now();
    await buildAll();
    record('dist', current);
    console.error(`dist${sep}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
