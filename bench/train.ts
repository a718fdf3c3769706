// A training step of the article's networks, (c) of images and (d) of reviews, batch 64, Adam: forward, both gradients, update; and the share
// of it that its element-wise kernels take, by V8's profiler, which samples where the processor is every 100 µs.

import { Session } from 'node:inspector';
import { kernels, setDeterministic } from '../src/engine/index.ts';
import type { Model } from '../src/index.ts';
import { measure } from './measure.ts';
import { digits, layerFlops, network, type StructureName } from './networks.ts';
import { once } from './once.ts';
import { reviewNetwork, reviews } from './reviews.ts';
import type { Effort, Entry, Row, Section, Variant } from './row.ts';
import { denseAndPruned, fixedOf, type Selection } from './selection.ts';

const batch = 64;

/** A network and a batch for it. */
interface Lesson {
  readonly name: 'c' | 'd';
  model(sparsity: number, structure?: StructureName): Model;
  batch(): { x: Float32Array; labels: Float32Array };
}

const lessons: readonly Lesson[] = [
  {
    name: 'c',
    model: (sparsity, structure) => network('c', sparsity, structure),
    batch() {
      const { images, labels } = digits(batch);
      return { x: images, labels };
    },
  },
  {
    name: 'd',
    model: reviewNetwork,
    batch() {
      const { tokens, labels } = reviews(batch);
      return { x: tokens, labels };
    },
  },
];

function entry(name: string, lesson: Lesson, variant: Variant, sparsity: number, structure?: StructureName): Entry {
  const trained = once(() => lesson.model(sparsity, structure));
  // Forward, weights' gradients, and inputs' gradients of all layers but the first.
  const total = (which: 'kept' | 'all') =>
    batch * layerFlops(trained()).reduce((sum, layer, i) => sum + (i ? 3 : 2) * layer[which], 0);
  return {
    name,
    op: 'train',
    shape: { model: lesson.name, batch },
    sparsity,
    structure: structure ?? 'dense',
    variant,
    get flops() {
      return total('kept');
    },
    get denseFlops() {
      return total('all');
    },
    prepare() {
      const model = trained();
      model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
      const { x, labels } = lesson.batch();
      return () => {
        setDeterministic(variant === 'plain');
        model.trainOnBatch(x, labels);
        setDeterministic(true);
      };
    },
  };
}

const shareName = 'element-wise kernels';

/** Of products, and of what serves them alone. */
const isProduct = /^(gemm|gemv|spmm|spmv|sddmm|conv2d|winograd|im2col|pack)_/;

/** A row of the time that element-wise kernels take, for each entry. */
function shares(entries: readonly Entry[], { rounds }: Effort): Row[] {
  const rows = entries.map(({ prepare, flops, denseFlops, ...entry }) => {
    const call = prepare();
    for (let i = 0; i < 40; i++) call();
    const found = Array.from({ length: rounds }, () => profile(call, 10));
    const seconds = found.map((one) => one.seconds * one.share).sort((a, b) => a - b);
    const share = found.map((one) => one.share).sort((a, b) => a - b)[rounds >> 1];
    const best = { min: seconds[0], median: seconds[rounds >> 1] };
    return { ...entry, name: shareName, seconds: best, gflops: 0, denseEquivalentGflops: 0, speedup: 1, share };
  });
  return rows.map((row) => ({ ...row, speedup: rows[0].seconds.min / row.seconds.min }));
}

/** Seconds of one call, and the share of element-wise kernels in them. */
function profile(call: () => void, calls: number): { seconds: number; share: number } {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: 100 });
  session.post('Profiler.start');
  const start = performance.now();
  for (let i = 0; i < calls; i++) call();
  const seconds = (performance.now() - start) / 1000 / calls;
  let share = Number.NaN;
  session.post('Profiler.stop', (error, result) => {
    if (error) throw error;
    share = elementwiseShare(result.profile);
  });
  session.disconnect();
  return { seconds, share };
}

interface Profile {
  nodes: { id: number; children?: number[]; callFrame: { functionName: string; url: string } }[];
  samples?: number[];
  timeDeltas?: number[];
}

/** Kernels are exports, which V8 names by number; what they call inside the binary counts as theirs. */
export function elementwiseShare({ nodes, samples = [], timeDeltas = [] }: Profile): number {
  const names = new Map(
    Object.entries(kernels()).flatMap(([name, f]) =>
      typeof f === 'function' ? [[`wasm-function[${f.name}]`, name]] : [],
    ),
  );
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const kernelOf = new Map<number, string>();
  const visit = (id: number, outer: string | undefined): void => {
    const node = byId.get(id);
    const isWasm = node?.callFrame.url.startsWith('wasm:') && node.callFrame.functionName.startsWith('wasm-function');
    const own = isWasm ? (outer ?? names.get(node?.callFrame.functionName ?? '')) : undefined;
    if (own) kernelOf.set(id, own);
    for (const child of node?.children ?? []) visit(child, own);
  };
  visit(nodes[0].id, undefined);
  let [elementwise, total] = [0, 0];
  for (const [i, id] of samples.entries()) {
    const time = timeDeltas[i + 1] ?? 0;
    const kernel = kernelOf.get(id);
    total += time;
    if (kernel && !isProduct.test(kernel)) elementwise += time;
  }
  return elementwise / total;
}

export const train = (selection: Selection): Section => {
  const entries = (name: string, lesson: Lesson, variant: Variant) =>
    denseAndPruned(selection, [0.9], ['unstructured', 'block4x1'], (sparsity, structure) =>
      entry(name, lesson, variant, sparsity, structure),
    );
  return {
    title: 'train: a training step',
    groups: fixedOf({ ...selection, quick: false }, lessons).flatMap((lesson) => [
      { entries: (_, variant) => entries('trainOnBatch', lesson, variant), measure },
      { entries: (_, variant) => (variant === 'plain' ? entries(shareName, lesson, variant) : []), measure: shares },
    ]),
  };
};
