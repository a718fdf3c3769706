// The embedded binaries: base64 → bytes → WebAssembly.Module, compiled once, at first use.
// For workerd and edge-light, package.json's imports of `#binary` put another file in the place of this one.

import { plainBase64, relaxedBase64 } from './wasm.generated.ts';

/** Which instructions a binary uses: 128-bit SIMD, or relaxed SIMD (fused multiply-add) too. */
export type Flavour = 'plain' | 'relaxed';

const base64 = { plain: plainBase64, relaxed: relaxedBase64 };
const compiled = new Map<Flavour, WebAssembly.Module | undefined>();

/** The binary of that flavour, or undefined where the machine lacks its instructions. */
export function binary(flavour: Flavour): WebAssembly.Module | undefined {
  if (!compiled.has(flavour)) {
    const bytes = Uint8Array.from(atob(base64[flavour]), (character) => character.charCodeAt(0));
    compiled.set(flavour, WebAssembly.validate(bytes) ? compile(bytes) : undefined);
  }
  return compiled.get(flavour);
}

function compile(bytes: BufferSource): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    throw new Error(
      "This host forbids compiling WebAssembly: import 'espalier/plain.wasm' as a module and call init({ wasm }) with it first, alone" +
        " or in { plain, relaxed }; a page whose Content-Security-Policy forbids it needs 'wasm-unsafe-eval' in script-src.",
      { cause },
    );
  }
}
