import { sizeOf } from '../../tensor/index.ts';
import type { Structure } from './structure.ts';

/**
 * The parameter as one unit, so that whole layers are kept or pruned: with `scope: global` and `allowEmpty`, where a residual sum or
 * a concatenation does without the layer's branch. What it costs to skip a layer is measured by `pruneLayers`.
 */
export const wholeLayers: Structure = ({ shape }) => ({ count: 1, of: new Uint32Array(sizeOf(shape)) });
