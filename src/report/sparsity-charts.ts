// The charts of a sparsity report and of a sensitivity analysis.

import type { SensitivityReport, SparsityReport } from '../pruning/index.ts';
import { axis, font, grid, lines, type Series, seriesColor } from './charts.ts';
import type { Chart, ChartOption } from './draw.ts';
import { count, significant } from './numbers.ts';

/** Bars side by side for each kernel. */
export interface Bars {
  id: string;
  title: string;
  /** Names and values of the series, a value for each kernel. */
  series: readonly { name: string; values: readonly number[] }[];
  show(value: number): string;
}

const thousands = (value: number): string => (value < 1e6 ? count(value) : `${significant(value / 1e6)} M`);

/** Weights, multiply-accumulates and bytes, all and kept. */
export function barsOf({ layers }: SparsityReport): Bars[] {
  const values = (field: 'weights' | 'kept' | 'macs' | 'keptMacs' | 'bytes' | 'savedBytes') =>
    layers.map((layer) => layer[field]);
  return [
    {
      id: 'kernel-density',
      title: 'Share of weights kept in each kernel',
      series: [{ name: 'kept', values: layers.map(({ density }) => 100 * density) }],
      show: (value) => `${value < 9.95 ? Number(value.toFixed(1)) : value.toFixed(0)}%`,
    },
    {
      id: 'kernel-macs',
      title: 'Multiply-accumulates for one sample',
      series: [
        { name: 'all weights', values: values('macs') },
        { name: 'weights kept', values: values('keptMacs') },
      ],
      show: thousands,
    },
    {
      id: 'kernel-bytes',
      title: 'Bytes of each kernel',
      series: [
        { name: 'in memory, dense', values: values('bytes') },
        { name: 'in the model file', values: values('savedBytes') },
      ],
      show: thousands,
    },
  ];
}

/** Bars, kernels from top to bottom. */
export function barChart({ layers }: SparsityReport, { id, title, series, show }: Bars): Chart {
  const option = (narrow: boolean): ChartOption => ({
    grid: { left: narrow ? 96 : 136, right: narrow ? 64 : 76, top: 8, bottom: 28 },
    xAxis: {
      ...axis,
      type: 'value',
      min: 0,
      splitNumber: narrow ? 2 : 4,
      axisLabel: { ...font, formatter: (value: number) => show(value) },
    },
    yAxis: {
      ...axis,
      type: 'category',
      inverse: true,
      data: layers.map(({ layer }) => layer),
      axisTick: { show: false },
      axisLabel: { ...font, color: 'var(--ink)', width: narrow ? 90 : 130, overflow: 'truncate' },
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

/** A line for each layer: the figure, in percent where it is a share, against the sparsity reached, in percent. */
export function sensitivitySeries({ metric, baseline, layers }: SensitivityReport): Series[] {
  const scale = isShare(metric) ? 100 : 1;
  return layers.map(({ layer, points }) => ({
    name: layer,
    points: [
      [0, scale * baseline] as [number, number],
      ...points.map(({ sparsity, value }): [number, number] => [Number((100 * sparsity).toFixed(2)), scale * value]),
    ].filter(([x], i, all) => all.findIndex(([other]) => other === x) === i),
  }));
}

/** Whether a figure is a fraction of the samples. */
export const isShare = (metric: string): boolean => /acc/i.test(metric);

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** What pruning one layer alone costs. */
export function sensitivityChart(report: SensitivityReport): Chart {
  const share = isShare(report.metric);
  const option = (narrow: boolean): ChartOption => ({
    grid: grid(narrow),
    xAxis: {
      ...axis,
      type: 'value',
      name: 'weights of the layer set to zero',
      nameGap: 30,
      min: 0,
      max: 100,
      axisLabel: { ...font, formatter: '{value}%' },
    },
    yAxis: {
      ...axis,
      type: 'value',
      scale: true,
      ...(share && { max: 100 }),
      axisLabel: { ...font, formatter: share ? '{value}%' : '{value}' },
    },
    series: lines(sensitivitySeries(report)),
  });
  return { id: 'sensitivity', title: `${capital(report.metric)} when one layer is pruned and nothing trained`, option };
}
