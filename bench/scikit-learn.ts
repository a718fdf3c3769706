// scikit-learn in a child process, held to one thread, where a Python has it.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { candidates, oneThread } from './peers/python.ts';

/** What to code, and how. */
export interface CodingTask {
  readonly method: 'omp' | 'lasso';
  readonly atoms: number;
  readonly features: number;
  readonly count: number;
  readonly nonzeros?: number;
  readonly lambda?: number;
  readonly dictionary: Float32Array;
  readonly signals: Float32Array;
}

/** Seconds of each run, and ½·‖x − a·D‖² + λ·‖a‖₁ summed over the signals. */
export interface CodingResult {
  readonly seconds: readonly number[];
  readonly objective: number;
}

let found: string | undefined | null = null;

/** The interpreter that has scikit-learn. */
export function scikitLearn(): string | undefined {
  if (found === null) {
    found = candidates.find((path) => path && spawnSync(path, ['-c', 'import sklearn']).status === 0);
  }
  return found;
}

/** Runs the task `runs` times. @throws where Python fails. */
export function codedByScikitLearn(python: string, task: CodingTask, runs: number): CodingResult {
  const { dictionary, signals, ...sizes } = task;
  const folder = mkdtempSync(join(tmpdir(), 'espalier-coding-'));
  try {
    writeFileSync(join(folder, 'dictionary.f32'), dictionary);
    writeFileSync(join(folder, 'signals.f32'), signals);
    const { status, stdout, stderr } = spawnSync(python, [fileURLToPath(new URL('coding.py', import.meta.url))], {
      input: JSON.stringify({ ...sizes, folder, runs }),
      encoding: 'utf8',
      env: { ...process.env, ...oneThread },
    });
    if (status !== 0) throw new Error(`scikit-learn: ${stderr.trim().split('\n').at(-1)}`);
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
