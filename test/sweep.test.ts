// The sweep: how jobs are written and read, the table on disk, the summary, and the command itself on generated digits.

import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { identityOf, loadDigits } from '../src/cli/digits.ts';
import { openTable } from '../src/cli/sweep-csv.ts';
import { jobsOf, type SweepResult, standardSweep } from '../src/cli/sweep-job.ts';
import { summarize, summaryTable } from '../src/cli/sweep-summary.ts';
import { espalier, root, writeSmallMnist } from './cli-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'espalier-sweep-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tiny = { network: 'lenet-300-100', schedule: 'oneShot', denseEpochs: 1, tuneEpochs: 1, images: 128 };

describe('jobs', () => {
  test('the standard sweep is that of the issue: 6 criteria × 2 schedules × 5 sparsities, and 3 × 2, for each seed', () => {
    const jobs = jobsOf(standardSweep, [1, 2, 3]);
    const of = (network: string) => jobs.filter((job) => job.network === network);
    expect([of('lenet-300-100').length, of('lenet-5-caffe').length]).toEqual([180, 18]);
    expect(new Set(of('lenet-300-100').map(({ sparsity }) => sparsity))).toEqual(new Set([0.8, 0.9, 0.95, 0.98, 0.99]));
    expect(jobs.find(({ criterion }) => criterion === 'wanda')?.scope).toBe('layerwise');
  });

  test('lists are crossed, doubles left out, those of one dense network stand together', () => {
    const jobs = jobsOf(
      [
        { ...tiny, criterion: ['magnitude', 'random'], sparsity: 0.9 },
        { ...tiny, criterion: 'magnitude', sparsity: [0.9, 0.5], seed: 2 },
      ],
      [1, 2],
    );
    expect(jobs.map(({ criterion, sparsity, seed }) => [criterion, sparsity, seed])).toEqual([
      ['magnitude', 0.9, 1],
      ['random', 0.9, 1],
      ['magnitude', 0.9, 2],
      ['random', 0.9, 2],
      ['magnitude', 0.5, 2],
    ]);
    expect(jobs[0]).toEqual({
      ...tiny,
      criterion: 'magnitude',
      scope: 'global',
      sparsity: 0.9,
      seed: 1,
      batchSize: 64,
    });
  });

  const job = { ...tiny, criterion: 'magnitude', sparsity: 0.9 };
  test.each([
    [{}, 'expected a JSON list'],
    [[], 'expected at least one job, got none'],
    [[1], 'expected an object for each job'],
    [[{ ...job, sparsity: [] }], 'expected at least one job, got none'],
    [[{ ...job, seed: 1e20 }], 'expected seed to be a whole number from 0 to 4294967295, got 100000000000000000000'],
    [[{ ...job, sparsity: 1 }], 'expected sparsity to be a number between 0 and 1, got 1'],
    [[{ ...job, criterion: 'magnitud' }], 'expected criterion to be one of magnitude, '],
    [[{ ...job, epochs: 3 }], "unknown field 'epochs'"],
    [[{ ...job, network: undefined }], 'expected network to be one of lenet-300-100, lenet-5-caffe'],
    [[{ ...job, seed: -1 }], 'expected seed to be a whole number from 0 to 4294967295, got -1'],
  ])('%j is refused', (list, message) => expect(() => jobsOf(list, [1])).toThrow(message));
});

const row = (seed: number, accuracy: number, sparsity = 0.9): SweepResult => ({
  ...jobsOf([{ ...tiny, criterion: 'magnitude', sparsity }], [seed])[0],
  dataset: 'generated digits',
  weights: 1000,
  kept: 100,
  denseAccuracy: 0.95,
  accuracy,
  seconds: 1.5,
});

