// The three binaries of build/ over the engine's memory. The relaxed one is absent where the machine cannot run it: Node
// has it from version 22 on, and version 20 behind --experimental-wasm-relaxed-simd.

import { readFileSync } from 'node:fs';
import { instantiate, type Kernels } from '../../src/engine/index.ts';

export const flavours = ['plain', 'relaxed', 'reference'] as const;
export type Flavour = (typeof flavours)[number];

export function module(flavour: Flavour): WebAssembly.Module | undefined {
  const bytes = readFileSync(new URL(`../../build/${flavour}.wasm`, import.meta.url));
  return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : undefined;
}

/** The kernels of a binary, or undefined where it does not validate. */
export function kernelsOf(flavour: Flavour): Kernels | undefined {
  const compiled = module(flavour);
  return compiled && instantiate(compiled);
}
