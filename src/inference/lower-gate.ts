// What squeezeExcitation does, as operations: y[c] = x[c]·g[c], g = sigmoid(E·relu(R·mean(x) + r) + e), over the pixels or steps of any input.

import { windowOf } from '../ops/index.ts';
import { showShape, sizeOf } from '../tensor/index.ts';
import { appendActivation, type Lowering } from './lowering.ts';

export const squeezeExcitation: Lowering = (reader, inputs, sink) => {
  const shape = reader.oneInput(inputs.map(sink.shapeOf));
  const [channels] = shape.slice(-1);
  const pixels = sizeOf(shape) / channels;
  const [reduce, expand] = ['reduce', 'expand'].map((part) =>
    sink.weightsOf(reader, [1, 0], `${part}Kernel`, `${part}Bias`),
  );
  if (reduce.k !== channels || expand.k !== reduce.m || expand.m !== channels) {
    const sizes = `${reduce.k} to ${reduce.m} and ${expand.k} to ${expand.m}`;
    throw reader.error(`expected kernels from ${channels} channels and back, got ${sizes} for ${showShape(shape)}`);
  }
  const { name } = reader;
  const view = (x: number, to: readonly number[]) => sink.append(name, { kind: 'view' }, [x], to);
  const product = (part: string, weights: typeof reduce, lower: number, x: number) =>
    sink.append(`${name}/${part}Kernel`, { kind: 'product', type: 'dense', weights, lower }, [x], [weights.m]);
  const row = view(inputs[0], [1, pixels, channels]);
  const window = windowOf([1, pixels], [1, pixels], [1, 1], 'valid');
  const mean = sink.append(name, { kind: 'pool', pooling: 'average', window }, [row], [1, 1, channels]);
  const hidden = product('reduce', reduce, 0, view(mean, [channels]));
  const gate = appendActivation(name, 'sigmoid', 0, product('expand', expand, -Infinity, hidden), sink);
  const factors = [1, pixels] as const;
  const spread = sink.append(
    name,
    { kind: 'upsample', factors, interpolation: 'nearest' },
    [view(gate, [1, 1, channels])],
    [1, pixels, channels],
  );
  return sink.append(name, { kind: 'multiply' }, [inputs[0], view(spread, shape)], shape);
};
