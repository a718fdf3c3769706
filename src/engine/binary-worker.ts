// binary.ts for hosts that forbid compiling at run time (workerd, edge-light): there a .wasm file is imported as an
// ES module, and the host compiled it when it was deployed. Same exports as binary.ts.

import type { Flavour } from './binary.ts';
import plain from './plain.wasm';
import relaxed from './relaxed.wasm';

export type { Flavour };

const modules: Record<Flavour, WebAssembly.Module | undefined> = { plain, relaxed };

/** The binary of that flavour; the build for edge-light leaves the relaxed one out. */
export function binary(flavour: Flavour): WebAssembly.Module | undefined {
  return modules[flavour];
}
