// Choices by name: a string, or an object with a name beside its options.

import { showValue } from './numbers.ts';

/** A choice's name, '' where it has none (as a factory that was not called), and its options. */
export function named(choice: unknown): { name: string; options: Readonly<Record<string, unknown>> } {
  if (typeof choice === 'string') return { name: choice, options: {} };
  const { name, ...options } = typeof choice === 'object' ? Object(choice) : {};
  return { name: typeof name === 'string' ? name : '', options };
}

/** A choice in an error message. */
export function showChoice(choice: unknown): string {
  const { name } = named(choice);
  return name ? `'${name}'` : showValue(choice);
}
