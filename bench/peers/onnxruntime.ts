// onnxruntime, as WebAssembly and native, one thread each.

import { createRequire } from 'node:module';
import { versionOf } from './install.ts';
import { onnxTask } from './onnx-model.ts';
import { type Contender, type Library, timed } from './task.ts';

const require = createRequire(import.meta.url);

/** What both have in common. */
interface Runtime {
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => object;
  readonly InferenceSession: {
    create(bytes: Uint8Array, options: object): Promise<Session>;
  };
  readonly env: { wasm: { numThreads?: number }; logLevel?: string };
}
interface Session {
  run(feeds: Record<string, object>): Promise<Record<string, { data: Float32Array }>>;
  release(): Promise<void>;
}

function library(name: string, ort: Runtime, native: boolean, options: object): Library {
  return {
    name,
    version: versionOf(`./node_modules/${name}/package.json`),
    native,
    async contenders(task) {
      const model = onnxTask(task);
      if (!model) return [];
      const session = await ort.InferenceSession.create(model.bytes, options);
      const call = async () => {
        const results = await session.run({ x: new ort.Tensor('float32', model.x, model.dims) });
        return results[model.output].data;
      };
      const contender: Contender = {
        library: name,
        form: 'dense',
        answer: async () => model.arrange((await call()).slice()),
        sample: (calls) => timed(calls, call),
        dispose: () => session.release(),
      };
      return [contender];
    },
    close() {},
  };
}

/** @throws when it is not installed. */
export async function onnxruntimeWeb(): Promise<Library> {
  const ort = (await import('onnxruntime-web')) as unknown as Runtime;
  ort.env.wasm.numThreads = 1;
  return library('onnxruntime-web', ort, false, { executionProviders: ['wasm'], graphOptimizationLevel: 'all' });
}

/** @throws when it is not installed, or not for this system. */
export async function onnxruntimeNode(): Promise<Library> {
  const ort = require('onnxruntime-node') as Runtime;
  return library('onnxruntime-node', ort, true, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
  });
}
