// The steps of images copied into parts of larger ones, as they are or with their pixels repeated.

import { at } from '../engine/index.ts';
import { type Interpolation, type Sides, upsampler } from '../ops/index.ts';
import type { BufferId } from './blueprint.ts';
import type { Draftsman, Spot } from './draw.ts';
import { channelPitch } from './layout.ts';

/** Where an image goes: its first float, and the floats from a channel and from a row to the next. */
export interface Target {
  readonly buffer: BufferId;
  readonly first: number;
  readonly channel: number;
  readonly row: number;
}

/** All of a place. */
export const wholeOf = ({ buffer, layout, n }: Spot): Target => ({
  buffer,
  first: 0,
  channel: channelPitch(layout) * n,
  row: layout.rowPitch * n,
});

/** How an image is made larger on the way. */
export interface Enlarged {
  readonly factors: Sides;
  readonly interpolation: Interpolation;
}

export function drawCopy(draft: Draftsman, from: Spot, to: Target): void {
  const { layout, n } = from;
  const pitch = channelPitch(layout) * n;
  const row = layout.columns * n;
  const isWhole = layout.rowPitch === layout.columns && to.row === row && to.channel === pitch;
  const [channels, rows, length] = isWhole ? [1, 1, layout.channels * pitch] : [layout.channels, layout.rows, row];
  const offsets = draft.blueprint.constant(Uint32Array.from({ length: channels }, (_, c) => c * pitch));
  const { im2col_f32 } = draft.blueprint.kernels;
  draft.blueprint.step([from.buffer, to.buffer], (address) => {
    const [taps, x, y] = [address(offsets), address(from.buffer), at(address(to.buffer), to.first)];
    return () => im2col_f32(0, rows, 1, length, channels, taps, x, layout.rowPitch * n, 0, y, to.channel, to.row, 0);
  });
}

export function drawEnlarged(draft: Draftsman, from: Spot, { factors, interpolation }: Enlarged, to: Target): void {
  const { channels, rows, columns, rowPitch } = from.layout;
  const { n } = from;
  const [down, across] = factors;
  const [channel, row] = [channelPitch(from.layout) * n, rowPitch * n];
  const kernel = upsampler(draft.blueprint.kernels, interpolation);
  draft.blueprint.step([from.buffer, to.buffer], (address) => {
    const [x, y] = [address(from.buffer), at(address(to.buffer), to.first)];
    return () => kernel(0, channels, n, rows, columns, down, across, x, channel, row, y, to.channel, to.row);
  });
}
