// A sensor's readings in sequences of one length, with a label for each step: 1 where something is wrong.

import { loadText, Random } from '../../src/index.ts';
import { UsageError } from '../scaffold.ts';

/** `[count, length, features]` and `[count, length, 1]`. */
export interface Readings {
  readonly x: { readonly data: Float32Array; readonly shape: readonly [number, number, number] };
  readonly y: { readonly data: Float32Array; readonly shape: readonly [number, number, number] };
}

/** Readings to learn from, and others to be judged by. */
export interface Sensor {
  readonly name: string;
  readonly train: Readings;
  readonly test: Readings;
}

const generated = { train: 640, test: 200 };

/**
 * Points that go round a circle, with noise; in half of the sequences they stop somewhere and tremble.
 * @param length at least 32.
 */
export function generateReadings(length: number, seed: number): Sensor {
  const draw = (count: number, stream: string): Readings => {
    const random = new Random(seed, stream);
    const [x, y] = [new Float32Array(count * length * 2), new Float32Array(count * length)];
    for (let i = 0; i < count; i++) {
      const breaks = random.uniform() < 0.5 ? 16 + random.integer(length - 24) : length;
      let [a, b] = [1, 0];
      const turn = random.uniform(0.15, 0.25);
      for (let t = 0; t < length; t++) {
        if (t < breaks) [a, b] = [a - turn * b, b + turn * a];
        const radius = Math.sqrt(a * a + b * b);
        [a, b] = [a / radius, b / radius];
        const noise = t < breaks ? 0.1 : 0.2;
        x[(i * length + t) * 2] = a + random.normal(0, noise);
        x[(i * length + t) * 2 + 1] = b + random.normal(0, noise);
        y[i * length + t] = t < breaks ? 0 : 1;
      }
    }
    return { x: { data: x, shape: [count, length, 2] }, y: { data: y, shape: [count, length, 1] } };
  };
  return { name: 'generated readings', train: draw(generated.train, 'train'), test: draw(generated.test, 'test') };
}

/**
 * A text of one reading a line, in the order of time: numbers, and last 0 or 1, with commas between; cut into sequences, four fifths to
 * learn from, the last fifth to be judged by.
 * @throws {UsageError} on a line that is none, and on too few of them.
 */
export async function readReadings(path: string, length: number): Promise<Sensor> {
  const lines = (await loadText(path)).split(/\r?\n/).filter((line) => line.trim() !== '');
  const rows = lines.map((line) => line.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part))));
  const width = rows[0]?.length ?? 0;
  const wrong = rows.findIndex(
    (row) => row.length !== width || width < 2 || !row.every(Number.isFinite) || ![0, 1].includes(row[width - 1]),
  );
  if (wrong >= 0) {
    throw new UsageError(
      `--data: expected ${width < 2 ? 'numbers' : `${width - 1} numbers`} and 0 or 1 in each line, with commas between, got '${lines[wrong]}'.`,
    );
  }
  const count = Math.floor(rows.length / length);
  if (count < 5) {
    throw new UsageError(
      `--data: expected at least ${5 * length} readings, five sequences of ${length}, got ${rows.length}; choose a smaller --length.`,
    );
  }
  const part = (from: number, to: number): Readings => {
    const taken = rows.slice(from * length, to * length);
    return {
      x: { data: Float32Array.from(taken.flatMap((row) => row.slice(0, -1))), shape: [to - from, length, width - 1] },
      y: { data: Float32Array.from(taken, (row) => row[width - 1]), shape: [to - from, length, 1] },
    };
  };
  const first = Math.floor(0.8 * count);
  return { name: path.replace(/^.*[/\\]/, ''), train: part(0, first), test: part(first, count) };
}
