// File names with figures in them, as Python formats them where it is plain:
//
//   {name}   {name:03d}   {name:4}   {name:.3f}   {name:08.3f}   {name:.2e}

import { type Logs, monitored } from '../logs.ts';

const field = /\{([^{}]*)\}/g;
const form = /^(\w+)(?::(0?)(\d{0,2})(?:d|(?:\.(\d\d?))?([fe]))?)?$/;

/** What fills a pattern in. @throws {RangeError} on a format that is none of the above; `who` asks. */
export function filePattern(who: string, pattern: string): (figures: Logs) => string {
  for (const [whole, inside] of pattern.matchAll(field)) {
    if (form.test(inside)) continue;
    throw new RangeError(
      `${who}: expected fields such as {epoch}, {epoch:03d}, {loss:.3f} or {loss:.2e}, got ${whole}.`,
    );
  }
  return (figures) =>
    pattern.replace(field, (_, inside: string) => {
      const [, name, zero, width = 0, digits = 6, kind] = form.exec(inside) as RegExpExecArray;
      const value = monitored(figures, name, who);
      return padded(shown(value, kind, Number(digits)), Number(width), zero === '0');
    });
}

function shown(value: number, kind: string | undefined, digits: number): string {
  if (kind === 'f') return value.toFixed(digits);
  if (kind === 'e') return value.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2');
  return String(value);
}

/** Zeros go between the sign and the number. */
function padded(text: string, width: number, zeros: boolean): string {
  if (!zeros) return text.padStart(width);
  const sign = text.startsWith('-') ? '-' : '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}
