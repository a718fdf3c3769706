// shrink where a layer is one of which it knows nothing: it keeps its channels, and is listed.

import { describe, expect, test } from 'vitest';
import { activation, conv2d, dense, Layer, squeezeExcitation } from '../src/layers/index.ts';
import { registerLayer } from '../src/model/index.ts';
import { shrink, shrinkReport } from '../src/pruning/index.ts';
import type { Shape, Tensor } from '../src/tensor/index.ts';
import { sequential } from '../src/training/index.ts';
import { expectSame, removed, zero } from './shrink-fixture.ts';

class Twice extends Layer {
  readonly type = 'twice';
  override outputShapes([shape]: readonly Shape[]): Shape[] {
    return [shape];
  }
  override forward([x]: readonly Tensor[]): Tensor[] {
    const y = x.copy();
    y.view.forEach((value, i, all) => {
      all[i] = 2 * value + 1;
    });
    return [y];
  }
  override backward(): undefined[] {
    return [undefined];
  }
  override config() {
    return {};
  }
}

registerLayer('twice', () => new Twice());

describe('layers of which nothing is known', () => {
  const build = (middle: Layer) => {
    const large = sequential([
      conv2d({ filters: 4, kernelSize: 1, activation: 'relu', name: 'a', inputShape: [2, 2, 2] }),
      conv2d({ filters: 4, kernelSize: 1, activation: 'relu', name: 'b' }),
      middle,
      conv2d({ filters: 2, kernelSize: 1, name: 'out' }),
    ]);
    zero(large, 'a', { outputs: [2] });
    zero(large, 'b', { outputs: [2] });
    return large;
  };

  test.each([
    ['a layer of one’s own', () => new Twice()],
    ['squeeze and excitation', () => squeezeExcitation()],
  ])('%s keeps its channels, and is listed', (_, make) => {
    const large = build(make());
    const small = shrink(large);
    expect(removed(small)).toEqual({ a: [[], [2]], b: [[2], []], out: [[], []] });
    const [{ type }] = large.layers.slice(2);
    expect(shrinkReport(small).skipped).toEqual([{ layer: type, reason: expect.stringContaining(`'${type}'`) }]);
    expectSame(small, large);
    expect(() => shrink(large, { strict: true })).toThrow(`shrink: '${type}': what a layer of type`);
  });

  test('softmax in between keeps its channels', () => {
    const large = build(activation({ activation: 'softmax' }));
    const small = shrink(large, { strict: true });
    expect(removed(small)).toEqual({ a: [[], [2]], b: [[2], []], out: [[], []] });
    expectSame(small, large);
  });

  test('a layer of one’s own that is not registered', () => {
    class Unknown extends Twice {
      override readonly type = 'unknown-here' as 'twice';
    }
    const model = sequential([dense({ units: 2, inputShape: [3] }), new Unknown()]);
    expect(() => shrink(model)).toThrow("registerLayer('unknown-here'");
  });
});
