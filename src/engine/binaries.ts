// Instantiates the binaries over the engine's memory, each at first use.

import { instantiateSync } from '@assemblyscript/loader';
import { binary, type Flavour } from './binary.ts';
import type { Kernels } from './kernels/index.ts';
import { engineMemory } from './memory.ts';

/** Binaries that were compiled elsewhere. */
export type Modules = Partial<Record<Flavour, WebAssembly.Module>>;

let given: Modules | undefined;
let allowRelaxed = true;
let deterministic = true;
let plain: Kernels | undefined;
let fast: Kernels | undefined;

/** Edge hosts on Node compile outside of the worker's realm, where `instanceof` would not know the module. */
export const isModule = (value: unknown): value is WebAssembly.Module =>
  Object.prototype.toString.call(value) === '[object WebAssembly.Module]';

/** The kernels of a compiled binary, at work in the engine's memory. */
export function instantiate(module: WebAssembly.Module, memory = engineMemory()): Kernels {
  // The loader asks for `instanceof`.
  if (isModule(module)) Object.setPrototypeOf(module, WebAssembly.Module.prototype);
  return instantiateSync(module, { env: { memory } }).instance.exports as unknown as Kernels;
}

/** Which binary a module is, told by the rows of its panels in a memory set aside; undefined of what is none. */
export function flavourOf(module: unknown): Flavour | undefined {
  if (!isModule(module)) return undefined;
  try {
    const rows = instantiate(module, new WebAssembly.Memory({ initial: 4 })).panel_rows();
    return ({ 5: 'plain', 6: 'relaxed' } as const)[rows];
  } catch {
    return undefined;
  }
}

/** The kernels of training: plain ones, unless {@link setDeterministic} said that the same bits everywhere are not wanted. */
export const kernels = (): Kernels => (deterministic ? plainKernels() : fastKernels());

/** The plain SIMD kernels: the same bits on every machine. */
export function plainKernels(): Kernels {
  plain ??= instantiate(given?.plain ?? binary('plain') ?? fail());
  return plain;
}

/** The relaxed SIMD kernels (fused multiply-add) where the machine has them, the plain ones elsewhere. Inference may run on these. */
export function fastKernels(): Kernels {
  if (!fast) {
    const relaxed = allowRelaxed ? (given ?? { relaxed: binary('relaxed') }).relaxed : undefined;
    fast = relaxed ? instantiate(relaxed) : plainKernels();
  }
  return fast;
}

/** Whether training has the same bits on every machine, or is as fast as this one allows. */
export function setDeterministic(value: boolean): void {
  deterministic = value;
}

/** Takes compiled binaries in place of the built-in ones. @throws when kernels are in use already. */
export function useBinaries(options: { wasm?: Modules; relaxed?: boolean; deterministic?: boolean }): void {
  if (plain || fast) throw new Error('init() must come before the first tensor or model is made.');
  given = options.wasm ?? given;
  allowRelaxed = options.relaxed ?? allowRelaxed;
  deterministic = options.deterministic ?? deterministic;
}

function fail(): never {
  throw new Error(
    'This machine cannot run SIMD WebAssembly; espalier needs Node 20.19, or a browser of 2023 or later.',
  );
}
