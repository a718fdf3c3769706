// Operands that add no numbers to a sum or a concatenation may add a mask, or take one away: the smaller network has the same masks.

import { describe, expect, test } from 'vitest';
import {
  activation,
  add,
  concatenate,
  conv1d,
  dense,
  embedding,
  globalAveragePooling1d,
  input,
  type Layer,
  lstm,
  type SymbolicTensor,
  timeDistributed,
} from '../src/layers/index.ts';
import { shrink } from '../src/pruning/index.ts';
import { Random } from '../src/tensor/random.ts';
import { type Model, model } from '../src/training/index.ts';
import { expectClose } from './pruning-fixture.ts';

const units = 4;
const time = 6;

/** Tokens of 0 to 4 with padding at different ends, for two inputs. */
function tokens(): Float32Array[] {
  const random = new Random(7, 'tokens');
  return [0, 1].map(() => Float32Array.from({ length: 9 * time }, () => Math.max(0, random.integer(7) - 2)));
}

const dead = (layer: Layer): Layer => Object.assign(layer, { name: `dead_${Math.random()}` });

/** A classifier over what `draw` makes of two embeddings; layers named dead have weights of zero, the others' biases are not. */
function network(draw: (a: SymbolicTensor, b: SymbolicTensor, plain: SymbolicTensor) => SymbolicTensor): Model {
  const inputs = [input({ shape: [time] }), input({ shape: [time] })];
  const table = (x: SymbolicTensor, maskZero: boolean) =>
    embedding({ inputDim: 5, outputDim: units, maskZero }).apply(x);
  const drawn = draw(table(inputs[0], true), table(inputs[1], true), table(inputs[0], false));
  const made = model({ inputs, outputs: dense({ units: 3 }).apply(globalAveragePooling1d().apply(drawn)), seed: 3 });
  const random = new Random(5, 'biases');
  for (const { name, parameters } of made.layers) {
    for (const { name: of, values } of parameters) {
      if (name.startsWith('dead')) values.view.fill(0);
      else if (of === 'bias') values.view.set(values.view.map(() => random.uniform(-1, 1)));
    }
  }
  return made;
}

function expectSame(made: Model): Model {
  const small = shrink(made, { allowEmpty: true });
  const x = tokens();
  expectClose(small.predict(x).data, made.predict(x).data);
  return small;
}

const masked = () => lstm({ units, returnSequences: true });
const turned = () => lstm({ units, returnSequences: true, goBackwards: true });
const unmasked = () => conv1d({ filters: units, kernelSize: 1 });
const count = ({ layers }: Model, type: string) => layers.filter((layer) => layer.type === type).length;

describe('a dead operand stays where the mask hangs on it', () => {
  test('a sum of a masked operand and a dead one without a mask has none', () => {
    const small = expectSame(network((a) => add().apply([masked().apply(a), dead(unmasked()).apply(a)])));
    expect(count(small, 'conv1d')).toBe(1);
  });

  test('a sum has the steps of a dead operand too', () => {
    expectSame(network((a) => add().apply([a, dead(turned()).apply(a)])));
    expectSame(network((a, b) => add().apply([a, dead(masked()).apply(b)])));
    expectSame(network((a, b) => add().apply([dead(masked()).apply(a), dead(masked()).apply(b), masked().apply(b)])));
  });

  test('a concatenation has the mask of a dead operand', () => {
    const small = expectSame(network((a) => concatenate().apply([dead(masked()).apply(a), unmasked().apply(a)])));
    expect(small.getLayer(small.layers.find(({ type }) => type === 'lstm')?.name ?? '').getWeights()[0].shape[1]).toBe(
      4,
    );
    expectSame(network((a, b) => concatenate().apply([a, dead(dense({ units })).apply(b)])));
    expectSame(network((a) => concatenate().apply([a, dead(turned()).apply(a)])));
  });

  test('a dead concatenation within a sum', () => {
    const half = () => dead(lstm({ units: units / 2, returnSequences: true }));
    expectSame(
      network((a, b) => add().apply([masked().apply(a), concatenate().apply([half().apply(b), half().apply(a)])])),
    );
  });
});

test('a dead operand of the same mask, or of a mask that does not count, goes', () => {
  const gone = [
    network((a) => add().apply([masked().apply(a), dead(masked()).apply(activation({ activation: 'tanh' }).apply(a))])),
    network((a) => add().apply([masked().apply(a), dead(timeDistributed({ layer: dense({ units }) })).apply(a)])),
    network((a, _, plain) => add().apply([unmasked().apply(plain), dead(masked()).apply(a)])),
    network((a) => concatenate().apply([masked().apply(a), dead(masked()).apply(a), dead(unmasked()).apply(a)])),
  ];
  for (const made of gone) expect(expectSame(made).layers.some(({ name }) => name.startsWith('dead'))).toBe(false);
});

test('random sums and concatenations of sequences, some dead', () => {
  for (let seed = 0; seed < 60; seed++) {
    const random = new Random(seed, 'masks');
    const pick = <T>(list: readonly T[]): T => list[random.integer(list.length)];
    const made = network((a, b, plain) => {
      const pool = [a, b, plain];
      for (let i = 0; i < 5; i++) {
        const operands = [0, 1, 2].map(() => {
          const layer = pick([masked, turned, unmasked, () => dense({ units })])();
          return (random.integer(2) > 0 ? dead(layer) : layer).apply(pick(pool));
        });
        const joined = pick([add, concatenate])().apply(operands);
        pool.push(joined.shape[1] === units ? joined : dense({ units }).apply(joined));
      }
      return pool[pool.length - 1];
    });
    expectSame(made);
    made.dispose();
  }
});
