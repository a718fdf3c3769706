// npm run bench:peers -- [options]

import { writeFileSync } from 'node:fs';
import { describeError, exitCode, UsageError } from '../../src/cli/failure.ts';
import { header } from '../header.ts';
import { espalier } from './espalier.ts';
import { install, versionOf } from './install.ts';
import { interleave } from './interleave.ts';
import { markdownOf } from './markdown.ts';
import { help, peersOptionsOf } from './options.ts';
import { pythonLibraries } from './python.ts';
import { about, type Library, type Result, type Skipped, type Task } from './task.ts';
import { tasks } from './tasks.ts';

/** Imported when they are known to be installed. */
const scripted: Readonly<Record<string, () => Promise<Library>>> = {
  'tfjs-wasm': async () => (await import('./tfjs.ts')).tfjs(),
  'onnxruntime-web': async () => (await import('./onnxruntime.ts')).onnxruntimeWeb(),
  'onnxruntime-node': async () => (await import('./onnxruntime.ts')).onnxruntimeNode(),
};

async function open(relaxed: boolean): Promise<{ libraries: Library[]; skipped: Skipped[] }> {
  const libraries = [espalier(versionOf('../../package.json'), relaxed)];
  const skipped: Skipped[] = [];
  install();
  for (const [library, load] of Object.entries(scripted)) {
    try {
      libraries.push(await load());
    } catch (error) {
      skipped.push({ library, why: describeError(error, false) });
    }
  }
  const python = await pythonLibraries();
  return { libraries: [...libraries, ...python.libraries], skipped: [...skipped, ...python.skipped] };
}

async function measured(task: Task, libraries: readonly Library[], effort: Parameters<typeof interleave>[1]) {
  const found = [];
  const skipped: Skipped[] = [];
  for (const [i, library] of libraries.entries()) {
    try {
      found.push(...(await library.contenders(task)));
    } catch (error) {
      // The first is ours: without it there is nothing to check the others against.
      if (i === 0) throw error;
      skipped.push({ library: `${library.name} in ${task.kind}`, why: describeError(error, false) });
    }
  }
  const { timings, skipped: wrong } = await interleave(found, effort);
  for (const contender of found) await contender.dispose();
  const isNative = (name: string) => libraries.find((library) => library.name === name)?.native ?? false;
  const results = timings.map((timing): Result => ({ task: about(task), native: isNative(timing.library), ...timing }));
  return { results, skipped: [...skipped, ...wrong] };
}

/** Whether every word of the filter is the task's kind, network or one of its sizes. */
function matches(task: Task, filter: string): boolean {
  const own = Object.values(about(task)).map(String);
  return filter
    .split(' ')
    .filter((word) => word !== '')
    .every((word) => own.includes(word));
}

async function main(): Promise<void> {
  const options = peersOptionsOf(process.argv.slice(2));
  if (options.help) {
    console.log(help);
    return;
  }
  const wanted = tasks.map((make) => make()).filter((task) => matches(task, options.filter));
  if (wanted.length === 0)
    throw new UsageError(
      `No task is called '${options.filter}'; as in 'predict a', 'predict 64', 'gemm', 'spmm', 'train'.`,
    );
  const { libraries, skipped } = await open(options.relaxed);
  for (const { library, why } of skipped) console.log(`Skipped: ${library} (${why}).`);
  const results: Result[] = [];
  try {
    for (const task of wanted) {
      console.log(`Measuring ${Object.values(about(task)).join(' ')} …`);
      const found = await measured(task, libraries, options.effort);
      results.push(...found.results);
      skipped.push(...found.skipped);
    }
  } finally {
    for (const library of libraries) library.close();
  }
  const report = {
    header: header(),
    libraries: libraries.map(({ name, version, native }) => ({ name, version, native })),
    results,
    skipped,
  };
  const markdown = markdownOf(report);
  console.log(`\n${markdown}`);
  if (options.markdown) writeFileSync(options.markdown, markdown);
  if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`bench:peers: ${describeError(error, false)}\n`);
  process.exitCode = exitCode(error);
}
