// The page: scenes beside the truth and what each network sees, the curves, and the table.

import {
  type Bitmap,
  type Block,
  type Column,
  kilobytes,
  milliseconds,
  type Outcome,
  percent,
  type StudySection,
  times,
} from '../scaffold.ts';
import type { Judged } from './judge.ts';
import { classNames, type Scenes, side } from './scenes.ts';

/** Of the classes, red green blue: colours that differ in lightness too. */
const colors = [
  [32, 36, 44],
  [244, 184, 60],
  [66, 134, 214],
  [52, 168, 120],
  [236, 226, 240],
];
const colorNames = ['dark', 'yellow', 'blue', 'green', 'white'];
const classColumns: readonly Column[] = classNames.map((name, c) => ({
  key: `iou${c}`,
  name: `IoU ${name}`,
  show: (value: number) => percent(value),
}));

/** Test scenes that are shown. */
const shown = 5;

/** The table and the page of networks that were judged; the first is the dense one. */
export function tell(judged: readonly Judged[], test: Scenes, data: string): Outcome {
  const [dense, ...others] = judged;
  const speed = ({ milliseconds }: Judged) => dense.milliseconds.min / milliseconds.min;
  const points = (each: Judged) => `${(100 * (each.meanIoU - dense.meanIoU)).toFixed(1)} points`.replace('-', '−');
  return {
    data,
    variants: judged.map((each) => ({
      name: each.name,
      weights: each.weights,
      meanIoU: each.meanIoU,
      ...Object.fromEntries(each.ious.map((iou, c) => [`iou${c}`, iou])),
      accuracy: each.accuracy,
      bytes: each.bytes,
      milliseconds: each.milliseconds.min,
      medianMilliseconds: each.milliseconds.median,
      speedup: speed(each),
    })),
    columns: [
      { key: 'weights', name: 'weights kept', show: (value) => value.toLocaleString('en-US') },
      { key: 'meanIoU', name: 'mean IoU', show: (value) => percent(value) },
      ...classColumns.slice(1),
      { key: 'accuracy', name: 'pixels right', show: (value) => percent(value) },
      { key: 'bytes', name: 'file', show: kilobytes },
      { key: 'milliseconds', name: 'one scene', show: milliseconds },
      { key: 'speedup', name: 'as fast', show: times },
    ],
    note: noteOf(judged),
    summary: `A small U-Net names the class of every pixel. ${others
      .map((each) => `${each.title}: ${points(each)} of mean IoU, ${times(speed(each))} as fast`)
      .join('; ')}.`,
    figures: [
      { value: percent(dense.meanIoU), name: 'mean IoU', note: 'dense' },
      ...others.map((each) => ({
        value: times(speed(each)),
        name: `as fast, ${each.name}`,
        note: `${points(each)} of mean IoU, ${times(dense.bytes / each.bytes)} smaller`,
      })),
    ],
    sections: [pictures(judged, test), curves(judged), costs(judged)],
    more: { classes: classNames },
  };
}

const noteOf = (judged: readonly Judged[]): string =>
  `${judged.map(({ name, title }) => `${name}: ${title}`).join('; ')}. IoU: of each class, the pixels that are it and are called it, in parts of those that are either, over all test scenes; the mean is of all ${classNames.length} classes, the background among them. Weights of kernels that are not 0, biases left out. File: the compressed model. One scene: a prediction at batch 1 on one thread, the best of the rounds in which all networks took turns.`;

function pictures(judged: readonly Judged[], { images, labels }: Scenes): StudySection {
  const blocks = Array.from({ length: shown }, (_, i): Block => {
    const [from, to] = [i * side * side, (i + 1) * side * side];
    const truth = labels.subarray(from, to);
    const scene = { ...square, channels: 1 as const, data: Uint8Array.from(images.subarray(from, to), (v) => 255 * v) };
    return {
      kind: 'pictures',
      title: `Scene ${i + 1}`,
      width: 144,
      pictures: [
        { image: scene, caption: 'scene' },
        { image: painted(truth), caption: 'truth' },
        ...judged.map(({ name, answers }) => {
          const answer = answers.subarray(from, to);
          const wrong = answer.reduce((sum, label, p) => sum + Number(label !== truth[p]), 0);
          return { image: painted(answer), caption: name, note: `${wrong} pixels wrong` };
        }),
      ],
    };
  });
  const key = classNames.map((name, c) => `${name} ${colorNames[c]}`).join(', ');
  return {
    title: 'What the networks see',
    intro: `The first ${shown} test scenes, which no network was trained on. Colours: ${key}.`,
    blocks,
  };
}

const square = { width: side, height: side };

const painted = (labels: Uint8Array): Bitmap => ({
  ...square,
  channels: 3,
  data: Uint8Array.from([...labels].flatMap((label) => colors[label])),
});

const curves = (judged: readonly Judged[]): StudySection => ({
  title: 'Learning and forgetting',
  intro:
    'All networks share the first half of the epochs. In the second, weights go step by step, and the others make up for them.',
  blocks: [
    {
      kind: 'lines',
      title: 'On validation scenes',
      x: { name: 'epoch' },
      y: { name: 'mean IoU', unit: '%' },
      series: judged.map(({ name, curve }) => ({ name, points: curve.map(([epoch, iou]) => [epoch, 100 * iou]) })),
    },
    {
      kind: 'bars',
      title: 'Intersection over union by class',
      unit: '%',
      groups: classNames.slice(1),
      series: judged.map(({ name, ious }) => ({
        name,
        values: ious.slice(1).map((iou) => Math.round(1000 * iou) / 10),
      })),
    },
  ],
});

const costs = (judged: readonly Judged[]): StudySection => ({
  title: 'What they cost',
  blocks: [
    {
      kind: 'bars',
      title: 'One scene',
      unit: ' ms',
      groups: judged.map(({ name }) => name),
      series: [{ name: 'one scene', values: judged.map(({ milliseconds }) => milliseconds.min) }],
    },
    {
      kind: 'bars',
      title: 'File',
      unit: ' kB',
      groups: judged.map(({ name }) => name),
      series: [{ name: 'file', values: judged.map(({ bytes }) => bytes / 1000) }],
    },
  ],
});
