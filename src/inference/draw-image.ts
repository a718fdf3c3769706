// The steps of what moves pixels: pools, borders, upsampling, images set into one another; and of what picks numbers of a sample.

import { at } from '../engine/index.ts';
import { largestScratch } from '../ops/index.ts';
import type { Draftsman, Spot } from './draw.ts';
import { drawEnlarged, wholeOf } from './draw-copy.ts';
import { channelPitch, compact, type Layout } from './layout.ts';
import type { Frame, Interleave, KeepLargest, Pool, Upsample } from './operation.ts';

/** A border of zeros, written at every run since what follows may write over it; or the image without its border. */
export function drawFrame(draft: Draftsman, { kind, border, inputs }: Frame): Spot {
  const from = kind === 'pad' ? draft.takeCompact(inputs[0]) : draft.take(inputs[0]);
  const { channels, rowPitch } = from.layout;
  const [rows, columns] = border.input;
  const [top, left] = border.before;
  const [outer, across] = kind === 'pad' ? border.padded : border.input;
  const { n } = from;
  const to = draft.spot({ channels, rows: outer, columns: across, rowPitch: across }, n);
  const { pad2d_f32, crop2d_f32 } = draft.blueprint.kernels;
  draft.blueprint.step([from.buffer, to.buffer], (address) => {
    const [x, y] = [address(from.buffer), address(to.buffer)];
    if (kind === 'pad') return () => pad2d_f32(channels, rows, columns, n, top, left, outer, across, x, y);
    return () => crop2d_f32(channels, rows, columns, n, top, left, from.layout.rows, rowPitch, x, y);
  });
  return to;
}

export function drawPool(draft: Draftsman, { pooling, window, inputs }: Pool, layout: Layout): Spot {
  const from = draft.take(inputs[0]);
  const { n } = from;
  const to = draft.spot(layout, n);
  const kernel = draft.blueprint.kernels[pooling === 'max' ? 'max_pool2d_f32' : 'average_pool2d_f32'];
  const { input, output: out, size, strides, before } = window;
  const { channels } = from.layout;
  const pitches = (each: Layout) => [channelPitch(each) * n, each.rowPitch * n] as const;
  const [xChannel, xRow] = pitches(from.layout);
  const [yChannel, yRow] = pitches(to.layout);
  draft.blueprint.step([from.buffer, to.buffer], (address) => {
    const [x, y] = [address(from.buffer), address(to.buffer)];
    const sizes = [...input, ...out, ...size, ...strides, ...before] as const;
    const [i, j, r, q, h, w, sr, sq, top, left] = sizes;
    return () => kernel(0, channels, n, i, j, r, q, h, w, sr, sq, top, left, x, xChannel, xRow, y, yChannel, yRow);
  });
  return to;
}

export function drawUpsample(draft: Draftsman, operation: Upsample): Spot {
  const from = draft.take(operation.inputs[0]);
  const to = draft.spot(compact(draft.shapeOf(operation.output)), from.n);
  drawEnlarged(draft, from, operation, wholeOf(to));
  return to;
}

export function drawInterleave(draft: Draftsman, { strides, phases, inputs }: Interleave, layout: Layout): Spot {
  const spots = inputs.map((value) => draft.take(value));
  const [{ n }] = spots;
  const to = draft.spot(layout, n);
  const { channels, columns } = layout;
  const { im2col_f32 } = draft.blueprint.kernels;
  const whole = strides[1] === 1;
  for (const [i, from] of spots.entries()) {
    const { from: first, to: place, count } = phases[i];
    const pitch = channelPitch(from.layout) * n;
    const offsets = draft.blueprint.constant(Uint32Array.from({ length: channels }, (_, c) => c * pitch));
    const start = (first[0] * from.layout.rowPitch + first[1]) * n;
    const target = (place[0] * columns + place[1]) * n;
    const [cols, length] = whole ? [1, count[1] * n] : [count[1], n];
    const [xRow, yTap, yRow, yCol] = [
      from.layout.rowPitch * n,
      channelPitch(layout) * n,
      strides[0] * columns * n,
      strides[1] * n,
    ];
    draft.blueprint.step([from.buffer, to.buffer], (address) => {
      const [taps, x, y] = [address(offsets), at(address(from.buffer), start), at(address(to.buffer), target)];
      return () => im2col_f32(0, count[0], cols, length, channels, taps, x, xRow, n, y, yTap, yRow, yCol);
    });
  }
  return to;
}

/** Samples are turned into rows and back, so that equals are told apart in Keras order. */
export function drawLargest(draft: Draftsman, { k, inputs }: KeepLargest): Spot {
  const from = draft.takeCompact(inputs[0]);
  const { n } = from;
  const to = draft.spot(from.layout, n);
  const { channels } = from.layout;
  const pixels = channelPitch(from.layout);
  const features = channels * pixels;
  const { blueprint } = draft;
  const scratch = blueprint.buffer(largestScratch(features));
  const rows = blueprint.buffer(features * n);
  const { unturn_f32, keep_topk_f32, turn_f32 } = blueprint.kernels;
  blueprint.step([from.buffer, to.buffer, scratch, rows], (address) => {
    const [x, y, room, turned] = [from.buffer, to.buffer, scratch, rows].map(address);
    if (n === 1 && (channels === 1 || pixels === 1)) return () => keep_topk_f32(0, 1, features, k, x, y, room);
    return () => {
      unturn_f32(n, pixels, channels, n, x, turned);
      keep_topk_f32(0, n, features, k, turned, turned, room);
      turn_f32(n, pixels, channels, n, turned, y);
    };
  });
  return to;
}
