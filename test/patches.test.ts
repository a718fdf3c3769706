// Patches of a picture, and the picture made of them again.

import { describe, expect, test } from 'vitest';
import { extractPatches2d, reconstructFromPatches2d } from '../src/index.ts';

describe('patches', () => {
  const grid = { rows: 7, columns: 9, size: [3, 4], stride: 2 } as const;
  const image = Float32Array.from({ length: 63 }, (_, i) => i);

  test('lie row by row, the last at the border', () => {
    const patches = extractPatches2d(image, grid);
    const corners = Array.from({ length: patches.length / 12 }, (_, i) => patches[12 * i]);
    expect(corners).toEqual([0, 2, 4, 5, 18, 20, 22, 23, 36, 38, 40, 41]);
    expect(Array.from(patches.subarray(0, 12))).toEqual([0, 1, 2, 3, 9, 10, 11, 12, 18, 19, 20, 21]);
  });

  test('make their picture again', () => {
    expect(Array.from(reconstructFromPatches2d(extractPatches2d(image, grid), grid))).toEqual(Array.from(image));
  });

  test('are averaged where they overlap, and with a picture of a weight', () => {
    const line = { rows: 1, columns: 3, size: [1, 2] } as const;
    expect(Array.from(reconstructFromPatches2d([1, 2, 4, 6], line))).toEqual([1, 3, 6]);
    const blended = reconstructFromPatches2d([1, 2, 4, 6], line, { image: [3, 3, 0], weight: 2 });
    expect(Array.from(blended)).toEqual([Math.fround(7 / 3), 3, 2]);
  });
});

describe('bad input', () => {
  test.each<[string, () => unknown]>([
    ['a patch of 8 × 8 does not fit a picture of 4 × 9', () => extractPatches2d([], { rows: 4, columns: 9, size: 8 })],
    [
      'expected a grey picture of 4 × 4, 16 numbers, got 48',
      () => extractPatches2d(new Float32Array(48), { rows: 4, columns: 4, size: 2 }),
    ],
    [
      'expected 9 patches of 2 × 2, 36 numbers, got 3',
      () => reconstructFromPatches2d([1, 2, 3], { rows: 4, columns: 4, size: 2 }),
    ],
    [
      "expected the blend's weight",
      () =>
        reconstructFromPatches2d(
          new Float32Array(4),
          { rows: 2, columns: 2, size: 2 },
          { image: [1, 2, 3, 4], weight: -1 },
        ),
    ],
  ])('%s', (message, call) => expect(call).toThrow(message));
});
