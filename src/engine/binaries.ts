// Instantiates the binaries over the engine's memory, each at first use.

import { instantiateSync } from '@assemblyscript/loader';
import { binary } from './binary.ts';
import type { Kernels } from './kernels/index.ts';
import { engineMemory } from './memory.ts';

let given: WebAssembly.Module | undefined;
let allowRelaxed = true;
let deterministic = true;
let plain: Kernels | undefined;
let fast: Kernels | undefined;

/** The kernels of a compiled binary, at work in the engine's memory. */
export function instantiate(module: WebAssembly.Module): Kernels {
  // Edge hosts on Node compile outside of the worker's realm; the loader asks for `instanceof`.
  const isModule = Object.prototype.toString.call(module) === '[object WebAssembly.Module]';
  if (isModule) Object.setPrototypeOf(module, WebAssembly.Module.prototype);
  return instantiateSync(module, { env: { memory: engineMemory() } }).instance.exports as unknown as Kernels;
}

/** The kernels of training: plain ones, unless {@link setDeterministic} said that the same bits everywhere are not wanted. */
export const kernels = (): Kernels => (deterministic ? plainKernels() : fastKernels());

/** The plain SIMD kernels: the same bits on every machine. */
export function plainKernels(): Kernels {
  plain ??= instantiate(given ?? binary('plain') ?? fail());
  return plain;
}

/** The relaxed SIMD kernels (fused multiply-add) where the machine has them, the plain ones elsewhere. Inference may run on these. */
export function fastKernels(): Kernels {
  if (!fast) {
    const relaxed = allowRelaxed && !given ? binary('relaxed') : undefined;
    fast = relaxed ? instantiate(relaxed) : plainKernels();
  }
  return fast;
}

/** Whether training has the same bits on every machine, or is as fast as this one allows. */
export function setDeterministic(value: boolean): void {
  deterministic = value;
}

/** Takes a compiled binary in place of the built-in ones. @throws when kernels are in use already. */
export function useBinary(options: { wasm?: WebAssembly.Module; relaxed?: boolean; deterministic?: boolean }): void {
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
