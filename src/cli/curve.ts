// Accuracy on the validation split against sparsity: networks pruned at once and left at that, and networks pruned and fine-tuned.

import { type Criterion, compress, type Model, magnitude, random, sparsity } from '../index.ts';
import type { CurvePoint } from '../report/index.ts';
import { accuracy, classify } from './measure.ts';
import { pruneTo } from './recipe.ts';
import { type Course, copyOf, pruneAndTune, type Training } from './train.ts';

const grid = [0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99];
/** Beside the sparsity asked for, which is in the table already: each costs a fine-tuning. */
const tuned = [0.95, 0.98];

/** The validation accuracy of a model as it runs, and its sparsity. */
async function point(course: Course, model: Model, series: string): Promise<CurvePoint> {
  const running = compress(model);
  const answers = await classify(running, course.digits.validation, course.signal);
  running.dispose();
  return { series, sparsity: 1 - sparsity(model).density, accuracy: accuracy(answers, course.digits.validation) };
}

/** All points of all series. @throws the signal's reason when it is aborted. */
export async function measureCurve(course: Course, { networks, trunk }: Training): Promise<CurvePoint[]> {
  const { seed, progress } = course;
  const [dense, l1, pruned] = networks.map(({ model }) => model);
  const atOnce: [string, Model, Criterion][] = [
    ['dense, pruned, no fine-tuning', dense, magnitude],
    ['l1, pruned, no fine-tuning', l1, magnitude],
    ['dense, pruned at random', dense, random],
  ];
  const points: CurvePoint[] = [];

  for (const target of tuned) {
    if (target === course.sparsity) continue;
    const model = copyOf(trunk, seed);
    await pruneAndTune(course, model, `pruned to ${target * 100}%`, target);
    points.push(await point(course, model, 'dense, pruned and fine-tuned'));
    model.dispose();
  }
  points.push(await point(course, pruned, 'dense, pruned and fine-tuned'));

  progress.phase('Measure the curve', atOnce.length * grid.length);
  for (const [i, [series, model, criterion]] of atOnce.entries()) {
    const zeros = 1 - sparsity(model).density;
    const targets = [zeros, ...grid.filter((target) => target > zeros)];
    for (const [j, target] of targets.entries()) {
      const copy = copyOf(model, seed);
      if (target > zeros) pruneTo(copy, target, criterion);
      points.push(await point(course, copy, series));
      copy.dispose();
      progress.update(i * grid.length + j + 1);
    }
  }
  progress.done('accuracy on the validation split against sparsity');
  return points;
}
