// The door to the engine, which knows no options by name.

import { flavourOf, type InitOptions, isModule, type Modules, init as prepareEngine } from '../engine/index.ts';
import { checkKnown, checkNumber, showValue } from '../tensor/index.ts';
import { checkFlags } from './options.ts';

/**
 * Prepares the engine before its first use; needed only to change a default, since everything loads by itself, and on hosts that forbid
 * compiling WebAssembly: there `import wasm from 'espalier/plain.wasm'`, then `init({ wasm })`.
 * @throws when a tensor or model exists already, the memory cap is out of range, `wasm` is not made of espalier's modules, a flag is not
 * true or false, or an option is unknown.
 */
export function init(options: InitOptions = {}): void {
  checkKnown('init', options, ['wasm', 'relaxed', 'deterministic', 'maximumMemory']);
  const { wasm, relaxed, deterministic, maximumMemory } = options;
  checkFlags('init', { relaxed, deterministic });
  if (maximumMemory !== undefined) checkNumber('init', { maximumMemory }, 'a finite number');
  prepareEngine({ wasm: wasm === undefined ? undefined : modulesOf(wasm), relaxed, deterministic, maximumMemory });
}

/** Modules by what they are; those of `{ plain, relaxed }` must be what they are called. */
function modulesOf(wasm: unknown): Modules {
  const flavour = flavourOf(wasm);
  if (flavour) return { [flavour]: wasm };
  const named = wasm === null || typeof wasm !== 'object' ? [] : Object.entries(wasm);
  if (named.length === 0 || named.some(([name]) => name !== 'plain' && name !== 'relaxed')) {
    const hint = Object(wasm).default ? " (of what was imported as a namespace, pass 'default')" : '';
    throw new TypeError(
      `init: expected wasm to be the compiled module of 'espalier/plain.wasm' or 'espalier/relaxed.wasm', or both as { plain, relaxed }, got ${showModule(wasm)}${hint}.`,
    );
  }
  for (const [name, module] of named) {
    if (module === undefined || flavourOf(module) === name) continue;
    throw new TypeError(
      `init: expected wasm.${name} to be the compiled module of 'espalier/${name}.wasm', got ${showModule(module)}.`,
    );
  }
  return wasm as Modules;
}

function showModule(value: unknown): string {
  if (!isModule(value)) return showValue(value);
  const flavour = flavourOf(value);
  return flavour ? `that of 'espalier/${flavour}.wasm'` : 'another module';
}
