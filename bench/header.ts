// What a figure depends on: the machine, the engine, the code.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

export interface Header {
  readonly processor: string;
  readonly cores: number;
  /** `L1d 48K`, `L2 1024K` …; empty where the system does not say. */
  readonly caches: readonly string[];
  readonly node: string;
  readonly v8: string;
  /** Git's short hash, `-dirty` appended where files differ from it; absent outside a checkout. */
  readonly commit?: string;
}

export function header(): Header {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    caches: caches(),
    node: process.version,
    v8: process.versions.v8,
    commit: commit(),
  };
}

function caches(): string[] {
  const found: string[] = [];
  for (let index = 0; ; index++) {
    try {
      const [level, type, size] = ['level', 'type', 'size'].map((file) =>
        readFileSync(`/sys/devices/system/cpu/cpu0/cache/index${index}/${file}`, 'utf8').trim(),
      );
      found.push(`L${level}${type === 'Data' ? 'd' : type === 'Instruction' ? 'i' : ''} ${size}`);
    } catch {
      return found;
    }
  }
}

function commit(): string | undefined {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return undefined;
  }
}
