// The command line of the comparison with peers.

import { parseArgs } from 'node:util';
import { UsageError } from '../../src/cli/failure.ts';
import { checkWritable } from '../writable.ts';
import type { Effort } from './interleave.ts';

export const help = `npm run bench:peers -- [options]

  --filter WORDS   only tasks whose kind, network or size is each of the words: "predict a", "64", "spmm", "train"
  --json FILE      write { header, libraries, results, skipped } to FILE
  --markdown FILE  write the tables to FILE as well
  --relaxed        let espalier use relaxed SIMD where this Node has it, in training too
  --quick          fewer and shorter samples
  --help           this text

Installs tfjs-wasm, onnxruntime-web and onnxruntime-node inside bench/peers when they are not there, and measures them beside
espalier, with PyTorch, NumPy and SciPy where a python3 has them (PYTHON names another interpreter). Who cannot be had is
skipped, and said so.
`;

export interface PeersOptions {
  readonly filter: string;
  readonly json?: string;
  readonly markdown?: string;
  readonly relaxed: boolean;
  readonly help: boolean;
  readonly effort: Effort;
}

/** @throws UsageError on unknown options, and files that cannot be written. */
export function peersOptionsOf(args: readonly string[]): PeersOptions {
  const values = parsed(args);
  const { filter = '', json, markdown, relaxed = false, quick = false, help = false } = values;
  checkWritable({ json, markdown });
  const effort = quick
    ? { rounds: 8, totalSeconds: 0, seconds: 0.003, warmSeconds: 0.2 }
    : { rounds: 30, totalSeconds: 12, seconds: 0.005, warmSeconds: 0.8 };
  return { filter, json, markdown, relaxed, help, effort };
}

function parsed(args: readonly string[]) {
  const [text, flag] = [{ type: 'string' } as const, { type: 'boolean' } as const];
  try {
    const options = { filter: text, json: text, markdown: text, relaxed: flag, quick: flag, help: flag };
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const [first] = (error as Error).message.split(/\.\s|\n/);
    throw new UsageError(`${first}; --help lists the options.`);
  }
}
