// Numbers as users hand them in. Typed arrays stay what they are while a call looks at them; anything else may hold what is no
// number, or differ from one look to the next (getters, proxies), and is copied with one look at each.

type TypedNumbers =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** Whether it is a typed array of numbers (which bigints are not). */
export const isTyped = (input: unknown): input is TypedNumbers =>
  ArrayBuffer.isView(input) &&
  !(input instanceof DataView || input instanceof BigInt64Array || input instanceof BigUint64Array);

/** Letters of a text that a message shows. */
const mostLetters = 60;

/** A value in an error message; texts up to {@link mostLetters}, arrays only when they are short, and no deeper than `depth`. */
export function showValue(value: unknown, depth = 2): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > mostLetters ? `${value.slice(0, mostLetters)}…` : value);
  }
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (!Array.isArray(value)) return showObject(value);
  if (value.length > 4 || depth === 0) return 'an array';
  return `[${Array.from(value, (each) => showValue(each, depth - 1)).join(', ')}]`;
}

/** An object by its class; of those without one, what keeps them from being arrays. */
function showObject(value: object): string {
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  if (typeof name === 'string' && !['', 'Object'].includes(name)) return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`;
  if ('length' in value && Object(value.length) !== value.length)
    return `an object of length ${showValue(value.length)}`;
  if (Object.hasOwn(value, 0))
    return 'an object with numbers for keys, as JSON has for a typed array (send Array.from(x))';
  return 'an object';
}

/** As {@link showValue}; and that another copy of this package made it, where `instanceof` does not know what has a class of that name. */
export function showStranger(value: unknown, base: abstract new (...values: never) => unknown): string {
  const shown = showValue(value);
  if (value instanceof base) return shown;
  for (let at = Object(value); at !== null; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, 'constructor') && at.constructor?.name === base.name)
      return `${shown} of another copy of espalier`;
  }
  return shown;
}

/** Its length, if it is an array of whatever or something like one. */
export function lengthOf(input: unknown): number | undefined {
  const length = typeof input === 'object' ? (input as ArrayLike<unknown> | null)?.length : undefined;
  return Number.isSafeInteger(length) && (length as number) >= 0 ? length : undefined;
}

/** Typed arrays as they are, of others a copy as 32-bit floats. @throws on what is no array of numbers, naming the place. */
export function numbersOf(who: string, name: string, input: ArrayLike<number>, length = lengthOf(input)): TypedNumbers {
  if (isTyped(input)) return input;
  if (length === undefined || ArrayBuffer.isView(input)) {
    throw new TypeError(`${who}: expected ${name} to be an array of numbers, got ${showValue(input)}.`);
  }
  const copy = new Float32Array(length);
  for (let p = 0; p < length; p++) {
    const value = input[p];
    if (typeof value !== 'number') {
      throw new TypeError(`${who}: ${name}[${p}] is ${showValue(value)}: expected a number.`);
    }
    copy[p] = value;
  }
  return copy;
}
