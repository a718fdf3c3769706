// What is asked of espalier and of its peers, and what they answer.

/** A layer, Keras order: kernels [row, column, in, out] or [in, out], channels last. */
export type LayerSpec =
  | {
      readonly type: 'conv2d' | 'dense';
      readonly kernel: Float32Array;
      readonly shape: readonly number[];
      readonly bias: Float32Array;
      readonly activation: 'linear' | 'relu' | 'softmax';
    }
  /** A row for each token. */
  | { readonly type: 'embedding'; readonly table: Float32Array; readonly shape: readonly number[] }
  /** The last h; kernels [in, 4·units] and [units, 4·units], gates in the order i, f, c, o. */
  | {
      readonly type: 'lstm';
      readonly units: number;
      readonly kernel: Float32Array;
      readonly recurrentKernel: Float32Array;
      readonly bias: Float32Array;
    }
  | { readonly type: 'maxPooling2d' }
  /** From [row, column, channel] maps to vectors in the order channel, row, column. */
  | { readonly type: 'flatten'; readonly shape: readonly number[] };

export type ModelName = 'a' | 'b' | 'c' | 'd';
/** Networks that are trained: of images [28, 28, 1], and of 256 tokens. */
export type TrainedName = 'c' | 'd';

/** A problem with its numbers. All matrices are row-major. */
export type Task =
  /** y = network(x), x of [batch, 28, 28, 1], y of [batch, 10]. */
  | {
      readonly kind: 'predict';
      readonly model: ModelName;
      readonly batch: number;
      readonly layers: readonly LayerSpec[];
      readonly x: Float32Array;
    }
  /** One step of Adam on the mean cross-entropy; the answers are the losses of the first two steps. */
  | {
      readonly kind: 'train';
      readonly model: TrainedName;
      readonly batch: number;
      readonly layers: readonly LayerSpec[];
      readonly x: Float32Array;
      readonly labels: Float32Array;
    }
  /** Y = W·X, where W (m×k) holds still and X (k×n) does not. */
  | {
      readonly kind: 'gemm' | 'spmm';
      readonly m: number;
      readonly k: number;
      readonly n: number;
      readonly w: Float32Array;
      readonly x: Float32Array;
    };

/** Someone who does a task in one way. */
export interface Contender {
  /** `espalier`, `tfjs-wasm` … */
  readonly library: string;
  /** `dense`, `90% unstructured`, `CSR` … */
  readonly form: string;
  /** The answer, as the task says; where `expected` is given it is compared with that, else with the first contender's. */
  answer(): Promise<Float32Array>;
  readonly expected?: () => Float32Array;
  /** Seconds of a call, the mean of `calls` in a row. */
  sample(calls: number): Promise<number>;
  dispose(): Promise<void> | void;
}

/** A library: its name and version, and who of it does a task. */
export interface Library {
  readonly name: string;
  readonly version: string;
  /** Whether it is compiled for this processor, and not WebAssembly. */
  readonly native: boolean;
  contenders(task: Task): Promise<Contender[]>;
  close(): void;
}

/** A contender's result. */
export interface Result {
  /** The problem without its numbers. */
  readonly task: {
    readonly kind: Task['kind'];
    readonly model?: ModelName | TrainedName;
    readonly batch?: number;
    readonly m?: number;
    readonly k?: number;
    readonly n?: number;
  };
  readonly library: string;
  readonly form: string;
  readonly native: boolean;
  readonly seconds: { readonly min: number; readonly median: number };
  /** max|a − b| / max|b| of its answer against the expected one. */
  readonly difference: number;
}

/** Why somebody is not in the table, or not in a row of it. */
export interface Skipped {
  readonly library: string;
  readonly why: string;
}

/** Largest difference of an answer, in parts of the largest number expected. */
export const tolerance = 1e-4;

/** The task without its numbers. */
export function about(task: Task): Result['task'] {
  if (task.kind === 'predict' || task.kind === 'train') {
    return { kind: task.kind, model: task.model, batch: task.batch };
  }
  return { kind: task.kind, m: task.m, k: task.k, n: task.n };
}

/** Times calls in a row. */
export async function timed(calls: number, call: () => unknown): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < calls; i++) {
    const pending = call();
    if (pending instanceof Promise) await pending;
  }
  return (performance.now() - start) / 1000 / calls;
}
