// Which share of a dense layer's inputs is 0, by the layer's name: counted on samples, or assumed. Kernels for one sample can pass
// over such inputs.

import type { Buffer, Kernels } from '../engine/index.ts';
import { draw } from './draw.ts';
import type { Operation, Program, Value } from './operation.ts';
import { Plan } from './plan.ts';
import { Prepared } from './prepared.ts';
import { Stock } from './stock.ts';

export type ZeroShares = ReadonlyMap<string, number>;

/** Samples that are looked at; more tell little more. */
export const mostSamples = 256;

/** Taken for what a ReLU gives, before anything was measured. */
const zerosAfterRelu = 0.5;

/** Half of the inputs where they come straight from a ReLU, none elsewhere. */
export function assumedZeros({ operations }: Program): ZeroShares {
  const makers = new Map<Value, Operation>(operations.map((operation) => [operation.output, operation]));
  const isRelu = (value: Value): boolean => {
    const maker = makers.get(value);
    if (maker?.kind === 'view') return isRelu(maker.inputs[0]);
    if (maker && 'activation' in maker) return maker.activation === 'relu';
    return maker?.kind === 'product' && maker.lower === 0;
  };
  const share = (isHalfZero: boolean) => (isHalfZero ? zerosAfterRelu : 0);
  return new Map(
    operations.flatMap((operation): [string, number][] => {
      const { kind, inputs } = operation;
      if (kind === 'product') return [[operation.name, share(isRelu(inputs[0]))]];
      if (kind === 'lstmStep') return [[operation.kernels.name, share(operation.activation === 'relu')]];
      if (kind !== 'lstm') return [];
      const { kernel, recurrentKernel, activation } = operation;
      return [
        [kernel.name, share(isRelu(inputs[0]))],
        [recurrentKernel.name, share(activation === 'relu')],
      ];
    }),
  );
}

/** @param fill writes sample `i` into the inputs of a plan for one. */
export function countZeros(
  program: Program,
  kernels: Kernels,
  samples: number,
  fill: (plan: Plan, i: number) => void,
): ZeroShares {
  const counts = new Map<string, { zeros: number; inputs: number }>();
  const stock = new Stock((weights) => new Prepared(weights, kernels));
  const watch = (name: string) => (x: Buffer, length: number) => () => {
    const count = counts.get(name) ?? { zeros: 0, inputs: 0 };
    count.zeros += length - kernels.count_nonzero_f32(0, length, x);
    count.inputs += length;
    counts.set(name, count);
  };
  const plan = new Plan(
    draw(program, kernels, 1, {
      pick: ({ name }) => ({ form: 'dense', watch: watch(name) }),
      prepare: (weights) => stock.of(weights),
    }),
    stock,
  );
  try {
    for (let i = 0; i < samples; i++) {
      fill(plan, i);
      plan.run();
    }
  } finally {
    plan.dispose();
  }
  return new Map([...counts].map(([name, { zeros, inputs }]) => [name, zeros / inputs]));
}
