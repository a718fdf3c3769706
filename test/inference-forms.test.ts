// The forms a layer's weights may take: each agrees, the chosen one is predicted to be fastest, a file remembers it.

import { describe, expect, test } from 'vitest';
import { compress, type Form, load } from '../src/inference/index.ts';
import { agrees, batches, Drawing, normals } from './inference-fixture.ts';

describe('forms', () => {
  const pattern = { density: 0.2, block: 4 };
  const net = () => {
    const draw = new Drawing(pattern);
    const conv = draw.conv(draw.input(8, 8, 3), [3, 3], 3, 10, { activation: 'relu' });
    const strided = draw.conv(conv, [2, 2], 10, 6, { strides: 2 });
    return draw.model(draw.dense(draw.layer('flatten', {}, [strided]), 54, 19));
  };
  const vectors: Form[] = ['sell4', 'block8', 'block16', 'csc', 'column4', 'column8', 'column16'];
  const all: Form[] = ['dense', 'csr', 'block4', ...vectors];

  for (const form of all) {
    test(`${form}, asked for everywhere it exists, agrees`, () => {
      const description = net();
      const names = description.graph.layers.filter(({ arrays }) => arrays.kernel);
      const few = vectors.includes(form);
      const chosen = names.filter(({ type }) => !few || type === 'dense').map(({ name }) => [name, form]);
      const forms = Object.fromEntries(chosen);
      agrees(description, [1], { forms });
      const model = compress({ describe: () => description }, { forms });
      for (const { layer, form: got } of model.explain()) if (Object.hasOwn(forms, layer)) expect(got).toBe(form);
      if (!few) agrees(description, batches, { forms, batch: 64 });
    });
  }

  test('explain: every candidate has a predicted time, the chosen one the smallest, dense where dense is best', () => {
    for (const batch of [1, 64]) {
      for (const density of [1, 0.1]) {
        const draw = new Drawing({ density, block: 16 });
        const description = draw.model(draw.dense(draw.dense(draw.input(256), 256, 128, 'relu'), 128, 64));
        const model = compress({ describe: () => description }, { batch });
        for (const row of model.explain()) {
          const least = Math.min(...Object.values(row.microseconds));
          expect(row.microseconds[row.form]).toBe(least);
          expect(row.form === 'dense').toBe(density === 1);
          expect(row.why).toMatch(/^\w.*\.$/);
          expect(row.density < row.breakEven).toBe(density < 1);
          expect(row.kept / row.weights).toBeCloseTo(row.density, 12);
          expect(Object.keys(row.microseconds)).toHaveLength(batch === 1 ? 10 : 3);
        }
        model.dispose();
      }
    }
  });

  test('explain speaks for other batches as for the model’s own: times of their width', () => {
    const description = net();
    const at = (batch: number) => compress({ describe: () => description }, { batch });
    for (const batch of [1, 4, 8, 16, 32, 64]) {
      const own = at(batch).explain();
      const other = at(batch === 1 ? 64 : 1).explain({ batch });
      expect(other.map(({ microseconds }) => microseconds)).toEqual(own.map(({ microseconds }) => microseconds));
      expect(other.every((row) => row.batch === batch)).toBe(true);
    }
    expect(() => at(1).explain({ batch: 0 })).toThrow('explain: expected batch to be a whole number from 1, got 0.');
    expect(() => at(1).explain({ bach: 4 } as never)).toThrow("unknown option 'bach'");
  });

  test('explain: a form that was asked for is not praised, and dense is called the fastest only where it is', () => {
    for (const density of [0.1, 0.2, 0.21, 0.22, 0.23, 0.24, 0.25, 0.3, 0.5, 0.7, 0.72, 0.74, 0.76, 0.8]) {
      const draw = new Drawing({ density, block: 1 });
      const description = draw.model(draw.dense(draw.input(500), 500, 400));
      for (const batch of [1, 4000]) {
        const [own] = compress({ describe: () => description }, { batch }).explain();
        const { dense = 0, ...others } = own.microseconds;
        expect(own.why).not.toMatch(/\de[+-]\d|1\.0 times/);
        expect(own.why.startsWith('dense is fastest')).toBe(
          own.form === 'dense' && dense <= Math.min(...Object.values(others)),
        );
        for (const form of (['dense', 'csr', 'block4'] as const).filter((form) => form !== own.form)) {
          const [{ why }] = compress(
            { describe: () => description },
            { batch, forms: { [own.layer]: form } },
          ).explain();
          expect(why).toMatch(new RegExp(`^${form} was asked for, or chosen elsewhere: .* as ${own.form}\\.$`));
        }
      }
    }
  });

  test('explain: dense is taken where nothing is pruned, and it is said where a sparse form is predicted faster', () => {
    const told = [4, 10, 16, 37, 64, 100].flatMap((k) =>
      [4, 8, 16, 64].flatMap((m) => {
        const draw = new Drawing({ density: 1, block: 1 });
        const description = draw.model(draw.dense(draw.input(k), k, m));
        return [1, 8, 64].flatMap((batch) => compress({ describe: () => description }, { batch }).explain());
      }),
    );
    const faster = told.filter(
      ({ microseconds: { dense = 0, ...others } }) => dense > Math.min(...Object.values(others)),
    );
    expect(faster.length).toBeGreaterThan(0);
    for (const each of told) {
      expect(each.form).toBe('dense');
      expect(each.why).toMatch(/^dense, since nothing is pruned[,;] /);
    }
    for (const { why } of faster) expect(why).toMatch(/pruned, though \w+ is predicted a little faster; a sparse form/);
  });

  test('sampleInputs: zeros are counted, columns of zero inputs are skipped where there are many, and a file knows', () => {
    const draw = new Drawing({ density: 0.1, block: 16 });
    const hidden = draw.dense(draw.input(1024), 1024, 512, 'relu');
    const description = draw.model(draw.dense(hidden, 512, 256));
    const samples = normals(20 * 1024).map((value, i) => (i % 10 < 9 ? 0 : value));
    const dense = compress({ describe: () => description }, { sampleInputs: [normals(20 * 1024)] });
    expect(dense.explain()[0]).toMatchObject({ form: 'block16', zeroInputs: 0 });
    const plain = compress({ describe: () => description });
    expect(plain.explain().map(({ zeroInputs }) => zeroInputs)).toEqual([0, 0.5]);
    expect(plain.explain()[1].why).toContain('50% of its inputs are taken to be 0, as after a ReLU');

    const model = compress({ describe: () => description }, { sampleInputs: [samples] });
    const rows = model.explain();
    expect(rows[0]).toMatchObject({ form: 'column16', zeroInputs: 0.9 });
    expect(rows[0].why).toContain('In the samples 90% of its inputs were 0.');
    expect(rows[1].zeroInputs).toBeGreaterThan(0.2);
    expect(rows[1].zeroInputs).toBeLessThan(0.8);
    expect(load(model.toBytes()).explain()).toEqual(rows);
    for (const x of [samples.subarray(0, 1024), normals(1024), new Float32Array(1024)]) {
      const [a, b] = [model.predict(x).data, dense.predict(x).data];
      const largest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      a.forEach((value, i) => {
        expect(Math.abs(value - b[i])).toBeLessThanOrEqual(1e-5 * largest);
      });
    }
    expect(() => compress({ describe: () => description }, { sampleInputs: [normals(9)] })).toThrow('1024');
  });

  test('a file remembers the forms, and answers with the same bits', () => {
    const description = net();
    const dense = description.graph.layers[description.graph.layers.length - 1].name;
    const model = compress({ describe: () => description }, { forms: { [dense]: 'csr' } });
    const again = load(model.toBytes());
    expect(again.explain()).toEqual(model.explain());
    for (const batch of [1, 3, 40]) {
      const x = normals(batch * 192);
      expect(again.predict(x)).toEqual(model.predict(x));
    }
    expect(again.toBytes()).toEqual(model.toBytes());
    expect(load(model.toBytes().slice().buffer).batch).toBe(1);
  });
});
