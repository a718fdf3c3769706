// Bars in groups, from top to bottom.

import { axis, font, seriesColor } from './charts.ts';
import type { Chart, ChartOption } from './draw.ts';

/** What a chart of bars shows. */
export interface Bars {
  id: string;
  title: string;
  groups: readonly string[];
  /** A value for each group. */
  series: readonly { name: string; values: readonly number[] }[];
  show(value: number): string;
  /** Where the axis ends; default: beyond the largest value. */
  max?: number;
}

const longest = (texts: readonly string[]): number => Math.max(0, ...texts.map(({ length }) => length));

/** Room for names before the bars and for numbers behind them, in the widths of their letters; very long names are cut short. */
function margins({ groups, series, show }: Bars, narrow: boolean) {
  const left = Math.min(narrow ? 160 : 240, Math.max(narrow ? 104 : 144, 16 + Math.ceil(7.2 * longest(groups))));
  const numbers = series.flatMap(({ values }) => values.map(show));
  return { left, right: Math.max(narrow ? 64 : 80, 12 + Math.ceil(6.6 * longest(numbers))) };
}

export function barsChart(bars: Bars): Chart {
  const { id, title, groups, series, show, max } = bars;
  const formatter = (value: number) => show(value);
  const ends = (narrow: boolean) => (max === undefined ? {} : { max, interval: max / (narrow ? 2 : 4) });
  const option = (narrow: boolean): ChartOption => ({
    grid: { ...margins(bars, narrow), top: 8, bottom: 28 },
    xAxis: {
      ...axis,
      type: 'value',
      min: 0,
      ...ends(narrow),
      splitNumber: narrow ? 2 : 4,
      axisLabel: { ...font, formatter },
    },
    yAxis: {
      ...axis,
      type: 'category',
      inverse: true,
      data: [...groups],
      axisTick: { show: false },
      axisLabel: { ...font, color: 'var(--ink)', width: margins(bars, narrow).left - 26, overflow: 'truncate' },
    },
    series: series.map(({ name, values }, i) => ({
      type: 'bar',
      name,
      silent: true,
      barGap: '8%',
      barCategoryGap: '30%',
      itemStyle: { color: seriesColor(i), borderRadius: [0, 2, 2, 0] },
      label: {
        show: true,
        position: 'right',
        ...font,
        fontSize: 10.5,
        formatter: ({ value }: { value: number }) => show(value),
      },
      data: [...values],
    })),
  });
  return { id, title, option };
}
