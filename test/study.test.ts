// A study's page: what it is told stands on it, escaped; numbers of charts can be read; the example's command line behaves.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode } from 'fast-png';
import { afterAll, describe, expect, test } from 'vitest';
import { barsChart } from '../src/report/bars.ts';
import { drawChart } from '../src/report/draw.ts';
import { renderStudy, type Study } from '../src/report/index.ts';

const image = { width: 3, height: 2, channels: 1 as const, data: Uint8Array.of(0, 50, 100, 150, 200, 255) };
const study: Study = {
  title: 'Noise & <edges>',
  summary: 'What "sparsity" costs.',
  figures: [{ value: '2.5×', name: 'as fast', note: 'of dense' }],
  sections: [
    {
      title: 'Curves',
      intro: 'Two of them.',
      blocks: [
        {
          kind: 'lines',
          title: 'Rate',
          x: { name: 'bits per pixel', log: true },
          y: { name: 'PSNR', unit: ' dB' },
          series: [{ name: 'ours <1>', points: [[0.25, 28.125], [0.5, 31]] }], // biome-ignore format: two points
        },
        {
          kind: 'bars',
          title: 'Time',
          unit: ' ms',
          groups: ['dense', 'pruned'],
          series: [{ name: 'one', values: [4, 1.5] }],
        },
        { kind: 'pictures', title: 'Before & after', pictures: [{ image, caption: 'noisy', note: '20 dB' }] },
        { kind: 'text', title: 'Said', text: 'line <one>\nline two' },
        {
          kind: 'table',
          title: 'Sizes',
          columns: [{ name: 'net' }, { name: 'bytes', figures: true }],
          rows: [['a&b', ['10', 'of 20']]],
        },
      ],
    },
  ],
  facts: [['Command', 'npx tsx "x" <y>']],
  date: '2026-01-02T03:04:05.000Z',
};
const page = renderStudy(study);

test('bars: names and numbers have their room on either page', () => {
  const groups = ['dense', 'sparsified+pruned'];
  const bars = { id: 'b', title: 'Time', groups, series: [{ name: '', values: [12, 0.002345] }] };
  const drawing = drawChart(barsChart({ ...bars, show: (value) => `${value} ms` })).text;
  expect(drawing.match(/>sparsified\+pruned</g)).toHaveLength(2);
  const { grid } = barsChart({ ...bars, show: (value) => `${value} ms` }).option(true) as {
    grid: { left: number; right: number };
  };
  // Letters of 12 pixels are 7 wide on average, those of 10.5 are 6.
  expect(grid.left).toBeGreaterThan(7 * 'sparsified+pruned'.length + 8);
  expect(grid.right).toBeGreaterThan(6 * '0.002345 ms'.length + 5);
});

describe('the page', () => {
  test('escapes what it is told and runs nothing', () => {
    expect(page).toContain('Noise &amp; &lt;edges&gt;');
    expect(page).toContain('npx tsx &quot;x&quot; &lt;y&gt;');
    expect(page).toContain('<pre>line &lt;one&gt;\nline two</pre>');
    expect(page).not.toMatch(/<script|<edges>|<one>|<1>|https?:/);
  });

  test('holds the numbers of its charts in tables', () => {
    expect(page).toMatch(/0\.25<.*28\.13 dB/s);
    expect(page).toMatch(/pruned<.*1\.5 ms/s);
  });

  test('shows an image with the pixels it was given', () => {
    const [, encoded] = /data:image\/png;base64,([^"]+)"/.exec(page) as RegExpExecArray;
    const { width, height, data } = decode(Buffer.from(encoded, 'base64'));
    expect([width, height, ...data]).toEqual([3, 2, ...image.data]);
    const broken = { ...image, data: image.data.subarray(1) };
    const blocks = [{ kind: 'pictures' as const, title: '', pictures: [{ image: broken, caption: '' }] }];
    expect(() => renderStudy({ ...study, sections: [{ title: '', blocks }] })).toThrow('has 6 numbers, got 5');
  });

  test('is the same for the same data', () => expect(renderStudy(study)).toBe(page));
});

describe('an example', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'espalier-study-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const script = join(folder, 'small.mts');
  writeFileSync(
    script,
    `import { example, whole } from ${JSON.stringify(join(root, 'examples/scaffold.ts'))};
await example({
  name: 'small', title: 'Small', about: 'A small one.', dataHelp: 'nothing',
  options: (command) => command.option('--epochs <number>', 'epochs', whole(1, 9), 2),
  async run({ epochs, seed }, { progress }) {
    progress.phase('Count', 1);
    progress.done('counted');
    if (epochs === 9) throw new Error('nine is too many');
    return {
      data: 'none', note: 'Counted: all.', summary: 'So it is.', sections: [],
      variants: [{ name: 'dense', testAccuracy: epochs / 10 }],
      columns: [{ key: 'testAccuracy', name: 'accuracy', show: (v) => v.toFixed(2) + '!' }],
      more: { twice: 2 * seed },
    };
  },
});
`,
  );
  const run = (...options: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', script, '--out', join(folder, 'out'), ...options], { cwd: root });

  test('prints a table, or JSON alone, and writes the page with its command', () => {
    const table = String(execFileSync(process.execPath, ['--import', 'tsx', script, '--out', join(folder, 'out'), '--seed', '7'], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })); // biome-ignore format: one call
    expect(table).toMatch(/dense +0\.20!/);
    expect(readFileSync(join(folder, 'out/report.html'), 'utf8')).toContain('npx tsx examples/small.ts --seed 7<');
    const found = JSON.parse(String(run('--json', '--epochs', '3').stdout));
    expect(found).toMatchObject({
      example: 'small',
      seed: 1,
      twice: 2,
      variants: [{ name: 'dense', testAccuracy: 0.3 }],
    });
  });

  test('ends with 2 on a wrong option and 1 on a failure, in one line, nothing written', () => {
    rmSync(join(folder, 'out'), { recursive: true });
    const wrong = run('--epochs', '10');
    expect([wrong.status, String(wrong.stdout)]).toEqual([2, '']);
    expect(String(wrong.stderr)).toMatch(/^small: .*whole number from 1 to 9\.\n$/);
    const failed = run('--epochs', '9');
    expect(failed.status).toBe(1);
    expect(String(failed.stderr)).toMatch(/\nsmall: nine is too many\n$/);
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });
});
