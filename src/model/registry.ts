// Which factory makes a layer of which type: what lets a saved model be read again.

import type { Layer } from '../layers/index.ts';
import * as layers from '../layers/index.ts';
import { revive } from '../regularizers/index.ts';

type Factory = (config: never) => Layer;

const factories = new Map<string, Factory>(
  Object.entries({
    activation: layers.activation,
    activityRegularization: layers.activityRegularization,
    add: layers.add,
    averagePooling2d: layers.averagePooling2d,
    batchNormalization: layers.batchNormalization,
    concatenate: layers.concatenate,
    conv1d: layers.conv1d,
    conv2d: layers.conv2d,
    conv2dTranspose: layers.conv2dTranspose,
    cropping2d: layers.cropping2d,
    dense: layers.dense,
    dropout: layers.dropout,
    embedding: layers.embedding,
    flatten: layers.flatten,
    globalAveragePooling1d: layers.globalAveragePooling1d,
    globalMaxPooling1d: layers.globalMaxPooling1d,
    globalAveragePooling2d: layers.globalAveragePooling2d,
    globalMaxPooling2d: layers.globalMaxPooling2d,
    kSparse: layers.kSparse,
    leakyRelu: layers.leakyRelu,
    lstm: layers.lstm,
    maxPooling2d: layers.maxPooling2d,
    reshape: layers.reshape,
    squeezeExcitation: layers.squeezeExcitation,
    timeDistributed,
    upSampling2d: layers.upSampling2d,
    zeroPadding2d: layers.zeroPadding2d,
  }),
);

/** The layer around another one, whose own description stands in its configuration. */
function timeDistributed({
  layer,
  ...options
}: {
  layer: { type: string; name: string; config: Record<string, unknown> };
}): Layer {
  return layers.timeDistributed({
    ...options,
    layer: makeLayer(layer.type, { ...revive(layer.config), name: layer.name }),
  });
}

/**
 * Makes saved models with custom layers of `type` readable.
 * @param factory takes the layer's `config()` and `name`, and makes the layer.
 * @throws when the type is taken.
 */
export function registerLayer(type: string, factory: Factory): void {
  if (factories.has(type) || type === 'input' || type === 'model') {
    throw new Error(`A layer of type '${type}' is registered already; give the custom layer another type.`);
  }
  factories.set(type, factory);
}

/** A layer of `type` from its configuration. @throws when the type is unknown. */
export function makeLayer(type: string, config: Record<string, unknown>): Layer {
  const factory = factories.get(type);
  if (!factory) {
    throw new Error(
      `The model holds a layer of type '${type}', which is unknown here: call registerLayer('${type}', …) before loading it.`,
    );
  }
  return factory(config as never);
}
