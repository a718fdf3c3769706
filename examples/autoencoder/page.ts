// The page: digits and what each autoencoder makes of them, the filters, and what a linear classifier reads in the codes.

import { type Bitmap, type Outcome, percent, type StudySection } from '../scaffold.ts';
import { type Coded, codeSize } from './convolutional.ts';
import type { SparseStudy } from './judge-k-sparse.ts';

/** All that was found; `shown` are the first test images. */
export interface Found {
  readonly convolutional: readonly Coded[];
  readonly sparse: SparseStudy;
  readonly shown: Float32Array;
}

const side = 28;
const pixels = side * side;
const twoDigits = (value: number) => percent(value, 2);

/** The table and the page. */
export function tell({ convolutional, sparse, shown }: Found, data: string): Outcome {
  const { units, k, alpha, error, loss, silent, active, filters } = sparse;
  const name = `k-sparse, ${k} of ${units}`;
  return {
    data,
    variants: [
      ...convolutional.map((each) => ({
        name: each.name,
        units: codeSize,
        active: each.active,
        silent: each.silent,
        crossentropy: each.loss,
        error: each.error,
      })),
      { name, units, active: k, silent, squaredError: loss, error },
    ],
    columns: [
      { key: 'units', name: 'units' },
      { key: 'active', name: 'active for a digit', show: (value) => value.toFixed(1) },
      { key: 'silent', name: 'never active' },
      { key: 'crossentropy', name: 'cross-entropy of a pixel', show: (value) => value.toFixed(4) },
      { key: 'squaredError', name: 'squared error of a digit', show: (value) => value.toFixed(3) },
      { key: 'error', name: 'linear classifier wrong', show: twoDigits },
    ],
    note: `On the test images. Active: above a tenth of the most that the unit ever is; of the k-sparse code the k largest. Never active: on no test image. The linear classifier learned from the codes of the training images; on the k-sparse code it sees the α·k largest units, α = ${alpha}, chosen on the validation images.`,
    summary: `Codes of digits, learned without labels. ${k} of ${units} units draw a digit with a squared error of ${loss.toFixed(2)}, and a linear classifier on ${Math.round(alpha * k)} of them is wrong for ${twoDigits(error)} of the test images.`,
    figures: [
      { value: twoDigits(error), name: 'test error', note: `linear classifier on the k-sparse code, α = ${alpha}` },
      {
        value: `${units - silent}`,
        name: 'units in use',
        note: `of ${units}; ${active} for one image in a thousand or more`,
      },
      {
        value: sparse.sharpness.toFixed(2),
        name: 'sharpness of a filter',
        note: '0 all weights alike, 1 a single one (Hoyer 2004)',
      },
    ],
    sections: [
      decoded(convolutional, sparse, shown),
      {
        title: 'Filters',
        intro: `What each unit of the k-sparse code draws, the units used most first. Light draws, dark takes away.`,
        blocks: [{ kind: 'pictures', title: 'Filters of the decoder', width: 640, pictures: [sheet(filters)] }],
      },
      choice(sparse),
    ],
    more: {
      alpha,
      validation: sparse.tried,
      unitsInUse: units - silent,
      unitsInUseByOneInAThousand: active,
      sharpness: sparse.sharpness,
    },
  };
}

function decoded(
  convolutional: readonly Coded[],
  { k, decoded: codes }: SparseStudy,
  shown: Float32Array,
): StudySection {
  const rows = [
    { caption: 'test digits', images: shown },
    ...convolutional.map(({ name, decoded }) => ({ caption: name, images: decoded })),
    { caption: `${k} units active`, images: codes },
  ];
  return {
    title: 'Digits and what comes back',
    intro: 'The first test images, which no autoencoder was trained on, and each autoencoder’s picture of them.',
    blocks: rows.map(({ caption, images }) => ({
      kind: 'pictures' as const,
      title: caption,
      width: 64,
      pictures: Array.from({ length: images.length / pixels }, (_, i) => ({
        image: grey(images.subarray(i * pixels, (i + 1) * pixels), 0, 1),
        caption: '',
      })),
    })),
  };
}

const choice = ({ tried, alpha }: SparseStudy): StudySection => ({
  title: 'How many units to read',
  intro: `In training k units stay; as features more may. α = ${alpha} was best on the validation images, before the test images were looked at.`,
  blocks: [
    {
      kind: 'lines',
      title: 'Linear classifier on the validation images',
      x: { name: 'α' },
      y: { name: 'wrong', unit: '%' },
      series: [{ name: 'validation', points: tried.map((each) => [each.alpha, 100 * each.error]) }],
    },
  ],
});

const grey = (values: Float32Array, low: number, high: number): Bitmap => ({
  width: side,
  height: side,
  channels: 1,
  data: Uint8Array.from(values, (v) => Math.round(255 * Math.min(1, Math.max(0, (v - low) / (high - low))))),
});

/** Filters in rows of 20, each from its most negative weight to its most positive. */
function sheet(filters: readonly Float32Array[]): { image: Bitmap; caption: string } {
  const across = Math.min(20, filters.length);
  const pitch = side + 2;
  const [width, height] = [across * pitch, Math.ceil(filters.length / across) * pitch];
  const data = new Uint8Array(width * height).fill(128);
  for (const [i, filter] of filters.entries()) {
    const most = filter.reduce((largest, w) => Math.max(largest, Math.abs(w)), 1e-12);
    const tile = grey(filter, -most, most);
    const corner = Math.floor(i / across) * pitch * width + (i % across) * pitch;
    for (let row = 0; row < side; row++) {
      data.set(tile.data.subarray(row * side, (row + 1) * side), corner + row * width);
    }
  }
  return { image: { width, height, channels: 1, data }, caption: `the ${filters.length} units used most` };
}
