// The bench's command line: what it reads, what it refuses before anything is measured, and the files it writes.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { optionsOf } from '../bench/options.ts';
import { saveAll } from '../bench/writable.ts';
import { smallMatrix } from './bench-fixture.ts';
import { root } from './cli-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'espalier-bench-'));
afterAll(() => rmSync(folder, { recursive: true }));
const matrixFile = smallMatrix(folder);

/** 200 million rows. */
const hugeFile = join(folder, 'huge.mtx');
writeFileSync(hugeFile, '%%MatrixMarket matrix coordinate real general\n200000000 5 1\n1 1 1\n');

describe('the command line', () => {
  test('is read', () => {
    expect(optionsOf([])).toMatchObject({ filter: '', quick: false, help: false });
    const options = optionsOf(['--shape', '3, 5,7', '--sparsity', '0.5,0', '--filter', 'spmm x', '--quick']);
    expect(options).toMatchObject({ shape: { m: 3, k: 5, n: 7 }, sparsities: [0.5, 0], filter: 'spmm x', quick: true });
    expect(optionsOf(['--matrix', matrixFile, '--shape', '5,3,9'])).toMatchObject({
      matrix: { file: matrixFile, entries: { rows: 5, columns: 3 } },
      shape: { n: 9 },
    });
  });

  test.each([
    [['--shape', '3,4'], /--shape: expected three positive whole numbers/],
    [['--shape', '3,4,0'], /--shape: expected three positive/],
    [['--shape', '3,4,1e3'], /--shape: expected three positive/],
    [['--shape', '100000,100000,1'], /--shape: expected matrices of at most/],
    [['--sparsity', '1'], /--sparsity: expected fractions/],
    [['--sparsity', '0.5,'], /--sparsity: expected fractions/],
    [['--sparsity', '-0.1'], /sparsity/],
    [['--unknown'], /Unknown option '--unknown'/],
    [['stray'], /Unexpected argument 'stray'/],
    [['--filter'], /--filter/],
    [['--matrix', join(folder, 'none.mtx')], /--matrix: cannot read/],
    [['--matrix', matrixFile, '--sparsity', '0.5'], /--sparsity does not go with --matrix/],
    [['--matrix', matrixFile, '--shape', '6,3,9'], /is 5 × 3, got 6 × 3/],
    [['--json', join(folder, 'none', 'x.json')], /--json: there is no folder/],
    [['--html', folder], /--html: expected a file/],
    [['--json', '/dev/null'], /--json: expected a file, \/dev\/null is a link, device or pipe/],
    [['--json', '/dev/stdout'], /--json: expected a file, \/dev\/stdout is a link, device or pipe/],
    [['--html', ''], /--html: expected a file, got nothing/],
    [['--json', join(matrixFile, 'x.json')], /--json: cannot write to .* \(ENOTDIR\)/],
    [['--json', join(folder, 'x'), '--html', `${folder}/./x`], /--html: expected another file than --json's/],
    [
      ['--matrix', hugeFile],
      /--matrix: expected X and Y of at most 268435456 numbers, .* is 200000000 × 5 and X has 64/,
    ],
  ])('%j is refused in one line', (args, message) => {
    let error: Error | undefined;
    try {
      optionsOf(args);
    } catch (thrown) {
      error = thrown as Error;
    }
    expect(error?.constructor.name).toBe('UsageError');
    expect(error?.message).toMatch(message);
    expect(error?.message).not.toContain('\n');
  });
});

test.each([
  [['--help'], 0, /^node .*bench\/choice\.ts \[options\]\n(.|\n)*--calibrate/, /^$/],
  [['--hep'], 2, /^$/, /^choice: Unknown option '--hep'; --help lists the options\.\n$/],
])('choice %j', (args, code, out, error) => {
  const child = spawnSync(process.execPath, ['--import', 'tsx', 'bench/choice.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(child.status).toBe(code);
  expect(child.stdout).toMatch(out);
  expect(child.stderr).toMatch(error);
});

test('a file that could be written is not there before it is, nor changed', () => {
  const file = join(folder, 'not-yet.json');
  optionsOf(['--json', file, '--html', matrixFile]);
  expect(existsSync(file)).toBe(false);
  expect(readFileSync(matrixFile, 'utf8')).toContain('MatrixMarket');
});

test('of two files one cannot be written: the other is, and the error names the one', async () => {
  const [taken, free] = [join(folder, 'taken'), join(folder, 'free')];
  mkdirSync(taken);
  await expect(
    saveAll([
      [taken, 'a'],
      [free, 'b'],
    ]),
  ).rejects.toThrow(`Cannot write ${taken}: it is a folder.`);
  expect(readFileSync(free, 'utf8')).toBe('b');
  expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
});
