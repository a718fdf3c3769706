// What a layer is beneath timeDistributed, which does with every step what its layer does with a sample.

import type { Layer } from '../layers/index.ts';

/** A layer's type and configuration; of a timeDistributed layer those of the layer within. */
export interface PlainLayer {
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
}

export function plainLayer(layer: Layer): PlainLayer {
  const config = layer.config();
  return layer.type === 'timeDistributed' ? (config.layer as PlainLayer) : { type: layer.type, config };
}
