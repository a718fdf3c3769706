// Trained networks, each in a file as soon as it is trained: what comes after may fail or be interrupted and nothing is lost. With
// --networks a later run takes those that are there, trains the others, and comes to what one run would have come to.
//
//   OUT/NAME.trained.espalier    the network, and under the memo `example` { plan, found }

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { UsageError } from '../src/cli/failure.ts';
import { loadModel, type Model } from '../src/index.ts';

/** A trained network and what else its training found, as JSON. */
export interface Kept<T> {
  readonly model: Model;
  readonly found: T;
}

/** What a network was trained with: all that it depends on, as JSON. */
export type Plan = Readonly<Record<string, unknown>>;

export interface Networks {
  /**
   * The network of that name from the folder of `--networks`, or else as `train` makes it; written to the folder of `--out` either way.
   * @throws when the one in the folder cannot be read or is of another plan.
   */
  take<T>(name: string, plan: Plan, train: () => Promise<Kept<T>>): Promise<Kept<T>>;
}

const memo = 'example';

/** A file's name from a network's. */
export const fileNameOf = (name: string, ending: string): string =>
  `${name.replaceAll(/[ ,%+.]+/g, '-').replace(/-$/, '')}.${ending}`;

/** @param write puts a file into the folder of `--out`. */
export function networksIn(folder: string | undefined, write: (name: string, bytes: Uint8Array) => void): Networks {
  if (folder !== undefined && !existsSync(folder)) throw new UsageError(`--networks: there is no ${folder}.`);
  return {
    async take<T>(name: string, plan: Plan, train: () => Promise<Kept<T>>) {
      const file = fileNameOf(name, 'trained.espalier');
      const path = folder === undefined ? undefined : join(folder, file);
      const kept = path !== undefined && existsSync(path) ? await read<T>(path, plan) : await train();
      const { model, found } = kept;
      model.memos.set(memo, () => ({ data: { plan, found } }));
      write(file, model.toBytes({ includeOptimizer: false }));
      return kept;
    },
  };
}

async function read<T>(path: string, plan: Plan): Promise<Kept<T>> {
  const model = await loadModel(new Uint8Array(readFileSync(path))).catch((error: Error) => {
    throw new UsageError(`--networks: ${path}: ${error.message}`);
  });
  const saved = model.memos.get(memo)?.().data as { plan: Plan; found: T } | undefined;
  if (saved === undefined) throw new UsageError(`--networks: ${path} was not written by an example.`);
  for (const [key, value] of Object.entries(plan)) {
    if (isDeepStrictEqual(saved.plan[key], value)) continue;
    const [then, now] = [saved.plan[key], value].map((each) => JSON.stringify(each));
    throw new UsageError(`--networks: ${path} was trained with ${key} ${then}, and ${now} is asked for.`);
  }
  return { model, found: saved.found };
}
