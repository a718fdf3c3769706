// What npm would publish, as a stranger gets it: packed, installed in an empty folder, imported in Node, type-checked,
// bundled by esbuild and by Vite, run in a browser and in the manner of an edge worker. What the model computes must have the
// same bits everywhere; what the compressed one computes must agree (relaxed SIMD, which Node 20 lacks, rounds otherwise).

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Plugin, transformSync } from 'esbuild';
import { chromium } from 'playwright-core';
import { build as viteBuild } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consumer, x } from './package-consumer.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'espalier-package-'));
const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const browser = [process.env.CHROMIUM ?? '', ...browsers].find((path) => path !== '' && existsSync(path));
const inBrowser = browser ? 'in headless Chromium' : 'in headless Chromium: SKIPPED, none found (set CHROMIUM)';

/** What the consumer's program answers, wherever it runs. */
interface Answers {
  /** Kernels and biases, [in, out] and [out], of the model after training. */
  weights: number[][];
  /** The model's output, and that of its saved file loaded again. */
  made: number[];
  saved: number[];
  /** In a page: of the file beside it, by a relative URL. */
  fetched?: number[];
  file: number[];
}

let inNode: Answers;

beforeAll(async () => {
  await run('npm', ['pack', '--pack-destination', home], { cwd: root });
  const tarball = readdirSync(home).find((name) => name.endsWith('.tgz'));
  writeFileSync(join(home, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${tarball}`], { cwd: home });
  for (const [name, text] of Object.entries(consumer)) {
    writeFileSync(join(home, name), text);
    writeFileSync(join(home, name.replace('.ts', '.js')), transformSync(text, { loader: 'ts' }).code);
  }
  writeFileSync(join(home, 'index.html'), '<!doctype html><script type="module" src="/app.ts"></script>');
  inNode = await answerOf('./app.js');
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

/** The answers of a module in a Node process of its own. */
async function answerOf(module: string): Promise<Answers> {
  const script = `import { app } from '${module}'; console.log(JSON.stringify(await app()));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: home });
  return JSON.parse(stdout) as Answers;
}

/** Bundles a file of the consumer's with esbuild. */
async function bundle(entry: string, options: BuildOptions = {}): Promise<string> {
  const outfile = `bundles/${options.conditions?.join() ?? 'browser'}-${entry.replace('.ts', '.js')}`;
  const format = 'esm';
  const common: BuildOptions = {
    absWorkingDir: home,
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    format,
  };
  const { warnings } = await build({ ...common, logLevel: 'silent', ...options });
  expect(warnings).toEqual([]);
  return outfile;
}

/** The answers of a folder's index.html. */
async function answerInBrowser(folder: string): Promise<Answers> {
  writeFileSync(join(folder, 'model.espalier'), Uint8Array.from(inNode.file));
  const flags = ['no-sandbox', 'disable-gpu', 'disable-quic', 'no-first-run', 'disable-background-networking'];
  const args = [...flags, 'disable-component-update', 'disable-sync'].map((flag) => `--${flag}`);
  const instance = await chromium.launch({ executablePath: browser as string, args });
  try {
    const page = await instance.newPage();
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    await page.route('**/*', (route) => {
      const path = join(folder, new URL(route.request().url()).pathname.replace(/\/$/, '/index.html'));
      return existsSync(path) ? route.fulfill({ path }) : route.fulfill({ status: 404 });
    });
    await page.goto('http://consumer.test/');
    await page.waitForFunction('"app" in globalThis', undefined, { timeout: 20_000 }).catch((error: Error) => {
      throw new Error([error.message, ...errors].join('\n'));
    });
    const answers = (await page.evaluate('app()')) as Answers;
    expect(answers.fetched).toEqual(answers.saved);
    return answers;
  } finally {
    await instance.close();
  }
}

/** Stands in for a worker's host: a .wasm import is a module that is compiled already, where this Node can. */
const workerHost: Plugin = {
  name: 'worker-host',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /\.wasm(\?module)?$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path.replace('?module', '')),
      namespace: 'wasm',
    }));
    onLoad({ filter: /./, namespace: 'wasm' }, ({ path }) => {
      const base64 = readFileSync(path).toString('base64');
      const module = 'WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : undefined';
      return { contents: `const bytes = Buffer.from('${base64}', 'base64'); export default ${module};` };
    });
  },
};

function expectSame(answers: Answers): void {
  expect(answers.weights).toEqual(inNode.weights);
  expect(answers.made).toEqual(inNode.made);
  expectAgreement(answers.saved, inNode.saved);
}

/** max|a − b| ≤ 1e-5 · max|b|. */
function expectAgreement(a: number[], b: number[]): void {
  const largest = Math.max(...b.map(Math.abs));
  expect(largest).toBeGreaterThan(0.01);
  expect(a).toHaveLength(b.length);
  expect(Math.max(...b.map((value, i) => Math.abs(value - (a[i] as number))))).toBeLessThanOrEqual(1e-5 * largest);
}

test('Node: the model answers as f64 loops do, and its saved file as the model', () => {
  const [kernel1, bias1, kernel2, bias2] = inNode.weights as [number[], number[], number[], number[]];
  const layer = (input: number[], kernel: number[], bias: number[]) =>
    bias.map((b, j) => input.reduce((sum, value, i) => sum + value * (kernel[i * bias.length + j] as number), b));
  const expected = [x.slice(0, 3), x.slice(3)].flatMap((sample) => {
    const hidden = layer(sample, kernel1, bias1).map((value) => Math.max(value, 0));
    return layer(hidden, kernel2, bias2);
  });
  expectAgreement(inNode.made, expected);
  expectAgreement(inNode.saved, expected);
});

