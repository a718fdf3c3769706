// binary-workerd.ts for edge-light, whose suffix of such imports is `?module`.

import type { Flavour } from './binary.ts';
import plain from './plain.wasm?module';

/** The plain binary alone: where such a host runs on Node 20 (its local server) there is no relaxed SIMD to compile the other with. */
export const binary = (flavour: Flavour): WebAssembly.Module | undefined => (flavour === 'plain' ? plain : undefined);
