// Commands that are ended from outside: readers that go away, a full disk, signals.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { dense, flatten, sequential } from '../src/index.ts';
import { root, writeSmallMnist } from './cli-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'espalier-endings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const command = (script: string, args: readonly string[]) => ['--import', 'tsx', script, ...args];

interface Streams {
  /** Nobody reads it from the start. */
  readonly closed?: 'stdout' | 'stderr';
  /** Sent when standard error has grown. */
  readonly signal?: NodeJS.Signals;
}

/** Runs a script to its end. */
function ended(script: string, args: readonly string[], { closed, signal }: Streams) {
  const child = spawn(process.execPath, command(script, args), { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let error = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    if (error === '' && signal) child.kill(signal);
    error += chunk;
  });
  if (closed) child[closed].destroy();
  return new Promise<{ code: number | null; out: string; error: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, out, error })),
  );
}

const data = join(folder, 'mnist');
writeSmallMnist(data, { train: 120, test: 20 });

test('progress that nobody reads costs no results', { timeout: 120_000 }, async () => {
  const jobs = join(folder, 'jobs.json');
  const job = { network: 'lenet-300-100', criterion: 'magnitude', schedule: 'oneShot', sparsity: 0.9 };
  writeFileSync(jobs, JSON.stringify([{ ...job, denseEpochs: 1, tuneEpochs: 1 }]));
  const args = ['sweep', '--data', data, '--jobs', jobs, '--seeds', '1,2', '--workers', '1', '--json'];
  const table = join(folder, 'sweep.csv');
  const { code, out } = await ended('src/cli/index.ts', [...args, '--out', table], { closed: 'stderr' });
  expect(code).toBe(0);
  expect(JSON.parse(out).rows.length).toBe(2);
});

test.each([
  ['bench/index.ts', ['--quick', '--filter', 'topk']],
  ['bench/index.ts', ['--help']],
  ['examples/sparse-product.ts', ['--size', '8', '--columns', '4']],
])('%s %j: a reader that has read enough ends it without a word', { timeout: 120_000 }, async (script, args) => {
  expect(await ended(script, args, { closed: 'stdout' })).toEqual({ code: 141, out: '', error: '' });
});

test.skipIf(!existsSync('/dev/full')).each([
  ['espalier', 'src/cli/index.ts'],
  ['bench', 'bench/index.ts'],
])('%s: results that find no space are missed in one line', (who, script) => {
  const { status, stderr } = spawnSync(process.execPath, command(script, ['--help']), {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
  });
  expect([status, stderr]).toEqual([1, `${who}: Cannot write to standard output: no space is left.\n`]);
});

describe('a signal removes what is half written', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s: %i', { timeout: 120_000 }, async (signal, expected) => {
    const out = join(folder, signal);
    mkdirSync(out);
    const args = ['demo', '--data', data, '--epochs', '1000', '--out', out];
    expect((await ended('src/cli/index.ts', args, { signal })).code).toBe(expected);
    expect(readdirSync(out)).toEqual([]);
  });
});

describe('Ctrl-C in the moment a line is written', () => {
  /** The script gets it from itself: nothing is left to chance. */
  function interruptedAt(line: RegExp, script: string, args: readonly string[]) {
    const preload = `for (const stream of [process.stdout, process.stderr]) {
      const write = stream.write.bind(stream);
      stream.write = (text) => {
        if (${line}.test(text)) process.kill(process.pid, 'SIGINT');
        return write(text);
      };
    }`;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(preload)}`, ...command(script, args)],
      { cwd: root, encoding: 'utf8' },
    );
    return { status, stdout, last: stderr.trimEnd().split('\n').at(-1) };
  }
  const model = join(folder, 'model.espalier');
  const page = join(folder, 'pages', 'page.html');

  test.each<[who: string, line: RegExp, script: string, args: string[], out: string]>([
    ['espalier', /Time batch 64: .* in turn/, 'src/cli/index.ts', ['demo', '--data', data, '--epochs', '1'], 'demo'],
    ['streaming', /Train 90% pruned: 1 epochs/, 'examples/streaming.ts', ['--epochs', '1'], 'streaming'],
  ])('%s %s: the last of the work is done for nothing', { timeout: 600_000 }, (who, line, script, args, name) => {
    const out = join(folder, name);
    const last = `${who}: interrupted, nothing was written`;
    expect(interruptedAt(line, script, [...args, '--out', out])).toEqual({ status: 130, stdout: '', last });
    expect(existsSync(out)).toBe(false);
  });

  test('sparsity: before its results, nothing; amid them, all', { timeout: 120_000 }, async () => {
    await sequential([flatten({ inputShape: [28, 28, 1] }), dense({ units: 10, activation: 'softmax' })]).save(model);
    const args = ['sparsity', model, '--sensitivity', '--data', data, '--out', page];
    const last = 'espalier: interrupted, nothing was written';
    const before = interruptedAt(/each layer pruned alone/, 'src/cli/index.ts', args);
    expect(before).toEqual({ status: 130, stdout: '', last });
    expect(existsSync(join(folder, 'pages'))).toBe(false);
    const amid = interruptedAt(/kernel/, 'src/cli/index.ts', ['sparsity', model, '--out', page]);
    expect(amid).toMatchObject({ status: 0, last: `Wrote ${page}` });
    expect(readdirSync(join(folder, 'pages'))).toEqual(['page.html']);
  });
});