test('the package has no dependencies and runs nothing when it is installed', () => {
  const { dependencies, scripts } = JSON.parse(readFileSync(join(home, 'node_modules/espalier/package.json'), 'utf8'));
  expect(dependencies).toBeUndefined();
  expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
  expect(readdirSync(join(home, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['espalier']);
});

test.each([
  { module: 'nodenext', moduleResolution: 'nodenext', lib: ['ES2022'], types: ['node'] },
  { module: 'esnext', moduleResolution: 'bundler', lib: ['ES2022', 'DOM'], types: [] },
  { module: 'node16', moduleResolution: 'node16', lib: ['ES2022'], types: [] },
])('strict TypeScript takes it: $moduleResolution, libraries $lib, types $types', async (settings) => {
  const typeRoots = [join(root, 'node_modules/@types')];
  const strict = {
    strict: true,
    declaration: true,
    emitDeclarationOnly: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
  };
  const outDir = `${settings.module}-declarations`;
  const compilerOptions = { target: 'ES2022', outDir, typeRoots, ...settings, ...strict };
  const project = join(home, `${settings.module}.tsconfig.json`);
  const files = Object.keys(consumer).filter((name) => name !== 'page.ts' || settings.lib.includes('DOM'));
  writeFileSync(project, JSON.stringify({ compilerOptions, files }));
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const { stdout } = await run(process.execPath, [tsc, '-p', project]).catch((error: { stdout: string }) => error);
  expect(stdout).toBe('');
});

test('Node: classes and functions have the names they are exported by', async () => {
  const script = `
    import * as espalier from 'espalier';
    const { CsrMatrix, spmm } = espalier;
    let message = '';
    try { spmm(CsrMatrix.fromDense([1], { rows: 1, columns: 1 }).toSell4(), [1]); } catch (error) { message = error.message; }
    const names = Object.fromEntries(Object.entries(espalier).map(([name, value]) => [name, value?.name]));
    console.log(JSON.stringify({ names, message }));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: home });
  const { names, message } = JSON.parse(stdout) as { names: Record<string, string>; message: string };
  expect(message).toContain('a Sell4Matrix does not serve');
  const isClass = (name: string) => /^[A-Z]/.test(name);
  expect(Object.keys(names).filter((name) => isClass(name) && names[name] !== name)).toEqual([]);
  const { conv2d, init, lstm } = names;
  expect({ conv2d, init, lstm }).toEqual({ conv2d: 'conv2d', init: 'init', lstm: 'lstm' });
});

test.each(['browser', 'node'] as const)('what is not imported is left out of a bundle for %s', async (platform) => {
  const [products, refusal, whole] = await Promise.all(
    ['products.ts', 'refusal.ts', 'whole.ts'].map(async (entry) =>
      readFileSync(join(home, await bundle(entry, { platform, external: ['node:*'] })), 'utf8'),
    ),
  );
  const withoutBinaries = (code: string) => code.replaceAll(/["'`]AGFzbQ[^"'`]*["'`]/g, '').length;
  console.log(
    `esbuild, CsrMatrix and spmm: ${withoutBinaries(products)} of ${withoutBinaries(whole)} bytes, less binaries`,
  );
  expect(withoutBinaries(products)).toBeLessThan(withoutBinaries(whole) / 8);
  for (const word of ['recurrentKernel', 'adam_f32', 'lstm']) {
    expect(whole).toContain(word);
    expect(products).not.toContain(word);
  }
  expect(refusal.length).toBeLessThan(500);
});

test('the command runs', async () => {
  const { stdout } = await run(join(home, 'node_modules/.bin/espalier'), ['--help'], { cwd: home });
  expect(stdout).toContain('demo');
});

test.each(['workerd', 'edge-light'])('%s: the same answer from .wasm modules', async (condition) => {
  const outfile = await bundle('app.ts', { conditions: [condition], plugins: [workerHost] });
  expect(readFileSync(join(home, outfile), 'utf8')).not.toContain('atob');
  expectSame(await answerOf(`./${outfile}`));
});

test(`esbuild bundles it, ${inBrowser}: the same answer`, async (context) => {
  const outfile = await bundle('app.ts');
  const inference = await bundle('saved.ts');
  for (const [what, path] of [
    ['training and inference', outfile],
    ['inference alone', inference],
  ] as const) {
    const bytes = readFileSync(join(home, path));
    console.log(`esbuild, ${what}: ${bytes.length} bytes, ${gzipSync(bytes).length} gzipped`);
  }
  const page = join(home, 'esbuild');
  mkdirSync(page);
  writeFileSync(join(page, 'app.js'), readFileSync(join(home, outfile)));
  writeFileSync(join(page, 'index.html'), '<!doctype html><script type="module" src="/app.js"></script>');
  if (!browser) context.skip('no Chromium');
  expectSame(await answerInBrowser(page));
});

test(`Vite bundles it, ${inBrowser}: the same answer`, async (context) => {
  await viteBuild({ root: home, logLevel: 'warn', configFile: false, build: { outDir: 'vite' } });
  if (!browser) context.skip('no Chromium');
  expectSame(await answerInBrowser(join(home, 'vite')));
});
