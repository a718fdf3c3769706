// espalier/inference: what an app needs that only runs models.

export { type InitOptions, memoryUsage, OutOfMemoryError } from '../engine/index.ts';
export {
  type ArrayDescription,
  FormatError,
  type GraphDescription,
  type LayerDescription,
  type ModelDescription,
  type NodeDescription,
  type Reference as NodeReference,
} from '../format/index.ts';
export type { ArrayInput, NdArray, Shape, SparseMatrix } from '../tensor/index.ts';
export { compress, load, loadFile } from './compress.ts';
export type { LayerExplanation } from './explain.ts';
export type { InferenceModel } from './inference-model.ts';
export { init } from './init.ts';
export type { InferenceOptions, Port, RunOptions, SampleInput } from './options.ts';
export type { Session } from './session.ts';
export type { Form } from './weights.ts';
