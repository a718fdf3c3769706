// The charts of the report: from measured numbers to what echarts is told to draw. Pure; draw.ts does the drawing.

import type { CurvePoint, DemoReport, HistoryPoint, Timing, VariantReport } from './demo-report.ts';
import type { Chart, ChartOption } from './draw.ts';
import { milliseconds, percent, times } from './numbers.ts';

/** One line or one group of bars: what it is called and its numbers. */
export interface Series {
  name: string;
  points: [x: number, y: number][];
}

/** CSS variables hold the colours, --series-0 … --series-5, light and dark. */
export const seriesColor = (i: number): string => `var(--series-${i % 6})`;

/** Marks and dashes tell lines apart without colour. */
export const marks = ['circle', 'rect', 'triangle', 'diamond'] as const;
export const dashes: readonly number[][] = [[], [7, 3], [2, 3], [9, 3, 2, 3]];

export const font = { fontFamily: 'inherit', fontSize: 12.5, color: 'var(--muted)' };
export const grid = (narrow: boolean) => ({ left: narrow ? 46 : 54, right: narrow ? 14 : 22, top: 16, bottom: 48 });
export const axis = {
  nameLocation: 'middle',
  nameTextStyle: font,
  axisLabel: font,
  axisLine: { lineStyle: { color: 'var(--rule)' } },
  axisTick: { lineStyle: { color: 'var(--rule)' } },
  splitLine: { lineStyle: { color: 'var(--rule)', opacity: 0.6 } },
};

/** The points of each series in order of first appearance, those of one series by x. */
export function seriesOf<T>(points: readonly T[], name: (p: T) => string, xy: (p: T) => [number, number]): Series[] {
  const byName = new Map<string, [number, number][]>();
  for (const point of points) byName.set(name(point), [...(byName.get(name(point)) ?? []), xy(point)]);
  return [...byName].map(([name, points]) => ({ name, points: points.sort(([a], [b]) => a - b) }));
}

/** Accuracy in percent against the share of weights kept in percent, which is what a logarithmic axis can show. */
export const curveSeries = (curve: readonly CurvePoint[]): Series[] =>
  seriesOf(
    curve,
    ({ series }) => series,
    ({ sparsity, accuracy }) => [100 * (1 - sparsity), 100 * accuracy],
  );

/** One number of the history against the epoch. */
export const historySeries = (history: readonly HistoryPoint[], value: (point: HistoryPoint) => number): Series[] =>
  seriesOf(
    history,
    ({ variant }) => variant,
    (point) => [point.epoch, value(point)],
  );

/** Percent of the weights kept, layer by layer. */
export const densitySeries = ({ layers }: VariantReport): number[] =>
  layers.map(({ weights, weightsKept }) => (100 * weightsKept) / weights);

/** Lines told apart by colour, dash and mark. */
export function lines(series: readonly Series[]): object[] {
  return series.map(({ name, points }, i) => ({
    type: 'line',
    name,
    data: points,
    silent: true,
    symbol: marks[i % marks.length],
    symbolSize: 8,
    color: seriesColor(i),
    lineStyle: { width: 2, type: dashes[i % dashes.length].length ? dashes[i % dashes.length] : 'solid' },
    itemStyle: { color: seriesColor(i), borderWidth: 0 },
  }));
}

/** Where the axis of the curve has ticks, in percent. */
const sparsities = [0, 50, 70, 80, 90, 95, 98, 99, 99.5, 99.8, 99.9];

/** Accuracy against sparsity; the axis is logarithmic in what is kept, where the interesting end has room. */
export function curveChart(report: DemoReport): Chart {
  const series = curveSeries(report.curve);
  const all = series.flatMap(({ points }) => points.map(([x]) => x));
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const ticks = sparsities.map((sparsity) => 100 - sparsity).filter((x) => x > least * 0.99 && x < most * 1.01);
  const option = (narrow: boolean): ChartOption => ({
    grid: grid(narrow),
    xAxis: {
      ...axis,
      type: 'log',
      inverse: true,
      name: 'sparsity: weights set to zero',
      nameGap: 30,
      min: Math.min(least, ...ticks),
      max: Math.max(most, ...ticks),
      splitLine: { show: false },
      axisTick: { ...axis.axisTick, customValues: ticks },
      axisLabel: { ...font, customValues: ticks, hideOverlap: true, formatter: (x: number) => shortPercent(100 - x) },
    },
    yAxis: { ...axis, type: 'value', scale: true, max: 100, axisLabel: { ...font, formatter: '{value}%' } },
    series: lines(series),
  });
  return { id: 'curve', title: 'Accuracy on the validation split against sparsity', option };
}

