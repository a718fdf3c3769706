// The steps of what sequences need besides LSTMs: tokens to features and masks, masked means, steps folded into the batch. A mask is
// [time][n] of 1 (real) and 0 (padding).

import { at, f32, u32 } from '../engine/index.ts';
import { fillMeanWeights, readTokens } from '../ops/index.ts';
import type { Draftsman, Spot } from './draw.ts';
import { channelPitch, compact } from './layout.ts';
import type { Embed, Fold, JoinMasks, MaskedMean, TurnMask } from './operation.ts';
import { lasting } from './view.ts';

/** y[f][t][s] = table[x[t][s]][f]. @throws RangeError, in use, when a token is not a whole number below the table's rows. */
export function drawEmbedding(draft: Draftsman, { name, table, inputs, output, mask }: Embed): void {
  const from = draft.takeCompact(inputs[0]);
  const { n } = from;
  const columns = draft.floats(from.layout, n);
  const { m: rows, k: features } = table;
  const to = draft.spot(compact(draft.shapeOf(output)), n);
  const ids = draft.blueprint.buffer(columns);
  const masks = mask === undefined ? undefined : draft.spot(from.layout, n);
  const { embedding_f32 } = draft.blueprint.kernels;
  const uses = [from.buffer, ids, to.buffer, ...(masks ? [masks.buffer] : [])];
  draft.blueprint.step(uses, (address) => {
    const [x, whole, y] = [from.buffer, ids, to.buffer].map(address);
    const weights = draft.supply.prepare(table).dense();
    const tokens = lasting(() => f32(x, columns));
    const indices = lasting(() => u32(whole, columns));
    const real = masks && lasting(() => f32(address(masks.buffer), columns));
    return () => {
      readTokens(tokens(), indices(), rows, name);
      embedding_f32(0, columns, features, whole, weights, y, columns);
      if (real) markReal(tokens(), real());
    };
  });
  draft.give(output, to);
  if (mask !== undefined && masks) draft.give(mask, masks);
}

/** 0 where the token is 0, else 1. */
function markReal(tokens: Float32Array, mask: Float32Array): void {
  for (let i = 0; i < mask.length; i++) mask[i] = tokens[i] === 0 ? 0 : 1;
}

/** y[f][s] = Σ_t w[t][s]·x[f][t][s], w = mask / Σ mask: x times T·w, then a mean over all steps. */
export function drawMaskedMean(draft: Draftsman, { inputs, output }: MaskedMean): Spot {
  const x = draft.takeCompact(inputs[0]);
  const mask = draft.takeCompact(inputs[1]);
  const { n } = x;
  const { channels, columns: time } = x.layout;
  const row = time * n;
  const weights = draft.blueprint.buffer(row);
  const weighed = draft.blueprint.buffer(channels * row);
  const to = draft.spot(compact(draft.shapeOf(output)), n);
  const { multiply_f32, average_pool2d_f32 } = draft.blueprint.kernels;
  draft.blueprint.step([x.buffer, mask.buffer, weights, weighed, to.buffer], (address) => {
    const [from, w, product, y] = [x.buffer, weights, weighed, to.buffer].map(address);
    const real = lasting(() => f32(address(mask.buffer), row));
    const shares = lasting(() => f32(w, row));
    return () => {
      fillMeanWeights(real(), shares(), n);
      for (let c = 0; c < channels; c++) multiply_f32(0, row, at(from, c * row), w, at(product, c * row));
      average_pool2d_f32(0, channels, n, time, 1, 1, 1, time, 1, time, 1, 0, 0, product, row, n, y, n, n);
    };
  });
  return to;
}

/** 1 where any mask is, or where every one is. */
export function drawJoinedMasks(draft: Draftsman, { where, inputs }: JoinMasks): Spot {
  const masks = inputs.map((value) => draft.takeCompact(value));
  const [{ layout, n }] = masks;
  const to = draft.spot(layout, n);
  const length = draft.floats(layout, n);
  const pick = where === 'any' ? Math.max : Math.min;
  draft.blueprint.step(
    [...masks, to].map(({ buffer }) => buffer),
    (address) => {
      const views = masks.map(({ buffer }) => lasting(() => f32(address(buffer), length)));
      const result = lasting(() => f32(address(to.buffer), length));
      return () => {
        const y = result();
        y.set(views[0]());
        for (let k = 1; k < views.length; k++) {
          const mask = views[k]();
          for (let i = 0; i < length; i++) y[i] = pick(y[i], mask[i]);
        }
      };
    },
  );
  return to;
}

/** y[t][s] = mask[T − 1 − t][s]. */
export function drawTurnedMask(draft: Draftsman, { inputs }: TurnMask): Spot {
  const from = draft.takeCompact(inputs[0]);
  const { layout, n } = from;
  const to = draft.spot(layout, n);
  const length = draft.floats(layout, n);
  draft.blueprint.step([from.buffer, to.buffer], (address) => {
    const [x, y] = [from, to].map(({ buffer }) => lasting(() => f32(address(buffer), length)));
    return () => {
      const [mask, turned] = [x(), y()];
      for (let row = 0; row < length; row += n) {
        for (let s = 0; s < n; s++) turned[row + s] = mask[length - n - row + s];
      }
    };
  });
  return to;
}

/** [channel][step][pixel][n] ↔ [channel][pixel][step][n]; nothing moves where a step is one pixel. */
export function drawFold(draft: Draftsman, { kind, time, inputs, output }: Fold): Spot {
  const from = draft.takeCompact(inputs[0]);
  const layout = compact(draft.shapeOf(output));
  const folds = kind === 'fold';
  const n = folds ? from.n * time : from.n / time;
  const pixels = channelPitch(folds ? layout : from.layout);
  if (pixels === 1) return { buffer: from.buffer, layout, n };
  const to = draft.spot(layout, n);
  const samples = Math.min(n, from.n);
  const { channels } = layout;
  const offsets = draft.blueprint.constant(
    Uint32Array.from({ length: channels }, (_, c) => c * time * pixels * samples),
  );
  const { im2col_f32 } = draft.blueprint.kernels;
  draft.blueprint.step([from.buffer, to.buffer], (address) => {
    const [table, x, y] = [offsets, from.buffer, to.buffer].map(address);
    const [outer, inner] = folds ? [time, pixels] : [pixels, time];
    const [tap, row, run] = [time * pixels * samples, samples, inner * samples];
    return () => im2col_f32(0, outer, inner, samples, channels, table, x, run, row, y, tap, row, outer * samples);
  });
  return to;
}
