// PyTorch, NumPy and SciPy in a child process that is asked for one sample at a time, so that its samples are taken in turns with
// everybody else's.

import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Contender, Library, Skipped, Task } from './task.ts';

/** Environment that holds the numeric libraries to one thread. */
export const oneThread = Object.fromEntries(
  ['OMP', 'OPENBLAS', 'MKL', 'NUMEXPR', 'VECLIB_MAXIMUM'].map((name) => [`${name}_NUM_THREADS`, '1']),
);

/** Interpreters that may have the libraries, the most likely first. */
export const candidates = [process.env.PYTHON, 'python3', '/usr/bin/python3', '/usr/local/bin/python3', 'python'];

const modules = ['torch', 'scipy', 'numpy'];

/** The interpreter with the most of the libraries, numpy among them. */
function interpreter(): string | undefined {
  let best: { path: string; found: number } | undefined;
  for (const path of new Set(candidates.filter((path) => path !== undefined))) {
    const probe = `import importlib.util as u; print(*[m for m in ${JSON.stringify(modules)} if u.find_spec(m)])`;
    const { stdout, status } = spawnSync(path, ['-c', probe], { encoding: 'utf8' });
    const found = status === 0 ? stdout.trim().split(' ') : [];
    if (found.includes('numpy') && found.length > (best?.found ?? 0)) best = { path, found: found.length };
  }
  return best?.path;
}

const base64 = (array: Float32Array): string =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');

function floats(text: string): Float32Array {
  const bytes = new Uint8Array(Buffer.from(text, 'base64'));
  return new Float32Array(bytes.buffer, 0, bytes.length / 4);
}

/** The task in JSON. */
const asJson = (task: Task): unknown =>
  JSON.parse(JSON.stringify(task, (_, value) => (value instanceof Float32Array ? base64(value) : value)));

/** The libraries that Python has here, and those it has not. */
export async function pythonLibraries(): Promise<{ libraries: Library[]; skipped: Skipped[] }> {
  const path = interpreter();
  if (!path) {
    const why = 'no python3 with numpy was found; PYTHON names another interpreter';
    return { libraries: [], skipped: modules.map((library) => ({ library, why })) };
  }
  const child = spawn(path, [fileURLToPath(new URL('peers.py', import.meta.url))], {
    env: { ...process.env, ...oneThread },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting: { resolve: (value: never) => void; reject: (error: Error) => void }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { result, error } = JSON.parse(line) as { result?: unknown; error?: string };
    const next = waiting.shift();
    if (error === undefined) next?.resolve(result as never);
    else next?.reject(new Error(`Python: ${error}`));
  });
  child.on('close', () => {
    for (const { reject } of waiting.splice(0)) reject(new Error('Python ended before it answered.'));
  });
  const ask = <T>(message: object): Promise<T> =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      child.stdin.write(`${JSON.stringify(message)}\n`);
    });

  const versions = await ask<Record<string, string>>({ do: 'versions' });
  const names = Object.keys(versions);
  const contendersOf = async (task: Task): Promise<Contender[]> => {
    const found = await ask<{ library: string; form: string }[]>({ do: 'load', task: asJson(task) });
    return found.map((one, id) => ({
      ...one,
      answer: async () => floats(await ask<string>({ do: 'answer', id })),
      sample: (calls) => ask<number>({ do: 'sample', id, calls }),
      async dispose() {
        if (id === 0) await ask({ do: 'drop' });
      },
    }));
  };
  // One child speaks for all: the first library loads the task.
  const libraries = names.map(
    (name, i): Library => ({
      name,
      version: versions[name],
      native: true,
      contenders: async (task) => (i === 0 ? contendersOf(task) : []),
      close: () => (i === 0 ? child.kill() : undefined),
    }),
  );
  const missing = modules.filter((name) => !names.includes(name));
  return { libraries, skipped: missing.map((library) => ({ library, why: `not installed in ${path}` })) };
}
