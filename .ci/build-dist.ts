// src/ → dist/, what npm publishes:
//   modules/…                     the library, a file for each of src/'s, so that bundlers leave out what is not used;
//                                 `#binary` is the wasm as base64, or for edge hosts, which do not compile, the .wasm files as modules
//   whole/index.js, inference.js  the same in few files, which Node starts sooner
//   plain.wasm, relaxed.wasm      the binaries themselves, and their types
//   cli.js                        the command, everything it needs bundled in
//   types/                        declarations
//   THIRD-PARTY.txt               licences of what is bundled
// Built again only when something under src/, the binaries, or a configuration has changed.

import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve, sep } from 'node:path';
import { type BuildOptions, build, type Plugin, type RolldownOutput } from 'rolldown';
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

/** Leaves `#binary` to the conditions in package.json, and the .wasm files, which lie at the root of dist/, to the host. */
const hosts: Plugin = {
  name: 'hosts',
  resolveId(source) {
    if (source === './binary.ts') return { id: '#binary', external: true };
    return /\.wasm(\?module)?$/.test(source) ? { id: `../../${source.slice(2)}`, external: true } : null;
  },
};

const common: BuildOptions = { cwd: root, tsconfig: true, transform: { target: ['es2022', 'node20'] } };
const library: BuildOptions = {
  ...common,
  platform: 'neutral',
  external: /^node:/,
  treeshake: { moduleSideEffects: false },
};
const entries = { index: 'src/index.ts', inference: 'src/inference/index.ts' };

const modules: BuildOptions = {
  ...library,
  plugins: [hosts],
  input: [
    ...Object.values(entries),
    ...['binary', 'binary-workerd', 'binary-edge-light'].map((name) => `src/engine/${name}.ts`),
  ],
  output: {
    dir: `${staging}/modules`,
    preserveModules: true,
    preserveModulesRoot: 'src',
    // npm packs no folder named node_modules.
    entryFileNames: ({ name }) => `${name.replace('node_modules', 'bundled')}.js`,
  },
};

const whole: BuildOptions = { ...library, input: entries, output: { dir: `${staging}/whole` } };

const command: BuildOptions = {
  ...common,
  platform: 'node',
  input: 'src/cli/index.ts',
  transform: { ...common.transform, define: { 'process.env.NODE_ENV': '"production"' } },
  output: { file: `${staging}/cli.js`, codeSplitting: false },
};

/** The licence texts of the packages whose code went into the bundles. */
function licences(built: RolldownOutput[]): string {
  const paths = built.flatMap(({ output }) => output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : [])));
  const names = paths.map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(relative(root, path))?.[1] ?? []);
  const texts = [...new Set(names.flat())].sort().map((name) => {
    const folder = `node_modules/${name}`;
    const { version, license } = JSON.parse(String(read(`${folder}/package.json`)));
    const files = readdirSync(resolve(root, folder)).filter((file) => /^(licen[cs]e|notice)/i.test(file));
    const bodies = files.map((file) => String(read(`${folder}/${file}`)).trim());
    return [`${name} ${version}, ${license}`, ...bodies].join('\n\n');
  });
  return `${texts.join(`\n\n${'='.repeat(80)}\n\n`)}\n`;
}

/** The engine's declarations say what WebAssembly is to those without the DOM library. */
const wasmTypes = `import './engine/index.js';
declare const module: WebAssembly.Module;
export default module;
`;

async function buildAll(): Promise<void> {
  rmSync(resolve(root, staging), { recursive: true, force: true });
  const built = await build([modules, whole, command]);
  for (const name of binaries) cpSync(resolve(root, `build/${name}`), resolve(root, staging, name));
  replace(`${staging}/THIRD-PARTY.txt`, licences(built));
  replace(`${staging}/types/wasm.d.ts`, wasmTypes);
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
