// npx tsx examples/quick-start.ts
import {
  compress,
  conv2d,
  dense,
  flatten,
  generatedDigits,
  input,
  maxPooling2d,
  prune,
  sequential,
  uniform,
} from 'espalier';

const { train, test } = generatedDigits({ train: 6000, test: 2000 });
const model = sequential([
  input({ shape: [28, 28, 1] }),
  conv2d({ filters: 16, kernelSize: 5, activation: 'relu' }),
  maxPooling2d(),
  flatten(),
  dense({ units: 64, activation: 'relu' }),
  dense({ units: 10, activation: 'softmax' }),
]);
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });

async function report(name: string) {
  const net = compress(model); // picks dense or sparse kernels, layer by layer
  const accuracy = model.evaluate(test.images, test.labels).accuracy;
  console.log(`${name}: ${(100 * accuracy).toFixed(1)}% of the test digits, ${net.toBytes().length} bytes`);
  for (const { layer, form } of net.explain()) console.log(`  ${layer}: ${form}`);
}

await model.fit(train.images, train.labels, { epochs: 3 });
await report('dense');
prune(model, { amount: 0.9, scope: uniform }); // the smallest 90% of each kernel but the output's
await model.fit(train.images, train.labels, { epochs: 2 }); // what is pruned stays pruned
await report('pruned');
