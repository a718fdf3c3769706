// Where the numbers of a value stand for a batch of n samples: element (channel, row, column, sample) at
//
//   (channel·channelPitch + row·rowPitch + column)·n + sample,   channelPitch = rows·rowPitch
//
// A compact value has rowPitch = columns. A convolution over virtual rows leaves a few columns of junk at the end of each row,
// and so has a longer one. Flat features are channels of one pixel; of other shapes all axes but the last are columns.

import { type Shape, sizeOf } from '../tensor/index.ts';

export interface Layout {
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
  /** In pixels. */
  readonly rowPitch: number;
}

/** Of a sample's shape, without junk. */
export function compact(shape: Shape): Layout {
  const outer = shape.slice(0, -1);
  const rows = outer.length === 2 ? outer[0] : 1;
  const columns = sizeOf(outer) / rows;
  return { channels: shape[shape.length - 1], rows, columns, rowPitch: columns };
}

export const isCompact = ({ columns, rowPitch }: Layout): boolean => rowPitch === columns;

/** Pixels from one channel to the next. */
export const channelPitch = ({ rows, rowPitch }: Layout): number => rows * rowPitch;

/** Pixels of all channels, junk included. */
export const places = (layout: Layout): number => layout.channels * channelPitch(layout);
