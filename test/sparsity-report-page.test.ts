// The page on where the zeros are: pictures pixel by pixel, charts by what they were told to draw, and the command.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode } from 'fast-png';
import { afterAll, describe, expect, test } from 'vitest';
import { conv2d, dense, flatten } from '../src/layers/index.ts';
import { prune, type SensitivityReport, sparsityReport } from '../src/pruning/index.ts';
import { barsChart } from '../src/report/bars.ts';
import { drawChart } from '../src/report/draw.ts';
import { maskPicture, maskPictures, renderSparsity } from '../src/report/index.ts';
import { barsOf, sensitivityChart, sensitivitySeries } from '../src/report/sparsity-charts.ts';
import { sequential } from '../src/training/index.ts';
import { parameterOf } from './pruning-fixture.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'espalier-sparsity-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const network = sequential(
  [
    conv2d({ filters: 2, kernelSize: [1, 3], name: 'conv', inputShape: [3, 4, 2] }),
    flatten(),
    dense({ units: 10, name: 'a <b>' }),
  ],
  { name: 'small & few' },
);
// Keras [1, 3, 2, 2]; storage [filter][channel][1][3].
parameterOf(network, 'conv').write({ data: [1, 0, 0, 5, 2, 0, 0, 6, 3, 0, 0, 7] });
prune(network, { amount: { 'a <b>': 0.75 } });

const pixels = (uri: string) => decode(Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64'));

describe('pictures of masks', () => {
  test('a row for each output, dark where a weight is kept', () => {
    const picture = maskPicture('conv/kernel', parameterOf(network, 'conv'));
    const { width, height, data } = pixels(picture.uri);
    expect([width, height]).toEqual([6, 2]);
    // Filter 0 keeps the taps of channel 0, filter 1 those of channel 1.
    expect([...data]).toEqual([0, 0, 0, 255, 255, 255, 255, 255, 255, 0, 0, 0]);
    expect(picture).toMatchObject({ rows: 2, columns: 6, width: 48, height: 16 });
    expect(picture.alt).toBe('The 2 × 6 weights of conv/kernel: 6 of 12 are zero.');
  });

  test('a large kernel is drawn smaller, each pixel as dark as its weights are many', () => {
    const wide = sequential([dense({ units: 2, name: 'd', inputShape: [2048] })]);
    parameterOf(wide, 'd').write({
      data: Float32Array.from({ length: 4096 }, (_, at) => ([0, 3].includes(at % 8) ? 1 : 0)),
    });
    const { width, height, data } = pixels(maskPictures(wide)[0].uri);
    expect([width, height]).toEqual([1024, 2]);
    // Inputs 0, 4, 8, … of unit 0 and 1, 5, 9, … of unit 1: every other pixel is half dark.
    expect(new Set(data.filter((_, i) => i % 2 === 0))).toEqual(new Set([127]));
    expect(new Set(data.filter((_, i) => i % 2 === 1))).toEqual(new Set([255]));
  });
});

const found: SensitivityReport = {
  network: 'small & few',
  metric: 'accuracy',
  baseline: 0.9,
  layers: [
    {
      layer: 'conv',
      points: [
        { amount: 0.5, sparsity: 0.5, value: 0.85 },
        { amount: 0.9, sparsity: 0.875, value: 0.25 },
      ],
    },
  ],
};

describe('charts', () => {
  test('a bar and its number for each kernel', () => {
    const report = sparsityReport(network);
    const [density, macs, bytes] = barsOf(report);
    expect(density.series[0].values).toEqual([50, 25]);
    expect(macs.series.map(({ values }) => values)).toEqual([
      [12 * 6, 120],
      [6 * 6, 30],
    ]);
    expect(bytes.series[0].values).toEqual([48, 480]);
    const svg = drawChart(barsChart(macs)).text;
    for (const label of ['conv', 'a &lt;b&gt;', '72', '36', '120', '30']) expect(svg).toContain(`>${label}</text>`);
  });

  test('a kernel that is nearly dense reads as the table does, and the axis ends at 100%', () => {
    const report = sparsityReport(network);
    const layers = report.layers.map((layer, i) => ({ ...layer, density: i ? 1 : 0.9991 }));
    const drawing = drawChart(barsChart(barsOf({ ...report, layers })[0])).text;
    expect(drawing).toContain('>99.9%</text>');
    expect(drawing.match(/>100%<\/text>/g)).toHaveLength(4);
    expect(drawing).not.toMatch(/>1[1-9]\d%/);
  });

  test('sensitivity: from the baseline on, against what was reached', () => {
    expect(sensitivitySeries(found)[0].points).toEqual([
      [0, 90],
      [50, 85],
      [87.5, 25],
    ]);
    expect(sensitivitySeries({ ...found, metric: 'loss' })[0].points[2]).toEqual([87.5, 0.25]);
    expect(drawChart(sensitivityChart(found)).text).toContain('Accuracy when one layer is pruned');
  });
});

test('the page: one document without script, what comes from data escaped', () => {
  const view = { report: sparsityReport(network), masks: maskPictures(network), sensitivity: found };
  const page = renderSparsity(view);
  expect(page).not.toMatch(/<script|src="http|href="http/);
  expect(page).toContain('<title>small &amp; few: where the zeros are</title>');
  expect(page).not.toContain('a <b>');
  expect(page.match(/<img /g)?.length).toBe(2);
  expect(page).toContain('36 of 132 kernel weights are kept (27.3%)');
  expect(renderSparsity(JSON.parse(JSON.stringify(view)))).toBe(page);
});

test('the command prints figures, and writes the page; where it cannot, it says so before the work', async () => {
  const file = join(folder, 'small.espalier');
  await network.save(file);
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'src/cli/index.ts', 'sparsity', file, ...args], {
      cwd: root,
      encoding: 'utf8',
    });
  const out = join(folder, 'new', 'page.html');
  const { status, stdout, stderr } = run('--json', '--out', out);
  expect(status, stderr).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ report: sparsityReport(network) });
  expect(readFileSync(out, 'utf8')).toBe(
    renderSparsity({ report: sparsityReport(network), masks: maskPictures(network) }),
  );
  const refused = run('--out', join(file, 'page.html'));
  expect([refused.status, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toMatch(/^espalier: Cannot write to .*small\.espalier: .*--out\.\n$/);
});
