// Numbers for people, the same in every locale.

/** 121760 → `121,760`. */
export function count(value: number): string {
  return value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** 0.1 → `10.0%`. */
export function percent(fraction: number, digits = 1): string {
  return `${(100 * fraction).toFixed(digits)}%`;
}

/** A difference of two fractions in percentage points: −0.0021 → `−0.21`. */
export function points(difference: number): string {
  const rounded = (100 * difference).toFixed(2);
  if (Number(rounded) === 0) return '±0.00';
  return rounded.startsWith('-') ? `−${rounded.slice(1)}` : `+${rounded}`;
}

/** Three significant digits: 0.04567 → `0.0457`, 0.3 → `0.300`, 12.34 → `12.3`, 4567 → `4,567`. */
export function significant(value: number): string {
  return Math.abs(value) < 999.5 ? value.toPrecision(3) : count(value);
}

/** `0.312 ms`. */
export function milliseconds(value: number): string {
  return `${significant(value)} ms`;
}

/** 487424 → `487 kB` (1 kB = 1,000 bytes). */
export function kilobytes(bytes: number): string {
  const kilo = bytes / 1000;
  return kilo < 1 ? `${count(bytes)} B` : `${kilo < 10 ? kilo.toFixed(1) : count(kilo)} kB`;
}

/** How many times as fast: 3.14159 → `3.14×`. */
export function times(ratio: number): string {
  return `${significant(ratio)}×`;
}

/** 95.4 → `95 s`, 130 → `2 min 10 s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 100 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
