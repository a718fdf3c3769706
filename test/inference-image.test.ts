// Compressed networks of image layers against f64 loops over their description.

import { describe, expect, test } from 'vitest';
import type { ModelDescription } from '../src/format/index.ts';
import { absorbedIn } from '../src/inference/absorb.ts';
import { compress } from '../src/inference/index.ts';
import { programOf } from '../src/inference/program.ts';
import * as layers from '../src/layers/index.ts';
import { input, type SymbolicTensor } from '../src/layers/index.ts';
import { Network } from '../src/model/index.ts';
import { sizeOf } from '../src/tensor/index.ts';
import { Random } from '../src/tensor/random.ts';
import { evaluate } from './inference-oracle.ts';

const {
  activation,
  activityRegularization,
  add,
  batchNormalization,
  concatenate,
  conv2d,
  conv2dTranspose,
  cropping2d,
  dense,
} = layers;
const {
  flatten,
  globalAveragePooling2d,
  globalMaxPooling2d,
  kSparse,
  maxPooling2d,
  squeezeExcitation,
  upSampling2d,
  zeroPadding2d,
} = layers;

type Build = (x: SymbolicTensor) => SymbolicTensor | SymbolicTensor[];

/** A network with random weights, kernels pruned to that density in blocks of outputs. */
function make(shape: number[], build: Build, density: number, block: number): Network {
  const x = input({ shape });
  const network = new Network({ inputs: x, outputs: build(x) });
  const random = new Random(17, 'image');
  for (const parameter of network.parameters) {
    const { name, length, axes } = parameter;
    parameter.values.view.set(
      Float32Array.from({ length }, () => (name === 'movingVariance' ? random.uniform(0.5, 2) : random.normal())),
    );
    if (!parameter.prunable || density === 1) continue;
    const width = length / parameter.shape[axes[0]];
    const keep = new Map<number, number>();
    const mask = Float32Array.from({ length }, (_, i) => {
      const cell = Math.floor(i / width / block) * width + (i % width);
      if (!keep.has(cell)) keep.set(cell, random.uniform() < density ? 1 : 0);
      return keep.get(cell) as number;
    });
    parameter.setMask(mask);
  }
  return network;
}

/** max|a − b| ≤ 1e-5·max|b| for each batch, in the sample's shape. */
function agrees(network: Network, batches: readonly number[], relaxed = true): void {
  const description = network.describe();
  const model = compress(network, { relaxed });
  const random = new Random(3, 'samples');
  const [{ shape }] = network.inputs;
  for (const batch of batches) {
    const x = Float32Array.from({ length: batch * sizeOf(shape) }, () => random.normal());
    // Twice: what a run leaves behind must not show in the next.
    model.predictAll([x.map((value) => 3 - value)]);
    const results = model.predictAll([x]);
    const samples = Array.from({ length: batch }, (_, i) => {
      const data = Float64Array.from(x.subarray(i * sizeOf(shape), (i + 1) * sizeOf(shape)));
      return evaluate(description, [{ shape, data }]);
    });
    results.forEach(({ data, shape: got }, output) => {
      expect(got).toEqual([batch, ...network.outputs[output].shape]);
      const expected = samples.flatMap((outputs) => [...outputs[output].data]);
      const largest = Math.max(...expected.map(Math.abs));
      const error = Math.max(...expected.map((value, i) => Math.abs(value - data[i])));
      expect(error, `batch ${batch}, output ${output}`).toBeLessThanOrEqual(1e-5 * largest);
    });
  }
  model.dispose();
  network.dispose();
}