describe('the table on disk', () => {
  test('gives back what was put in, and a row cut off is cut away', () => {
    const file = join(folder, 'table.csv');
    const rows = [row(1, 0.9), row(2, 0.8)];
    const table = openTable(file);
    for (const each of rows) table.add(each);
    appendFileSync(file, 'lenet-300-100,magn');
    expect(openTable(file).rows).toEqual(rows);
    expect(readFileSync(file, 'utf8').split('\n').length).toBe(4);
  });

  test.each([
    ['another table', 'a,b\n1,2\n', 'its first line differs'],
    ['a torn row', undefined, 'row 1 is not one of this sweep'],
  ])('%s is refused and left alone', (name, text, message) => {
    const file = join(folder, `${name}.csv`);
    if (text === undefined) {
      openTable(file);
      appendFileSync(file, '1,2,3\n');
    } else writeFileSync(file, text);
    const before = readFileSync(file, 'utf8');
    expect(() => openTable(file)).toThrow(message);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});

test('a table in a folder that is not there makes it; in the place of a folder, or inside a file, it is refused', () => {
  const file = join(folder, 'none', 'yet', 'table.csv');
  openTable(file);
  expect(existsSync(file)).toBe(true);
  expect(() => openTable(folder)).toThrow(/^Cannot write to .*: a folder has the name .*--out\.$/);
  expect(() => openTable(join(file, 'table.csv'))).toThrow(
    /^Cannot write to .*: a part of the path is a file.*--out\.$/,
  );
});

describe('the summary', () => {
  const summaries = summarize([row(1, 0.9), row(3, 0.94), row(2, 0.98), row(1, 0.5, 0.99)]);

  test('mean and sample deviation over the seeds', () => {
    expect(summaries.length).toBe(2);
    expect(summaries[0].seeds).toEqual([1, 2, 3]);
    expect(summaries[0].mean).toBeCloseTo(0.94, 12);
    expect(summaries[0].sd).toBeCloseTo(0.04, 12);
    expect(summaries[1]).toMatchObject({ mean: 0.5, sd: 0, sparsity: 0.99 });
  });

  test('as a table', () => {
    expect(summaryTable(summaries)).toMatch(/magnitude, global, oneShot +94\.00% ± 4\.00 +50\.00% \(1 of 3 seeds\)\n/);
  });
});

describe('the command', () => {
  const jobs = join(folder, 'jobs.json');
  writeFileSync(jobs, JSON.stringify([{ ...tiny, criterion: 'magnitude', sparsity: 0.9 }]));
  const table = join(folder, 'sweep.csv');
  const sweep = (...more: string[]) => ['sweep', '--jobs', jobs, '--seeds', '1,2', '--out', table, ...more];

  test('does all jobs, none of them twice, and the same whoever does them', async () => {
    const first = await espalier(sweep('--json', '--workers', '2'));
    expect(first.code, first.error).toBe(0);
    const { rows, summary } = JSON.parse(first.out) as { rows: SweepResult[]; summary: unknown[] };
    expect(rows.length).toBe(2);
    expect(summary.length).toBe(1);
    for (const { weights, kept, accuracy } of rows) {
      expect([weights, kept]).toEqual([266_200, 26_620]);
      expect(accuracy).toBeGreaterThan(0.1);
    }
    expect(first.error).toContain('Sweep: 2 of 2: lenet-300-100, ');

    const lines = readFileSync(table, 'utf8').split('\n');
    writeFileSync(table, [...lines.slice(0, 2), ''].join('\n'));
    const second = await espalier(sweep('--json', '--workers', '1'));
    expect(second.error).toContain('1 of 2 jobs were done before');
    expect(second.error).toContain('1 rows added');
    const timeless = (list: SweepResult[]) => list.map((each) => JSON.stringify({ ...each, seconds: 0 })).sort();
    expect(timeless(JSON.parse(second.out).rows)).toEqual(timeless(rows));

    const third = await espalier(sweep());
    expect([third.code, third.error]).toEqual([0, '']);
    expect(third.out).toMatch(/lenet-300-100 on generated digits [\da-f]{12} \(128 images\), 1 \+ 1 epochs/);
  });

  test('a worker: a line in, a line out', async () => {
    const { code, out } = await espalier(['sweep-worker'], { input: '{"network":"lenet"}\nnothing\n' });
    expect(code).toBe(0);
    const [wrong, garbled] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(wrong.error).toMatch(/expected network to be one of/);
    expect(garbled.error).toMatch(/JSON/);
  });

  test('Ctrl-C: 130, and the rows done stay', async () => {
    const out = join(folder, 'interrupted.csv');
    let pressed = false;
    const { code, error } = await espalier(['sweep', '--jobs', jobs, '--out', out, '--workers', '1'], {
      onError: (text, interrupt) => {
        if (!pressed && text.includes('1 of 3')) interrupt();
        pressed ||= text.includes('1 of 3');
      },
    });
    expect(code).toBe(130);
    expect(error).toContain('the same command goes on from there');
    expect(openTable(out).rows.length).toBe(1);
  });

  test('rows of other images are no results: a folder with less of MNIST, and a table that does not say', async () => {
    const all = join(folder, 'all.json');
    writeFileSync(all, JSON.stringify([{ ...tiny, images: 0, criterion: 'magnitude', sparsity: 0.9 }]));
    const out = join(folder, 'data.csv');
    openTable(out).add({ ...row(1, 0.9), images: 0, dataset: 'MNIST' });
    const on = async (counts: { train: number; test: number }) => {
      const data = join(folder, `mnist-${counts.train}`);
      if (!existsSync(data)) writeSmallMnist(data, counts);
      const ended = await espalier(['sweep', '--jobs', all, '--seeds', '1', '--out', out, '--data', data, '--json']);
      expect(ended.code, ended.error).toBe(0);
      return { error: ended.error, rows: (JSON.parse(ended.out) as { rows: SweepResult[] }).rows };
    };
    const small = await on({ train: 60, test: 20 });
    expect(small.rows.map(({ images }) => images)).toEqual([55]);
    expect(small.error).toMatch(
      /^Sweep: rows of other data in .*: 1 \(MNIST\); they stay there, .* MNIST [\da-f]{12}\n/,
    );
    const large = await on({ train: 120, test: 20 });
    expect(large.rows.map(({ images }) => images)).toEqual([110]);
    expect(large.rows[0].dataset).toMatch(/^MNIST [\da-f]{12}$/);
    expect(large.rows[0].dataset).not.toBe(small.rows[0].dataset);
    expect((await on({ train: 60, test: 20 })).rows).toEqual(small.rows);
    expect(openTable(out).rows.length).toBe(3);
  });

  test.skipIf(!process.env.ESPALIER_DATA)(
    'the rows of bench/mnist-sweep.csv are of MNIST as it was published',
    async () => {
      const digits = await loadDigits(join(process.env.ESPALIER_DATA as string, 'mnist'));
      const { rows } = openTable(join(root, 'bench/mnist-sweep.csv'));
      expect(new Set(rows.map(({ dataset, images }) => `${dataset}, ${images}`))).toEqual(
        new Set([`${identityOf(digits)}, ${digits.train.count}`]),
      );
    },
  );

  test('a data folder without data: one line and 1, no table', async () => {
    const out = join(folder, 'failed.csv');
    const { code, error } = await espalier(['sweep', '--jobs', jobs, '--seeds', '1', '--out', out, '--data', folder]);
    expect(code).toBe(1);
    expect(error).toMatch(/^espalier: .* has no train-images-idx3-ubyte.*\n$/);
    expect(existsSync(out)).toBe(false);
  });

  test('more images than there are: one line and 2, no table', async () => {
    const many = join(folder, 'many.json');
    writeFileSync(many, JSON.stringify([{ ...tiny, images: 10_001, criterion: 'magnitude', sparsity: 0.9 }]));
    const out = join(folder, 'many.csv');
    const { code, error } = await espalier(['sweep', '--jobs', many, '--out', out]);
    expect(code).toBe(2);
    expect(error).toBe('espalier: Jobs: expected images to be at most the 10000 training images, got 10001.\n');
    expect(existsSync(out)).toBe(false);
  });

  test.each([
    [['--jobs', join(folder, 'none.json')], 'expected .*none.json to be a file of JSON'],
    [['--seeds', '1,x'], 'Expected whole numbers from 0, with commas between'],
    [['--workers', '0'], 'Expected a whole number from 1'],
  ])('%j: one line and 2', async (args, message) => {
    const out = join(folder, 'untouched.csv');
    const { code, error } = await espalier(['sweep', '--out', out, ...args]);
    expect(code).toBe(2);
    expect(error).toMatch(new RegExp(`^espalier: .*${message}.*\n$`));
    expect(existsSync(out)).toBe(false);
  });
});
