// What a pruning left.

import type { Target } from './targets.ts';

/** Weights of something, and how many of them a mask keeps. */
export interface Figures {
  /** How many there are. */
  readonly weights: number;
  /** Those that the masks keep. */
  readonly kept: number;
  /** kept / weights. */
  readonly density: number;
}

/** A layer that was not pruned, and why. */
export interface Skipped {
  /** The layer's name. */
  readonly layer: string;
  /** Why, in a few words. */
  readonly reason: string;
}

/** What a pruning left of the parameters it was about, and in all. */
export interface PruneReport extends Figures {
  /** The parameters that it was about, by layer. */
  readonly layers: readonly ({ readonly layer: string; readonly parameter: string } & Figures)[];
  /** Layers with weights that could not be pruned. */
  readonly skipped: readonly Skipped[];
}

const figures = (weights: number, kept: number): Figures => ({ weights, kept, density: weights ? kept / weights : 1 });

/** The figures of masks (0 and 1). */
export function reportOf(
  masks: readonly { readonly target: Target; readonly mask: Float32Array }[],
  skipped: readonly Skipped[],
): PruneReport {
  const layers = masks.map(({ target: { layerName, parameter }, mask }) => ({
    layer: layerName,
    parameter: parameter.name,
    ...figures(
      mask.length,
      mask.reduce((sum, bit) => sum + bit, 0),
    ),
  }));
  const total = (field: 'weights' | 'kept') => layers.reduce((sum, layer) => sum + layer[field], 0);
  return { ...figures(total('weights'), total('kept')), layers, skipped };
}