const transposed = [
  { kernelSize: 3, strides: 1 },
  { kernelSize: [4, 3], strides: 1, padding: 'same' },
  { kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' },
  { kernelSize: 2, strides: 2 },
  { kernelSize: [4, 5], strides: [2, 1], padding: 'same', activation: 'sigmoid' },
  { kernelSize: [1, 2], strides: [3, 2], padding: 'same', useBias: false },
  { kernelSize: [2, 1], strides: [3, 2] },
  { kernelSize: [5, 3], strides: [2, 3], padding: 'same', outputPadding: [1, 2] },
  { kernelSize: [3, 3], strides: [3, 3], padding: 'same', outputPadding: 0 },
  { kernelSize: [3, 2], strides: [2, 3], outputPadding: [1, 0] },
  { kernelSize: [3, 2], padding: 'same', dilationRate: [2, 3] },
] as const;

const patterns = [
  { density: 1, block: 1 },
  { density: 0.3, block: 1 },
  { density: 0.15, block: 4 },
  { density: 0, block: 1 },
];

describe.each([{ relaxed: true }, { relaxed: false }])('against f64 loops, relaxed SIMD $relaxed', ({ relaxed }) => {
  for (const { density, block } of patterns) {
    const name = `density ${density} in blocks of ${block}`;

    test.each(transposed)(`conv2dTranspose %o, ${name}`, (options) => {
      const build: Build = (x) => conv2dTranspose({ filters: 5, ...options }).apply(x);
      agrees(make([4, 3, 6], build, density, block), [1, 2, 5, 33], relaxed);
    });

    test(`upsampling, borders and global pools, ${name}`, () => {
      const build: Build = (x) => {
        const h = conv2d({ filters: 6, kernelSize: 2, dilationRate: [2, 1], activation: 'relu' }).apply(x);
        const up = upSampling2d().apply(h);
        const smooth = upSampling2d({ size: [1, 3], interpolation: 'bilinear' }).apply(h);
        const framed = activation({ activation: 'sigmoid' }).apply(zeroPadding2d({ padding: [1, 2] }).apply(h));
        const cut = conv2d({ filters: 3, kernelSize: 2 }).apply(cropping2d({ cropping: [0, 1] }).apply(up));
        const pools = [globalAveragePooling2d().apply(up), globalMaxPooling2d({ keepdims: true }).apply(smooth)];
        return [up, smooth, framed, cut, dense({ units: 3 }).apply(pools[0]), pools[1]];
      };
      agrees(make([6, 5, 2], build, density, block), [1, 2, 5, 33], relaxed);
    });

    test(`dilated convolutions, ${name}`, () => {
      const build: Build = (x) => {
        const a = conv2d({ filters: 5, kernelSize: 3, padding: 'same', dilationRate: 2 }).apply(x);
        const b = conv2d({ filters: 4, kernelSize: [2, 3], strides: 2, dilationRate: [3, 2] }).apply(a);
        return [a, b, conv2d({ filters: 4, kernelSize: 3, dilationRate: [1, 2] }).apply(x)];
      };
      agrees(make([9, 12, 2], build, density, block), [1, 3, 8, 33], relaxed);
    });

    test(`a small U-Net, ${name}`, () => {
      const build: Build = (x) => {
        const left = conv2d({ filters: 6, kernelSize: 3, padding: 'same', activation: 'relu' }).apply(x);
        const down = maxPooling2d().apply(left);
        const deep = conv2d({ filters: 8, kernelSize: 3, padding: 'same', activation: 'relu' }).apply(down);
        const up = conv2dTranspose({ filters: 6, kernelSize: 3, strides: 2, padding: 'same' }).apply(deep);
        const normal = activation({ activation: 'relu' }).apply(batchNormalization().apply(up));
        return conv2d({ filters: 3, kernelSize: 1 }).apply(concatenate().apply([normal, left]));
      };
      agrees(make([8, 6, 2], build, density, block), [1, 4, 33], relaxed);
    });
  }
});

describe('graphs', () => {
  test('squeezeExcitation gates the channels of an image, a sequence and a vector; its kernels have forms', () => {
    for (const shape of [[5, 4, 8], [7, 8], [8]]) {
      const build: Build = (x) => [x, squeezeExcitation({ ratio: 2 }).apply(x)];
      agrees(make(shape, build, 1, 1), [1, 2, 5, 8, 33]);
    }
    const model = compress(make([5, 4, 8], (x) => squeezeExcitation({ name: 'gate' }).apply(x), 1, 1));
    expect(model.explain().map(({ layer, shape }) => [layer, shape.m, shape.k])).toEqual([
      ['gate/reduceKernel', 2, 8],
      ['gate/expandKernel', 8, 2],
    ]);
    model.dispose();
  });

  test('kSparse keeps αk of a vector and of an image; penalties are gone', () => {
    const build: Build = (x) => {
      const h = activityRegularization({ l1: 0.1 }).apply(conv2d({ filters: 4, kernelSize: 2 }).apply(x));
      const code = dense({ units: 30, activation: 'sigmoid' }).apply(flatten().apply(x));
      return [kSparse({ k: 5, alpha: 2.5 }).apply(h), kSparse({ k: 4 }).apply(code)];
    };
    agrees(make([4, 5, 2], build, 1, 1), [1, 2, 5, 33]);
  });

  test('what is joined or made larger for one convolution with a border is copied into that border', () => {
    const same = (filters: number) => conv2d({ filters, kernelSize: 3, padding: 'same' });
    const parts = (x: SymbolicTensor) => {
      const left = same(3).apply(x);
      const deep = same(5).apply(maxPooling2d().apply(left));
      const smooth = upSampling2d({ interpolation: 'bilinear' }).apply(deep);
      return { left, joined: concatenate().apply([upSampling2d().apply(deep), left, smooth]) };
    };
    const builds: [absorbed: number, Build][] = [
      [3, (x) => same(4).apply(parts(x).joined)],
      [4, (x) => same(4).apply(concatenate().apply([parts(x).joined, x]))],
      [1, (x) => same(4).apply(upSampling2d({ size: [3, 2] }).apply(x))],
      [1, (x) => same(4).apply(upSampling2d().apply(parts(x).joined))],
      [1, (x) => [parts(x)].flatMap(({ left }) => same(4).apply(concatenate().apply([left, left])))],
      // Read twice, by a window without a border, or by the caller: it needs a place.
      [0, (x) => [parts(x).joined].flatMap((joined) => [same(4).apply(joined), same(2).apply(joined)])],
      [0, (x) => conv2d({ filters: 4, kernelSize: 2 }).apply(parts(x).joined)],
      [0, (x) => [parts(x).joined].flatMap((joined) => [joined, same(4).apply(joined)])],
      [1, (x) => [upSampling2d().apply(x)].flatMap((up) => [up, same(4).apply(concatenate().apply([up, up]))])],
    ];
    for (const [absorbed, build] of builds) {
      const network = make([6, 10, 2], build, 0.4, 1);
      expect(absorbedIn(programOf(network.describe(), new Map())).size).toBe(absorbed);
      agrees(network, [1, 3, 33]);
    }
  });

  test('normalization and ReLU go into all phases of a transposed convolution, not where it is read twice', () => {
    const build = (twice: boolean): Build => {
      return (x) => {
        const up = conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2 }).apply(x);
        const y = activation({ activation: 'relu' }).apply(batchNormalization().apply(up));
        return twice ? add().apply([y, up]) : y;
      };
    };
    agrees(make([3, 4, 2], build(true), 1, 1), [1, 5, 33]);
    agrees(make([3, 4, 2], build(false), 1, 1), [1, 5, 33]);
  });

  test('explain names the phases, and their weights are the kernel', () => {
    const build: Build = (x) => conv2dTranspose({ name: 'up', filters: 8, kernelSize: 3, strides: 2 }).apply(x);
    const model = compress(make([5, 5, 4], build, 1, 1));
    const rows = model.explain();
    expect(rows.map(({ layer }) => layer)).toEqual(['up/phase 0,0', 'up/phase 0,1', 'up/phase 1,0', 'up/phase 1,1']);
    expect(rows.map(({ shape }) => shape)).toEqual([16, 8, 8, 4].map((k) => ({ m: 8, k })));
    expect(rows.reduce((sum, { weights }) => sum + weights, 0)).toBe(3 * 3 * 8 * 4);
    model.dispose();
  });
});

