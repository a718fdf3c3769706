// A matrix of one's own for the bench.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A Matrix Market file of 5 × 3 with seven numbers. */
export function smallMatrix(folder: string): string {
  const file = join(folder, 'small.mtx');
  const entries = '1 1 1\n1 3 2\n2 2 3\n3 1 4\n4 3 5\n5 1 6\n5 2 7\n';
  writeFileSync(file, `%%MatrixMarket matrix coordinate real general\n5 3 7\n${entries}`);
  return file;
}
