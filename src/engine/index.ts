// The engine: the wasm, its memory, its kernels. Outside this folder a Buffer is opaque and nobody says WebAssembly.

import { arenaBytes } from './arena.ts';
import { type Modules, useBinaries } from './binaries.ts';
import { heapBytes } from './heap.ts';
import { limitMemory, memoryBytes } from './memory.ts';

export * as arena from './arena.ts';
export {
  fastKernels,
  flavourOf,
  instantiate,
  isModule,
  kernels,
  type Modules,
  plainKernels,
  setDeterministic,
} from './binaries.ts';
export * as heap from './heap.ts';
export type { Kernels, TileSizes } from './kernels/index.ts';
export { at, type Buffer, f32, f64, i32, none, OutOfMemoryError, u8, u16, u32 } from './memory.ts';

/** What {@link init} takes; every field may be left out. */
export interface InitOptions {
  /**
   * For hosts that forbid compiling at run time, such as edge workers: the compiled module of `espalier/plain.wasm` or
   * `espalier/relaxed.wasm`, as their `import` gives it, or both as `{ plain, relaxed }`; default the built-in ones (the builds under the
   * export conditions `workerd` and `edge-light` import theirs so). Inference runs on the relaxed one if it is given, on the plain one
   * else. Products, and training unless `deterministic` is false, need the plain one: where only the relaxed one is given they take the
   * built-in one, if the host lets it be compiled.
   */
  wasm?: WebAssembly.Module | { plain?: WebAssembly.Module; relaxed?: WebAssembly.Module };
  /** Whether inference may use relaxed SIMD, which differs in the last bits between machines; default true. */
  relaxed?: boolean;
  /**
   * Whether training gives the same bits on every machine; default true. With false it runs on relaxed SIMD too where the machine has
   * it (Node 22, browsers of 2024): faster, the same from run to run on one machine, different in the last bits on another.
   */
  deterministic?: boolean;
  /** Cap on the engine's memory in bytes, 2 MiB to 4 GiB; default 4 GiB. */
  maximumMemory?: number;
}

/**
 * Sets what differs from the defaults, before the engine's first use.
 * @throws when a tensor or model exists already, or the memory cap is out of range.
 */
export function init(options: InitOptions & { wasm?: Modules } = {}): void {
  if (options.maximumMemory !== undefined) limitMemory(options.maximumMemory);
  const { wasm, relaxed, deterministic } = options;
  if (wasm || relaxed !== undefined || deterministic !== undefined) useBinaries(options);
}

/** Bytes in use: `live` by parameters, moments and plans, `step` kept for the work of a step, `total` the memory's size. */
export function memoryUsage(): { live: number; step: number; total: number } {
  return { live: heapBytes() - arenaBytes(), step: arenaBytes(), total: memoryBytes() };
}

// The names that our declarations mention, for TypeScript consumers without the DOM library.
declare global {
  interface AbortSignal {}
  interface URL {}
  namespace WebAssembly {
    interface Memory {}
    interface Module {}
  }
}