describe('a hostile file', () => {
  const network = make(
    [5, 4, 3],
    (x) =>
      flatten().apply(
        upSampling2d({ name: 'up' }).apply(
          cropping2d({ name: 'cut', cropping: 1 }).apply(
            zeroPadding2d({ name: 'frame' }).apply(
              conv2dTranspose({ name: 'spread', filters: 2, kernelSize: 3, strides: 2 }).apply(
                conv2d({ name: 'conv', filters: 3, kernelSize: 2 }).apply(x),
              ),
            ),
          ),
        ),
      ),
    1,
    1,
  );

  const with_ = (name: string, config: object): ModelDescription => {
    const { graph, ...rest } = network.describe();
    const changed = graph.layers.map((layer) =>
      layer.name === name ? { ...layer, config: { ...layer.config, ...config } as never } : layer,
    );
    return { ...rest, graph: { ...graph, layers: changed } };
  };

  test.each([
    ['up', { size: 0 }, 'size to be a positive whole number'],
    ['up', { size: [2, 2e9] }, 'an output of 1 to 268435456 numbers'],
    ['up', { interpolation: 'cubic' }, 'interpolation to be one of nearest, bilinear'],
    ['cut', { cropping: [[4, 7], 0] }, 'larger than what is cropped'],
    ['cut', { cropping: -1 }, 'cropping to be whole numbers from 0'],
    ['frame', { padding: [[1, 1e15], 0] }, 'an output of 1 to 268435456 numbers'],
    ['frame', { padding: 'same' }, 'padding to be whole numbers from 0'],
    ['spread', { strides: 1e6 }, 'strides up to 64'],
    ['spread', { strides: 2, dilationRate: 2 }, 'strides up to 64, and of 1 where dilationRate is not'],
    ['spread', { outputPadding: 2 }, 'outputPadding to be whole numbers from 0, below the strides'],
    ['spread', { dilationRate: 1e9, strides: 1 }, 'an output of 1 to 268435456 numbers'],
    ['conv', { dilationRate: 9 }, 'at least 10x10 pixels'],
  ])('%s %o is refused', (name, config, message) => {
    expect(() => compress({ describe: () => with_(name, config) })).toThrow(`${name}: expected`);
    expect(() => compress({ describe: () => with_(name, config) })).toThrow(message);
  });

  test('an output of no pixels is refused', () => {
    const { graph, ...rest } = make(
      [1, 1, 2],
      (x) => conv2dTranspose({ name: 'none', filters: 2, kernelSize: 2, strides: 2 }).apply(x),
      1,
      1,
    ).describe();
    const layers = graph.layers.map((layer) =>
      layer.name === 'none' ? { ...layer, config: { ...layer.config, padding: 'same', outputPadding: 0 } } : layer,
    );
    expect(() => compress({ describe: () => ({ ...rest, graph: { ...graph, layers } }) })).toThrow(
      'none: expected an output of 1 to 268435456 numbers, got the shape [0, 0, 2]',
    );
  });

  test('a kernel stored in another order is refused', () => {
    const { graph, ...rest } = network.describe();
    const changed = graph.layers.map((layer) =>
      layer.name === 'spread'
        ? { ...layer, arrays: { ...layer.arrays, kernel: { ...layer.arrays.kernel, axes: [3, 2, 0, 1] } } }
        : layer,
    );
    expect(() => compress({ describe: () => ({ ...rest, graph: { ...graph, layers: changed } }) })).toThrow(
      "spread: expected the axes of 'kernel'",
    );
  });
});
