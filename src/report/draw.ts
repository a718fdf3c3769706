// A chart as an SVG element for the page, drawn by echarts without a browser. Colours are CSS variables, so that one
// drawing serves light and dark; each chart is drawn twice, for wide and for narrow pages, and CSS shows one.

import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { type Html, html, markup } from './html.ts';

use([BarChart, LineChart, ScatterChart, GridComponent, SVGRenderer]);

/** What echarts is told to draw. */
export type ChartOption = EChartsCoreOption;

/** A chart: its option for a page of either width, and what it is called. */
export interface Chart {
  /** Unique on the page; letters and hyphens. */
  id: string;
  title: string;
  option: (narrow: boolean) => ChartOption;
}

const sizes = { wide: [640, 340], narrow: [360, 300] } as const;

/** Both drawings of the chart. */
export function drawChart(chart: Chart): Html {
  return html`${draw(chart, 'wide')}${draw(chart, 'narrow')}`;
}

function draw(chart: Chart, page: keyof typeof sizes): Html {
  const [width, height] = sizes[page];
  const canvas = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    canvas.setOption({ animation: false, ...chart.option(page === 'narrow') });
    return standalone(canvas.renderToSVGString(), `${chart.id}-${page}`, page, chart.title);
  } finally {
    canvas.dispose();
  }
}

/** What echarts numbers through the process is named after the chart; hover styles and XML attributes go. */
function standalone(svg: string, id: string, page: string, title: string): Html {
  const body = svg
    .replace(
      /^<svg[^>]*?(viewBox="[^"]*")[^>]*>\n?/,
      `<svg class="chart ${page}" $1 role="img" aria-labelledby="${id}">`,
    )
    .replace(/<style[\s\S]*?<\/style>\n?/g, '')
    .replace(/ (class|ecmeta_\w+|pointer-events)="[^"]*"/g, (attribute) =>
      /^ class="chart/.test(attribute) ? attribute : '',
    )
    .replace(/\bzr\d+-/g, `${id}-`);
  const end = body.indexOf('>') + 1;
  return html`${markup(body.slice(0, end))}<title id="${id}">${title}</title>${markup(body.slice(end))}`;
}
