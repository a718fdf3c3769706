// Which share of a dense layer's inputs is 0, by the layer's name: counted on samples, or assumed. Kernels for one sample can pass
// over such inputs.

import type { Kernels } from '../engine/index.ts';
import { draw } from './draw.ts';
import type { Operation, Product, Program, Value } from './operation.ts';
import { Plan } from './plan.ts';
import { Prepared } from './prepared.ts';

export type ZeroShares = ReadonlyMap<string, number>;

/** Samples that are looked at; more tell little more. */
export const mostSamples = 256;

/** Taken for what a ReLU gives, before anything was measured. */
export const zerosAfterRelu = 0.5;

/** Half of the inputs where they come straight from a ReLU, none elsewhere. */
export function assumedZeros({ operations }: Program): ZeroShares {
  const makers = new Map<Value, Operation>(operations.map((operation) => [operation.output, operation]));
  const isRelu = (value: Value): boolean => {
    const maker = makers.get(value);
    if (maker?.kind === 'view') return isRelu(maker.inputs[0]);
    if (maker?.kind === 'activate') return maker.activation === 'relu';
    return maker?.kind === 'product' && maker.lower === 0;
  };
  const products = operations.filter((operation): operation is Product => operation.kind === 'product');
  return new Map(products.map(({ name, inputs: [x] }) => [name, isRelu(x) ? zerosAfterRelu : 0]));
}

/** @param fill writes sample `i` into the inputs of a plan for one. */
export function countZeros(
  program: Program,
  kernels: Kernels,
  samples: number,
  fill: (plan: Plan, i: number) => void,
): ZeroShares {
  const counts = new Map<string, { zeros: number; inputs: number }>();
  const made: Prepared[] = [];
  const plan = new Plan(
    draw(program, kernels, 1, ({ name, weights }) => ({
      form: 'dense',
      prepared() {
        const prepared = new Prepared(weights, kernels);
        made.push(prepared);
        return prepared;
      },
      watch: (x, length) => () => {
        const count = counts.get(name) ?? { zeros: 0, inputs: 0 };
        count.zeros += length - kernels.count_nonzero_f32(0, length, x);
        count.inputs += length;
        counts.set(name, count);
      },
    })),
  );
  for (let i = 0; i < samples; i++) {
    fill(plan, i);
    plan.run();
  }
  plan.dispose();
  for (const prepared of made) prepared.dispose();
  return new Map([...counts].map(([name, { zeros, inputs }]) => [name, zeros / inputs]));
}
