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
}

export function barsChart({ id, title, groups, series, show }: Bars): Chart {
  const formatter = (value: number) => show(value);
  const option = (narrow: boolean): ChartOption => ({
    grid: { left: narrow ? 104 : 144, right: narrow ? 64 : 80, top: 8, bottom: 28 },
    xAxis: { ...axis, type: 'value', min: 0, splitNumber: narrow ? 2 : 4, axisLabel: { ...font, formatter } },
    yAxis: {
      ...axis,
      type: 'category',
      inverse: true,
      data: [...groups],
      axisTick: { show: false },
      axisLabel: { ...font, color: 'var(--ink)', width: narrow ? 98 : 138, overflow: 'truncate' },
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
