// The charts of a study: lines over a number, bars in groups.

import { axis, font, grid, lines, type Series } from './charts.ts';
import type { Chart, ChartOption } from './draw.ts';
import { count } from './numbers.ts';

/** An axis: its name, what stands behind its numbers (`%`, ` dB`), and how it runs. */
export interface Scale {
  name: string;
  unit?: string;
  /** Logarithmic; every number must be above 0. */
  log?: boolean;
  /** The largest number first. */
  reversed?: boolean;
}

/** One or several lines over a number. */
export interface LinesBlock {
  kind: 'lines';
  title: string;
  x: Scale;
  y: Scale;
  series: readonly Series[];
  note?: string;
}

/** Bars of several series in groups, from top to bottom. */
export interface BarsBlock {
  kind: 'bars';
  title: string;
  unit?: string;
  groups: readonly string[];
  series: readonly { name: string; values: readonly number[] }[];
  note?: string;
}

/** A number as people read it, and its unit: 12,345; 0.5%; 28.61 dB. */
export const withUnit =
  (unit = '') =>
  (value: number): string =>
    `${Math.abs(value) >= 1000 ? count(value) : Number(value.toPrecision(4))}${unit}`;

export function linesChart(id: string, { title, x, y, series }: LinesBlock): Chart {
  const scaled = ({ log = false, reversed = false, unit }: Scale) => ({
    ...axis,
    ...(log ? { type: 'log', logBase: 2 } : { type: 'value' }),
    scale: true,
    inverse: reversed,
    axisLabel: { ...font, hideOverlap: true, formatter: withUnit(unit) },
  });
  const option = (narrow: boolean): ChartOption => ({
    grid: { ...grid(narrow), containLabel: false, left: 64 },
    xAxis: { ...scaled(x), name: x.name, nameGap: 30, splitLine: { show: false }, ...(x.log && logRange(series)) },
    yAxis: scaled(y),
    series: lines(series),
  });
  return { id, title: `${title}${y.name === '' ? '' : `: ${y.name}`}`, option };
}

/** An axis of powers of 2 ends at the data, not at the next power. */
function logRange(series: readonly Series[]): { min: number; max: number } {
  const all = series.flatMap(({ points }) => points.map(([x]) => x));
  return { min: Math.min(...all), max: Math.max(...all) };
}