/** 90 → `90%`, 99.5 → `99.5%`. */
const shortPercent = (value: number): string => `${Number(value.toFixed(1))}%`;

/** The share of weights kept in each layer, bars of the variants side by side. */
export function densityChart({ variants }: DemoReport): Chart {
  const option = (narrow: boolean): ChartOption => ({
    grid: { ...grid(narrow), bottom: 32 },
    xAxis: {
      ...axis,
      type: 'category',
      data: variants[0].layers.map(({ name }) => name),
      axisLabel: { ...font, interval: 0, fontSize: narrow ? 11.5 : 12.5 },
    },
    yAxis: { ...axis, type: 'value', min: 0, max: 100, axisLabel: { ...font, formatter: '{value}%' } },
    series: variants.map((variant, i) => ({
      type: 'bar',
      name: variant.name,
      silent: true,
      barGap: '8%',
      barCategoryGap: '18%',
      itemStyle: { color: seriesColor(i), borderRadius: [2, 2, 0, 0] },
      label: {
        show: !narrow,
        position: 'top',
        distance: 3,
        ...font,
        fontSize: 9.5,
        formatter: ({ value }: { value: number }) => (value < 9.95 ? value.toFixed(1) : value.toFixed(0)),
      },
      data: densitySeries(variant),
    })),
  });
  return { id: 'density', title: 'Share of weights kept in each layer', option };
}

/** The median time of each variant as a bar, the minimum as a line across it. */
export function latencyChart(report: DemoReport, batch: 1 | 64): Chart {
  const timing = (variant: VariantReport): Timing => (batch === 1 ? variant.msBatch1 : variant.msBatch64);
  const timings = report.variants.map(timing);
  const option = (narrow: boolean): ChartOption => ({
    grid: { left: narrow ? 126 : 136, right: narrow ? 96 : 116, top: 8, bottom: 48 },
    xAxis: { ...axis, type: 'value', min: 0, name: 'milliseconds', nameGap: 30, splitNumber: narrow ? 3 : 5 },
    yAxis: {
      ...axis,
      type: 'category',
      inverse: true,
      data: report.variants.map(({ name }) => name),
      axisTick: { show: false },
      axisLabel: { ...font, color: 'var(--ink)', width: narrow ? 120 : 130, overflow: 'truncate' },
    },
    series: [
      {
        type: 'bar',
        name: 'median',
        silent: true,
        barCategoryGap: '36%',
        label: {
          show: true,
          position: 'right',
          ...font,
          color: 'var(--ink)',
          formatter: ({ dataIndex }: { dataIndex: number }) => timeLabel(timings, dataIndex),
        },
        data: timings.map(({ median }, i) => ({
          value: median,
          itemStyle: { color: seriesColor(i), borderRadius: [0, 2, 2, 0] },
        })),
      },
      {
        type: 'scatter',
        name: 'minimum',
        silent: true,
        symbol: 'rect',
        symbolSize: [2, narrow ? 30 : 36],
        itemStyle: { color: 'var(--ink)' },
        data: timings.map(({ min }, i) => [min, i]),
      },
    ],
  });
  return { id: `latency-${batch}`, title: `Milliseconds for a batch of ${batch}`, option };
}

const timeLabel = (timings: readonly Timing[], i: number): string =>
  i === 0
    ? milliseconds(timings[i].median)
    : `${milliseconds(timings[i].median)}, ${times(timings[0].median / timings[i].median)}`;

/** Training loss, or accuracy on the validation split, epoch by epoch. */
export function historyChart(report: DemoReport, what: 'loss' | 'accuracy'): Chart {
  const loss = what === 'loss';
  const series = historySeries(report.history, (p) => (loss ? p.loss : 100 * p.validationAccuracy));
  const option = (narrow: boolean): ChartOption => ({
    grid: grid(narrow),
    xAxis: {
      ...axis,
      type: 'value',
      name: 'epoch',
      nameGap: 30,
      interval: Math.ceil(report.history.reduce((last, { epoch }) => Math.max(last, epoch), 1) / 10),
      min: 1,
      max: 'dataMax',
      splitLine: { show: false },
    },
    yAxis: loss
      ? { ...axis, type: 'value', min: 0 }
      : { ...axis, type: 'value', scale: true, max: 100, axisLabel: { ...font, formatter: '{value}%' } },
    series: lines(series),
  });
  const title = loss ? 'Training loss by epoch' : 'Accuracy on the validation split by epoch';
  return { id: `history-${what}`, title, option };
}

/** What a chart says, as text for those who do not see it: `dense 100.0%`. */
export const densityText = (variant: VariantReport): string[] =>
  variant.layers.map(({ weights, weightsKept }) => percent(weightsKept / weights));
