// A structure of one's own: which weights go together. Here a hidden neuron looks at the image in tiles of 2 × 2 pixels, and sees a tile
// whole or not at all. A structure gives the unit of each weight, in Keras order, and how many units there are.
//
//   npx tsx examples/prune-custom-structure.ts

import { fileURLToPath } from 'node:url';
import { prune, type Structure, unstructured } from '../src/index.ts';
import { noOptions } from './command.ts';
import { percent, trained } from './prune-task.ts';

/** Tiles of side × side pixels of a one-channel image of `width` columns, for each neuron of a dense kernel [pixels, units]. */
export const tiles =
  (side: number, width: number): Structure =>
  ({ shape: [pixels, units] }) => {
    const across = Math.ceil(width / side);
    const tileOf = (pixel: number) =>
      Math.floor(Math.floor(pixel / width) / side) * across + Math.floor((pixel % width) / side);
    const of = Uint32Array.from(
      { length: pixels * units },
      (_, i) => tileOf(Math.floor(i / units)) * units + (i % units),
    );
    return { count: (tileOf(pixels - 1) + 1) * units, of };
  };

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  noOptions(import.meta.url);
  for (const [name, structure] of Object.entries({ unstructured, 'tiles of 2 × 2': tiles(2, 14) })) {
    const { model, train, accuracy } = await trained(1);
    prune(model, { structure, layers: ['hidden'], amount: 0.8 });
    const pruned = accuracy();
    await model.fit(train.images, train.labels, { epochs: 4 });
    console.log(`${name}: 80% of the hidden layer pruned ${percent(pruned)}, fine-tuned ${percent(accuracy())}`);
  }
}
