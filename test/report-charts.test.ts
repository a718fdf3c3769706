// The numbers that the charts are drawn from, and that the drawings show them where they belong.

import { describe, expect, test } from 'vitest';
import {
  curveChart,
  curveSeries,
  densityChart,
  densitySeries,
  historyChart,
  historySeries,
  latencyChart,
} from '../src/report/charts.ts';
import { type Chart, drawChart } from '../src/report/draw.ts';
import {
  count,
  duration,
  kilobytes,
  milliseconds,
  percent,
  points,
  significant,
  times,
} from '../src/report/numbers.ts';
import { fixture } from './report-fixture.ts';

describe('series', () => {
  test('the curve: percent kept against percent right, by what is kept', () => {
    const [dense, l1, random] = curveSeries(fixture.curve);
    expect([dense.name, l1.name, random.name]).toEqual(['dense, then pruned', 'l1, then pruned', 'random']);
    const rounded = random.points.map(([x, y]) => [Number(x.toFixed(6)), Number(y.toFixed(6))]);
    expect(rounded).toEqual([
      [1, 10],
      [2, 12],
      [5, 20],
      [10, 42],
      [20, 80],
      [50, 94],
      [100, 99.15],
    ]);
  });

  test('density: kept of all, layer by layer', () => {
    // 0.6·288 = 172.8 → 173; 0.25·18,432 = 4,608; 0.07·102,400 = 7,168; 0.5·640 = 320.
    expect(densitySeries(fixture.variants[2])).toEqual([17300 / 288, 25, 7, 50]);
  });

  test('history: a line for each network, from its first epoch', () => {
    const series = historySeries(fixture.history, ({ loss }) => loss);
    expect(series.map(({ name }) => name)).toEqual(['dense', 'l1', 'pruned', 'sparsified+pruned']);
    expect(series[0].points).toEqual([0.3, 0.15, 0.3 / 3, 0.075, 0.06, 0.3 / 6].map((loss, i) => [i + 1, loss]));
    expect(series[3].points.map(([epoch]) => epoch)).toEqual([7, 8, 9]);
  });
});

/** Lines and marks of a drawing: `d` of paths with that colour. */
const paths = (svg: string, color: string): string[] =>
  [...svg.matchAll(/<path [^>]*>/g)].map(([tag]) => tag).filter((tag) => tag.includes(`"var(--${color})"`));

describe('drawings', () => {
  const wide = (chart: Chart) => drawChart(chart).text.split('<svg ')[1];

  test('each chart is drawn twice, without styles, scripts or numbers of the process', () => {
    for (const chart of [
      curveChart(fixture),
      densityChart(fixture),
      latencyChart(fixture, 1),
      latencyChart(fixture, 64),
      historyChart(fixture, 'loss'),
      historyChart(fixture, 'accuracy'),
    ]) {
      const { text } = drawChart(chart);
      expect(text.match(/<svg class="chart (wide|narrow)"/g)?.length).toBe(2);
      expect(text).not.toMatch(/<style|<script|zr\d|ecmeta|http/);
      expect(text).toContain(`>${chart.title}</title>`);
      expect(drawChart(chart).text).toBe(text);
    }
  });

  test('bars of time are as long as their medians', () => {
    const svg = wide(latencyChart(fixture, 64));
    const lengths = [0, 1, 2, 3].map((i) => {
      const [bar] = paths(svg, `series-${i}`);
      const xs = [...bar.matchAll(/[ML](-?[\d.]+) /g)].map(([, x]) => Number(x));
      const width = /l(-?[\d.]+) 0/.exec(bar);
      return width ? Math.abs(Number(width[1])) : Math.max(...xs) - Math.min(...xs);
    });
    const medians = fixture.variants.map(({ msBatch64 }) => msBatch64.median);
    for (const i of [1, 2, 3]) expect(lengths[i] / lengths[0]).toBeCloseTo(medians[i] / medians[0], 1);
    expect(svg).toContain('>20.0 ms<');
    expect(svg).toContain('>8.00 ms, 2.50×<');
  });

  test('a grouped bar stands for each layer of each network', () => {
    const svg = wide(densityChart(fixture));
    for (const i of [0, 1, 2, 3]) expect(paths(svg, `series-${i}`).length).toBe(4);
    for (const { name } of fixture.variants[0].layers) expect(svg).toContain(`>${name}<`);
  });

  test('the curve names sparsities where networks were measured', () => {
    const svg = wide(curveChart(fixture));
    for (const label of ['0%', '50%', '80%', '90%', '95%', '98%', '99%']) expect(svg).toContain(`>${label}<`);
  });
});

test('numbers for people', () => {
  expect(count(121760)).toBe('121,760');
  expect(count(999)).toBe('999');
  expect(percent(0.99123, 2)).toBe('99.12%');
  expect([points(-0.0021), points(0.0021), points(0.00001), points(-0.00001)]).toEqual([
    '−0.21',
    '+0.21',
    '±0.00',
    '±0.00',
  ]);
  expect([0.045678, 0.3, 12.34, 999.4, 4567].map(significant)).toEqual(['0.0457', '0.300', '12.3', '999', '4,567']);
  expect([kilobytes(512), kilobytes(6280), kilobytes(487_424)]).toEqual(['512 B', '6.3 kB', '487 kB']);
  expect([milliseconds(0.031), times(3.456)]).toEqual(['0.0310 ms', '3.46×']);
  expect([duration(95.4), duration(130)]).toEqual(['95 s', '2 min 10 s']);
});
