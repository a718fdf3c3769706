// A job of the sweep: plain JSON that says everything about one training, so that any machine with the same data gives the same result.

import { UsageError } from './failure.ts';

export const networks = ['lenet-300-100', 'lenet-5-caffe'] as const;
export const criteria = ['magnitude', 'lamp', 'wanda', 'taylor', 'fisher', 'snip', 'synflow', 'random'] as const;
export const scopes = ['global', 'layerwise', 'uniform', 'erdosRenyi'] as const;
export const schedules = ['oneShot', 'gradual'] as const;

/** Train a network dense, prune it by a rule to a sparsity, fine-tune it, test it. */
export interface SweepJob {
  readonly network: (typeof networks)[number];
  readonly criterion: (typeof criteria)[number];
  /** Default global; layerwise for wanda, which is not made to be compared between layers. */
  readonly scope: (typeof scopes)[number];
  readonly schedule: (typeof schedules)[number];
  /** Of all kernel weights, the output layer's included; biases are neither counted nor pruned. In (0, 1). */
  readonly sparsity: number;
  /** Of initial weights and orders of images. */
  readonly seed: number;
  /** Epochs before pruning; default 10. */
  readonly denseEpochs: number;
  /** Epochs from the (first) pruning on; default 10. */
  readonly tuneEpochs: number;
  /** Default 64. */
  readonly batchSize: number;
  /** Training images, the first ones; default 0: all, whose number stands in results. */
  readonly images: number;
}

/** What a job gives; accuracies are fractions. */
export interface SweepResult extends SweepJob {
  /** The name of the data, and a digest of it. */
  readonly dataset: string;
  readonly weights: number;
  readonly kept: number;
  /** On the test images: before pruning, and in the end. */
  readonly denseAccuracy: number;
  readonly accuracy: number;
  readonly seconds: number;
}

/** The fields of a job in the order of the table. */
export const jobFields = [
  'network',
  'criterion',
  'scope',
  'schedule',
  'sparsity',
  'seed',
  'denseEpochs',
  'tuneEpochs',
  'batchSize',
  'images',
] as const satisfies readonly (keyof SweepJob)[];

/** The job with as many images as it takes of `count`. @throws {UsageError} where it wants more. */
export function withImages(job: SweepJob, count: number): SweepJob {
  if (job.images <= count) return { ...job, images: job.images || count };
  throw new UsageError(`Jobs: expected images to be at most the ${count} training images, got ${job.images}.`);
}

/** What tells jobs apart. */
export const keyOf = (job: SweepJob): string => JSON.stringify(jobFields.map((field) => job[field]));

/** Each job once. */
export const distinct = (jobs: readonly SweepJob[]): SweepJob[] => [
  ...new Map(jobs.map((job) => [keyOf(job), job])).values(),
];

/** What tells dense networks apart: jobs alike in this begin with the same one. */
export const denseKeyOf = ({ network, seed, denseEpochs, batchSize, images }: SweepJob): string =>
  JSON.stringify([network, seed, denseEpochs, batchSize, images]);

/** Jobs as they are written down: fields with a default may be left out, lists stand for each of their values. */
type Written = Readonly<Record<string, unknown>>;

/** The sweep without a file of jobs. */
export const standardSweep: readonly Written[] = [
  {
    network: 'lenet-300-100',
    criterion: ['magnitude', 'lamp', 'wanda', 'taylor', 'fisher', 'random'],
    schedule: ['oneShot', 'gradual'],
    sparsity: [0.8, 0.9, 0.95, 0.98, 0.99],
  },
  {
    network: 'lenet-5-caffe',
    criterion: ['magnitude', 'lamp', 'taylor'],
    schedule: 'gradual',
    sparsity: [0.9, 0.98],
  },
];

/** The jobs of a list as written down, those of one seed and network together. @throws {UsageError} on what is no job. */
export function jobsOf(list: unknown, seeds: readonly number[]): SweepJob[] {
  if (!Array.isArray(list)) throw new UsageError(`Jobs: expected a JSON list of jobs, got ${JSON.stringify(list)}.`);
  const jobs = list.flatMap((written) => {
    if (typeof written !== 'object' || written === null) {
      throw new UsageError(`Jobs: expected an object for each job, got ${JSON.stringify(written)}.`);
    }
    return crossed({ seed: seeds, ...written }).map(checked);
  });
  if (jobs.length === 0) throw new UsageError('Jobs: expected at least one job, got none: a list in it is empty.');
  const unique = distinct(jobs);
  const order = [...new Set(unique.map(denseKeyOf))];
  return unique.sort((a, b) => order.indexOf(denseKeyOf(a)) - order.indexOf(denseKeyOf(b)));
}

/** One object for each combination of the values of lists. */
function crossed(written: Written): Written[] {
  return Object.entries(written).reduce<Written[]>(
    (all, [field, value]) =>
      all.flatMap((each) => (Array.isArray(value) ? value : [value]).map((one) => ({ ...each, [field]: one }))),
    [{}],
  );
}

const among = (names: readonly unknown[]) => (value: unknown) => names.includes(value);
const whole =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (value: unknown) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

const checks: Readonly<Record<keyof SweepJob, { fits(value: unknown): boolean; expected: string }>> = {
  network: { fits: among(networks), expected: `one of ${networks.join(', ')}` },
  criterion: { fits: among(criteria), expected: `one of ${criteria.join(', ')}` },
  scope: { fits: among(scopes), expected: `one of ${scopes.join(', ')}` },
  schedule: { fits: among(schedules), expected: `one of ${schedules.join(', ')}` },
  sparsity: {
    fits: (value) => typeof value === 'number' && value > 0 && value < 1,
    expected: 'a number between 0 and 1',
  },
  seed: { fits: whole(0, 2 ** 32 - 1), expected: 'a whole number from 0 to 4294967295' },
  denseEpochs: { fits: whole(1), expected: 'a whole number from 1' },
  tuneEpochs: { fits: whole(1), expected: 'a whole number from 1' },
  batchSize: { fits: whole(1), expected: 'a whole number from 1' },
  images: { fits: whole(0), expected: 'a whole number from 0' },
};

/** A job with its defaults. @throws {UsageError} on a field that is missing, unknown or out of range. */
export function checked(written: Written): SweepJob {
  const scope = written.criterion === 'wanda' ? 'layerwise' : 'global';
  const job = { scope, denseEpochs: 10, tuneEpochs: 10, batchSize: 64, images: 0, ...written } as Written;
  for (const field of Object.keys(job)) {
    if (!Object.hasOwn(checks, field)) {
      throw new UsageError(`Jobs: unknown field '${field}', expected some of ${jobFields.join(', ')}.`);
    }
  }
  for (const field of jobFields) {
    if (checks[field].fits(job[field])) continue;
    throw new UsageError(`Jobs: expected ${field} to be ${checks[field].expected}, got ${JSON.stringify(job[field])}.`);
  }
  return Object.fromEntries(jobFields.map((field) => [field, job[field]])) as unknown as SweepJob;
}
