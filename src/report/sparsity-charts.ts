// The charts of a sparsity report and of a sensitivity analysis.

import type { SensitivityReport, SparsityReport } from '../pruning/index.ts';
import { isShare } from '../training/index.ts';
import type { Bars } from './bars.ts';
import { axis, font, grid, lines, type Series } from './charts.ts';
import type { Chart, ChartOption } from './draw.ts';
import { count, significant } from './numbers.ts';

const thousands = (value: number): string => (value < 1e6 ? count(value) : `${significant(value / 1e6)} M`);

/** Weights, multiply-accumulates and bytes, all and kept. */
export function barsOf({ layers }: SparsityReport): Bars[] {
  const groups = layers.map(({ layer }) => layer);
  const values = (field: 'weights' | 'kept' | 'macs' | 'keptMacs' | 'bytes' | 'savedBytes') =>
    layers.map((layer) => layer[field]);
  return [
    {
      id: 'kernel-density',
      title: 'Share of weights kept in each kernel',
      groups,
      series: [{ name: 'kept', values: layers.map(({ density }) => 100 * density) }],
      show: (value) => `${Number(value.toFixed(1))}%`,
      max: 100,
    },
    {
      id: 'kernel-macs',
      title: 'Multiply-accumulates for one sample',
      groups,
      series: [
        { name: 'all weights', values: values('macs') },
        { name: 'weights kept', values: values('keptMacs') },
      ],
      show: thousands,
    },
    {
      id: 'kernel-bytes',
      title: 'Bytes of each kernel',
      groups,
      series: [
        { name: 'in memory, dense', values: values('bytes') },
        { name: 'in the model file', values: values('savedBytes') },
      ],
      show: thousands,
    },
  ];
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
