// espalier evaluate FILE: the accuracy of a saved model on test images.

import { loadFile } from '../index.ts';
import { count, percent } from '../report/index.ts';
import { loadTestDigits } from './digits.ts';
import { interruptible } from './interrupt.ts';
import { accuracy, classify } from './measure.ts';
import { textTable } from './tables.ts';

/** The options of `espalier evaluate`. */
export interface EvaluateOptions {
  data?: string;
  json?: boolean;
}

/** Prints the share of test images that the model classifies rightly, and that share for each digit. */
export async function evaluate(file: string, { data, json }: EvaluateOptions): Promise<void> {
  const model = await loadFile(file);
  const { name: dataset, test } = await loadTestDigits(data);
  const [input, output] = [model.inputs[0].shape, model.outputs[0].shape];
  if (model.inputs.length > 1 || model.outputs.length > 1 || `${input}` !== `${test.shape}` || `${output}` !== '10') {
    throw new Error(
      `${file} maps [${input}] to [${output}]; expected a model of one input [${test.shape}] and one output [10], as the digits have.`,
    );
  }
  const start = performance.now();
  const answers = await interruptible((signal) => classify(model, test, signal));
  const seconds = (performance.now() - start) / 1000;
  const classes = Array.from({ length: 10 }, (_, digit) => {
    const images = test.labels.reduce((sum, label) => sum + (label === digit ? 1 : 0), 0);
    const right = test.labels.reduce((sum, label, i) => sum + (label === digit && answers[i] === digit ? 1 : 0), 0);
    return { digit, images, right };
  });
  const right = classes.reduce((sum, each) => sum + each.right, 0);
  const result = { file, dataset, images: test.count, right, testAccuracy: accuracy(answers, test), seconds, classes };
  if (json) {
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  const rows = classes.map((each) => [
    `${each.digit}`,
    count(each.images),
    count(each.right),
    percent(each.right / each.images, 2),
  ]);
  process.stdout.write(`${dataset}, ${count(test.count)} test images, batches of 64, ${seconds.toFixed(2)} s

${textTable(['digit', 'images', 'right', 'accuracy'], [...rows, ['all', count(test.count), count(right), percent(result.testAccuracy, 2)]])}`);
}
