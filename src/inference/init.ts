// The door to the engine, which knows no options by name.

import { type InitOptions, init as prepareEngine } from '../engine/index.ts';
import { checkKnown, checkNumber } from '../tensor/index.ts';

/**
 * Prepares the engine before its first use; needed only to change a default, since everything loads by itself.
 * @throws when a tensor or model exists already, the memory cap is out of range, or an option is unknown.
 */
export function init(options: InitOptions = {}): void {
  checkKnown('init', options, ['wasm', 'relaxed', 'deterministic', 'maximumMemory']);
  const { maximumMemory } = options;
  if (maximumMemory !== undefined) checkNumber('init', { maximumMemory }, 'a finite number');
  prepareEngine(options);
}
