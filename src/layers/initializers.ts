// Initial values of parameters. Fans are counted as Keras does: for [in, out] they are in and out, for
// [rows, columns, in, out] each times rows·columns.

import { lengthOf, type Shape, showChoice, sizeOf } from '../tensor/index.ts';
import type { Random } from '../tensor/random.ts';
import { orthogonal } from './orthogonal.ts';

/** Fills a parameter of `shape` (Keras order). */
export interface Initializer {
  readonly name: string;
  values(shape: Shape, random: Random): Float32Array;
}

type Draw = (random: Random, fanIn: number, fanOut: number) => number;

function initializer(name: string, draw: Draw): Initializer {
  return {
    name,
    values(shape, random) {
      const receptive = sizeOf(shape.slice(0, -2));
      const fanIn = shape.length > 1 ? receptive * shape[shape.length - 2] : sizeOf(shape);
      const fanOut = shape.length > 1 ? receptive * shape[shape.length - 1] : sizeOf(shape);
      return Float32Array.from({ length: sizeOf(shape) }, () => draw(random, fanIn, fanOut));
    },
  };
}

/** Normal, drawn again beyond two standard deviations, and widened so that the deviation is `deviation` all the same. */
function truncatedNormal(random: Random, deviation: number): number {
  const scale = deviation / 0.87962566103423978;
  for (;;) {
    const value = random.normal();
    if (Math.abs(value) <= 2) return value * scale;
  }
}

const symmetric = (random: Random, limit: number) => random.uniform(-limit, limit);

/** The initializers by their Keras names. */
export const initializers = {
  zeros: initializer('zeros', () => 0),
  ones: initializer('ones', () => 1),
  /** U(−limit, limit), limit = √(6 / (fanIn + fanOut)). (Glorot and Bengio 2010) */
  glorotUniform: initializer('glorotUniform', (random, i, o) => symmetric(random, Math.sqrt(6 / (i + o)))),
  /** Truncated normal of variance 2 / (fanIn + fanOut). (Glorot and Bengio 2010) */
  glorotNormal: initializer('glorotNormal', (random, i, o) => truncatedNormal(random, Math.sqrt(2 / (i + o)))),
  /** U(−limit, limit), limit = √(6 / fanIn). (He et al. 2015) */
  heUniform: initializer('heUniform', (random, i) => symmetric(random, Math.sqrt(6 / i))),
  /** Truncated normal of variance 2 / fanIn. (He et al. 2015) */
  heNormal: initializer('heNormal', (random, i) => truncatedNormal(random, Math.sqrt(2 / i))),
  /** U(−0.05, 0.05), as Keras has it; its other name there is `uniform`. */
  randomUniform: initializer('randomUniform', (random) => symmetric(random, 0.05)),
  /** Normal of deviation 0.05, as Keras has it. */
  randomNormal: initializer('randomNormal', (random) => 0.05 * random.normal()),
  /** An orthogonal matrix: rows (or columns, when these are fewer) of length 1 at right angles. (Saxe, McClelland, Ganguli 2014) */
  orthogonal: { name: 'orthogonal', values: orthogonal } as Initializer,
} satisfies Record<string, Initializer>;

/** A name of {@link initializers}, or one of your own making. */
export type InitializerChoice = keyof typeof initializers | Initializer;

/** @throws when no initializer has that name, or what is given makes no values. */
export function initializerOf(choice: InitializerChoice): Initializer {
  if (typeof choice === 'string' && Object.hasOwn(initializers, choice)) return initializers[choice];
  if (typeof choice === 'object' && typeof choice?.values === 'function' && lengthOf(choice) === undefined)
    return choice;
  throw new Error(
    `Unknown initializer ${showChoice(choice)}: expected one of ${Object.keys(initializers).join(', ')}, or an object with values().`,
  );
}
