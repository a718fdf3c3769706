// binary.ts for workerd, which forbids compiling at run time: there a .wasm file is imported as an ES module, and the
// host compiled it when it was deployed. Same export as binary.ts, in whose place package.json puts it.

import type { Flavour } from './binary.ts';
import plain from './plain.wasm';
import relaxed from './relaxed.wasm';

const modules: Record<Flavour, WebAssembly.Module> = { plain, relaxed };

/** The binary of that flavour. */
export const binary = (flavour: Flavour): WebAssembly.Module | undefined => modules[flavour];
