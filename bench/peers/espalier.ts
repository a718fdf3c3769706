// Ours: networks dense, 90% sparse, and 90% sparse in blocks (16 outputs high at batch 1, 4 at larger ones); products from the
// public functions, typed array in, typed array out.

import { setDeterministic } from '../../src/engine/index.ts';
import { adam, type BlockHeight, CsrMatrix, compress, type Model, prepare, prepareDense } from '../../src/index.ts';
import { random } from '../../test/kernels/cases/random.ts';
import { sizeOf } from '../../src/tensor/index.ts';
import type { StructureName } from '../networks.ts';
import { type Contender, type Library, type Task, timed } from './task.ts';
import { modelOf } from './tasks.ts';

type Predict = Extract<Task, { kind: 'predict' }>;
type Train = Extract<Task, { kind: 'train' }>;
type Product = Extract<Task, { kind: 'gemm' | 'spmm' }>;

const library = 'espalier';
const sparsity = 0.9;

/** Dense, unstructured, in blocks: what is pruned and what it is called. */
const forms = (batch: number): readonly (readonly [form: string, sparsity: number, structure: StructureName])[] => [
  ['dense', 0, 'unstructured'],
  ['90% sparse', sparsity, 'unstructured'],
  ['90% sparse in blocks', sparsity, batch === 1 ? 'block16x1' : 'block4x1'],
];

/** @param relaxed whether it may use relaxed SIMD where this Node has it. */
export function espalier(version: string, relaxed: boolean): Library {
  setDeterministic(!relaxed);
  return {
    name: library,
    version,
    native: false,
    async contenders(task) {
      if (task.kind === 'predict') return forms(task.batch).map((form) => predictor(task, relaxed, ...form));
      if (task.kind === 'train') return forms(task.batch).map((form) => trainer(task, ...form));
      return task.kind === 'gemm' ? [denseProduct(task, relaxed)] : sparseProducts(task, relaxed);
    },
    close() {},
  };
}

function predictor(task: Predict, relaxed: boolean, form: string, amount: number, structure: StructureName): Contender {
  const trained = modelOf(task.model, amount, structure);
  const model = compress(trained, { batch: task.batch, relaxed });
  const out = new Float32Array(task.batch * sizeOf(trained.outputs[0].shape));
  const call = () => model.predict(task.x, out);
  return {
    library,
    form,
    answer: async () => call().data.slice(),
    expected: () => trained.predict(task.x).data,
    sample: (calls) => timed(calls, call),
    dispose() {
      model.dispose();
      trained.dispose();
    },
  };
}

function trainer({ model, x, labels }: Train, form: string, amount: number, structure: StructureName): Contender {
  const compiled = (): Model => {
    const made = modelOf(model, amount, structure);
    made.compile({ optimizer: adam({ learningRate: 1e-3 }), loss: 'sparseCategoricalCrossentropy' });
    return made;
  };
  const losses = () => {
    const made = compiled();
    const found = Float32Array.of(made.trainOnBatch(x, labels).loss, made.trainOnBatch(x, labels).loss);
    made.dispose();
    return found;
  };
  const trained = compiled();
  return {
    library,
    form,
    answer: async () => losses(),
    // A sparse network has losses of its own; what they should be, the gradient tests know.
    expected: amount > 0 ? losses : undefined,
    sample: (calls) => timed(calls, () => trained.trainOnBatch(x, labels)),
    dispose: () => trained.dispose(),
  };
}

function denseProduct({ m, k, n, w, x }: Product, relaxed: boolean): Contender {
  const dense = prepareDense(w, { m, k, relaxed });
  const out = new Float32Array(m * n);
  const call = () => dense.gemm(x, { out });
  return {
    library,
    form: 'dense',
    answer: async () => call().slice(),
    expected: () => product(w, x, m, k, n),
    sample: (calls) => timed(calls, call),
    dispose: () => dense.dispose(),
  };
}

function sparseProducts(task: Product, relaxed: boolean): Contender[] {
  const { m, k, n, w, x } = task;
  const one = (form: string, dense: Float32Array, height?: BlockHeight): Contender => {
    const csr = CsrMatrix.fromDense(dense, { rows: m, columns: k });
    const prepared = prepare(height ? csr.toBlocks(height) : csr, { relaxed });
    const out = new Float32Array(m * n);
    const call = () => prepared.spmm(x, { out });
    return {
      library,
      form,
      answer: async () => call().slice(),
      expected: () => product(dense, x, m, k, n),
      sample: (calls) => timed(calls, call),
      dispose: () => prepared.dispose(),
    };
  };
  return [denseProduct(task, relaxed), one('CSR', w), one('blocks 4x1', inBlocks(m, k, 4), 4)];
}

/** A matrix of as many zeros, its numbers in blocks of `height` rows. */
function inBlocks(m: number, k: number, height: number): Float32Array {
  const next = random(4);
  const w = new Float32Array(m * k);
  for (let i = 0; i < m; i += height) {
    for (let j = 0; j < k; j++) {
      if (next() >= 1 - sparsity) continue;
      for (let r = i; r < Math.min(m, i + height); r++) w[r * k + j] = 2 * next() - 1;
    }
  }
  return w;
}

/** W·X by three loops. */
function product(w: Float32Array, x: Float32Array, m: number, k: number, n: number): Float32Array {
  const y = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const a = w[i * k + p];
      if (a !== 0) for (let j = 0; j < n; j++) y[i * n + j] += a * x[p * n + j];
    }
  }
  return Float32Array.from(y);
}
