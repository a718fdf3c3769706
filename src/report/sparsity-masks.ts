// A kernel's zeros as a picture: a dark pixel for each weight that is not 0, rows from top to bottom outputs (units, filters), columns from
// left to right inputs (or channel, row and column of the window, as they are stored). Beyond 1,024 to a side a pixel stands for several
// weights and is as dark as they are many.

import type { Network } from '../model/index.ts';
import type { Parameter } from '../tensor/index.ts';
import { count } from './numbers.ts';
import { greyPicture, type Picture } from './pictures.ts';

const most = 1024;
/** Small kernels are shown larger: to about so many CSS pixels, at most so many for a weight. */
const side = 360;
const largest = 8;

/** A picture and what it shows. */
export interface MaskPicture extends Picture {
  /** `layer/parameter`. */
  name: string;
  rows: number;
  columns: number;
  /** For those who do not see it. */
  alt: string;
}

/** The picture of one kernel. */
export function maskPicture(name: string, { shape, axes, values, length }: Parameter): MaskPicture {
  const rows = shape[axes[0]];
  const columns = length / rows;
  const [width, height] = [Math.min(columns, most), Math.min(rows, most)];
  const kept = new Float64Array(width * height);
  const all = new Float64Array(width * height);
  const { view } = values;
  for (let at = 0; at < length; at++) {
    const [row, column] = [Math.floor(at / columns), at % columns];
    const pixel = Math.floor((row * height) / rows) * width + Math.floor((column * width) / columns);
    all[pixel]++;
    if (view[at] !== 0) kept[pixel]++;
  }
  const picture = greyPicture({
    width,
    height,
    values: Array.from(kept, (some, i) => Math.round((255 * some) / all[i])),
  });
  const zeros = length - kept.reduce((sum, some) => sum + some, 0);
  const cell = Math.min(largest, Math.max(1, side / Math.max(width, height)));
  return {
    uri: picture.uri,
    width: Math.round(width * cell),
    height: Math.round(height * cell),
    name,
    rows,
    columns,
    alt: `The ${count(rows)} × ${count(columns)} weights of ${name}: ${count(zeros)} of ${count(length)} are zero.`,
  };
}

/** Pictures of all kernels of a network, those within models too. */
export function maskPictures(network: Network, prefix = ''): MaskPicture[] {
  return network.layers.flatMap((layer) => {
    const name = prefix + layer.name;
    if ('layers' in layer) return maskPictures(layer as Network, `${name}/`);
    return layer.parameters
      .filter(({ prunable }) => prunable)
      .map((parameter) => maskPicture(`${name}/${parameter.name}`, parameter));
  });
}
