// Cases of dropout: what it drops is what the random numbers of src/tensor say.

import { threefry2x32 } from '../../../src/tensor/random.ts';
import type { KernelCase } from './case.ts';
import { uniforms } from './operands.ts';

export const dropout: KernelCase = {
  name: 'dropout_f32',
  tolerance: 2e-7,
  shapes: [0, 1, 3, 4, 5, 17, 33, 200].flatMap((length) => [
    { length, rate: 0.5 },
    { length, rate: 0.1 },
    { length, rate: 0 },
  ]),
  flops: ({ length }) => length,
  make({ length, rate }, workspace) {
    const [seed, stream, step] = [0xfedcba98, 77, 0x80000001];
    const x = uniforms(workspace, length);
    const input = workspace.input(x);
    const output = workspace.output(length);
    return {
      extent: length,
      run: (begin, end) => workspace.kernels.dropout_f32(begin, end, rate, seed, stream, step, input, output.buffer),
      output,
      oracle: () => {
        const block = new Uint32Array(2);
        return Array.from(x, (v, i) => {
          threefry2x32(seed, stream, i >> 1, step, block);
          return block[i & 1] < Math.floor(rate * 2 ** 32) ? 0 : v / (1 - rate);
        });
      },
    };
  },
};
