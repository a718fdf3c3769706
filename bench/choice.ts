// Does compress() choose well? For a grid of shapes × sparsities × structures × batches × zero inputs: the time of every form that
// the layer could have, and the chosen one's time in parts of the best one's. Not part of `npm run bench`, which times kernels and
// models: run it with
//
//   node --import tsx bench/choice.ts [--calibrate] [--filter WORDS] [--all]

import { heedEndings } from '../src/cli/endings.ts';
import { orEnd } from '../src/cli/failure.ts';
import { at, type Buffer, kernels } from '../src/engine/index.ts';
import { vectorScratch } from '../src/inference/by-column.ts';
import { calibrate } from '../src/inference/calibrate.ts';
import { candidates, fastest, type Job } from '../src/inference/choose.ts';
import { least } from '../src/inference/clock.ts';
import { builtInCosts } from '../src/inference/cost-table.ts';
import { Prepared } from '../src/inference/prepared.ts';
import { panelRun, plainPanel, vectorRun } from '../src/inference/product-run.ts';
import { contenders, inputsInTurn, race, raceTime } from '../src/inference/race.ts';
import { type Form, Weights } from '../src/inference/weights.ts';
import { denseWork } from '../src/inference/work.ts';
import { Store } from '../src/tensor/index.ts';
import { Random } from '../src/tensor/random.ts';
import { parsed } from './options.ts';

const shapes = [
  [10, 64],
  [10, 500],
  [100, 300],
  [64, 1600],
  [300, 784],
  [500, 800],
  [1024, 1024],
] as const;
const sparsities = [0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98];
const heights = [1, 4, 16] as const;
/** Columns, and the share of zero inputs. */
const inputs = [
  [1, 0],
  [1, 0.5],
  [1, 0.8],
  [4, 0],
  [8, 0],
  [32, 0],
] as const;

/** How often a form is measured, and for how many milliseconds. */
const rounds = 5;
const roundTime = 1.5;
const repeats = 12;

interface Cell {
  readonly title: string;
  readonly chosen: Form;
  readonly best: Form;
  /** The chosen form's time over the best one's. */
  readonly ratio: number;
  readonly times: ReadonlyMap<Form, number>;
  readonly predicted: ReadonlyMap<Form, number>;
}

const flag = { type: 'boolean', default: false } as const;
const text = { type: 'string', default: '' } as const;
const help = `node --import tsx bench/choice.ts [options]

  --calibrate     choose by costs measured here, and by a race of the nearest
  --filter WORDS  only cells whose title contains every word, as in "300x784 batch 1"
  --all           show the cells that were chosen well, too
  --help          this text
`;

heedEndings('choice');
const options = await orEnd('choice', () =>
  parsed(process.argv.slice(2), { calibrate: flag, filter: text, all: flag, help: flag }),
);
if (options.help) {
  console.log(help);
  process.exit();
}
const random = new Random(3, 'choice');
const engine = kernels();
const costs = options.calibrate ? calibrate(engine) : builtInCosts;

function weightsOf(m: number, k: number, sparsity: number, height: number): Weights {
  const keep = Uint8Array.from({ length: Math.ceil(m / height) * k }, () => (random.uniform() < sparsity ? 0 : 1));
  const data = Float32Array.from(
    { length: m * k },
    (_, i) => keep[Math.floor(i / k / height) * k + (i % k)] * (2 * random.uniform() - 1),
  );
  return new Weights({ shape: [k, m], axes: [1, 0], data });
}

/** As compress() would in a model of this layer. */
function choose(job: Job): Form {
  const near = contenders(job, costs);
  const raced = options.calibrate && near.length > 1 ? race(job, near, engine, raceTime / 2) : undefined;
  return fastest(raced ?? candidates(job, costs), job.factor.weights);
}

function measure(title: string, weights: Weights, columns: number, zeros: number): Cell {
  const { m, k } = weights;
  const factor = { name: title, type: 'dense' as const, weights };
  const job: Job = { factor, work: { ...denseWork(columns), zeros } };
  const predicted = candidates(job, costs);
  const chosen = choose(job);
  const prepared = new Prepared(weights, engine);
  const stores = [k * columns + 4 * inputsInTurn, m * columns, vectorScratch(weights)].map(
    (length) => new Store(length),
  );
  const [xs, y, scratch] = stores.map(({ buffer }): Buffer => buffer);
  const { view } = stores[0];
  for (let i = 0; i < view.length; i++) view[i] = random.uniform() < zeros ? 0 : 2 * random.uniform() - 1;
  const forms = [...predicted.keys()];
  let turn = 0;
  const steps = forms.map((form) => {
    const run =
      columns === 1
        ? vectorRun(engine, form, prepared, scratch, 0)
        : panelRun(engine, form, prepared, plainPanel(columns, 0));
    return () => {
      turn = (turn + 1) % inputsInTurn;
      run(at(xs, 4 * turn), y, prepared.bias);
    };
  });
  // Each form for a while, so that its weights are in the cache as they would be in use, and all of them in turns; once more where
  // the chosen one looks slow, since a neighbour may have disturbed it.
  const found = forms.map(() => Infinity);
  const ratio = () => found[forms.indexOf(chosen)] / Math.min(...found);
  for (let again = 0; again < repeats && !(ratio() <= 1.1); again++) {
    for (let round = 0; round < rounds; round++) {
      steps.forEach((step, i) => {
        found[i] = Math.min(found[i], least([step], roundTime)[0]);
      });
    }
  }
  prepared.dispose();
  for (const store of stores) store.dispose();
  const times = new Map(forms.map((form, i) => [form, found[i]]));
  const best = forms.reduce((a, b) => ((times.get(b) ?? 0) < (times.get(a) ?? 0) ? b : a));
  return { title, chosen, best, ratio: ratio(), times, predicted };
}

function show({ title, chosen, best, ratio, times, predicted }: Cell): void {
  const micros = (time = 0) => (time / 1000).toPrecision(3);
  const list = [...times].map(([form, time]) => `${form} ${micros(time)}/${micros(predicted.get(form))}`);
  console.log(`${title}: ${chosen}, best ${best}, ${ratio.toFixed(2)}   µs measured/predicted: ${list.join(' ')}`);
}

const cells: Cell[] = [];
for (const [m, k] of shapes) {
  for (const height of heights) {
    for (const sparsity of sparsities) {
      if (sparsity === 0 && height > 1) continue;
      const weights = weightsOf(m, k, sparsity, height);
      for (const [columns, zeros] of inputs) {
        const title = `${m}x${k} sparsity ${sparsity} blocks ${height}x1 batch ${columns} zeros ${zeros}`;
        if (!options.filter.split(' ').every((word) => title.includes(word))) continue;
        const cell = measure(title, weights, columns, zeros);
        cells.push(cell);
        if (options.all || cell.ratio > 1.1) show(cell);
      }
    }
  }
}
const good = cells.filter(({ ratio }) => ratio <= 1.1).length;
const mean = cells.reduce((sum, { ratio }) => sum + ratio, 0) / cells.length;
const worst = cells.reduce((most, { ratio }) => Math.max(most, ratio), 0);
console.log(
  `${cells.length} cells: ${good} within 1.1 of the best form, mean ${mean.toFixed(3)}, worst ${worst.toFixed(2)}`,
);
