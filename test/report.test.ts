// The report is one HTML document, a pure function of its data: nothing is fetched, everything from the data is escaped.

import { decode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { choicesTable } from '../src/report/choices.ts';
import { type DemoReport, renderReport } from '../src/report/index.ts';
import { fixture } from './report-fixture.ts';

const page = renderReport(fixture);

interface Tag {
  name: string;
  attributes: Record<string, string>;
}

const decoded: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const unescaped = (text: string) => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => decoded[name]);
const void_ = new Set(['meta', 'img', 'br', 'link', 'input', 'hr']);

/** The tags of a document in order. @throws unless they nest and their attributes are quoted and given once. */
function parse(html: string): Tag[] {
  const tags: Tag[] = [];
  const open: string[] = [];
  const body = html.replace(/^<!doctype html>/, '').replace(/<style>[\s\S]*?<\/style>/, '<style></style>');
  for (const [, inner] of body.matchAll(/<([^>]*)>/g)) {
    const end = /^\/([a-zA-Z][\w-]*)$/.exec(inner);
    if (end) {
      const expected = open.pop();
      if (expected !== end[1]) throw new Error(`</${end[1]}> where </${expected}> was due`);
      continue;
    }
    const start = /^([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)$/.exec(inner);
    if (!start) throw new Error(`no tag: <${inner}>`);
    const [, name, list, closed] = start;
    const attributes: Record<string, string> = {};
    for (const [, key, value] of list.matchAll(/([\w:-]+)="([^"]*)"/g)) {
      if (key in attributes) throw new Error(`<${name}> has two attributes ${key}`);
      attributes[key] = unescaped(value);
    }
    tags.push({ name, attributes });
    if (!closed && !void_.has(name)) open.push(name);
  }
  if (open.length > 0) throw new Error(`not closed: ${open}`);
  return tags;
}

const text = (html: string) =>
  unescaped(html.replace(/<style>[\s\S]*?<\/style>/g, '').replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ');
const words = text(page);

describe('the document', () => {
  const tags = parse(page);

  test('needs nothing from outside and runs nothing', () => {
    expect(/https?:|["'(=\s]\/\/[a-z]|@import|javascript:/i.exec(page)).toBeNull();
    expect(tags.map(({ name }) => name)).not.toContain('script');
    expect(tags.map(({ name }) => name)).not.toContain('link');
    for (const { name, attributes } of tags) {
      for (const [key, value] of Object.entries(attributes)) {
        expect(key, name).not.toMatch(/^on/);
        if (key === 'src') expect(value).toMatch(/^data:image\/png;base64,[A-Za-z0-9+/]+=*$/);
        if (/href$|^(action|srcset|poster|data)$/.test(key)) expect.fail(`<${name} ${key}="${value}">`);
        for (const [, target] of value.matchAll(/url\((.*?)\)/g)) expect(target).toMatch(/^#/);
      }
    }
    expect(/url\(/.exec(/<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '')).toBeNull();
  });

  test('the same data gives the same text', () => {
    expect(renderReport(structuredClone(fixture))).toBe(page);
  });

  test('ids are unique, and every reference finds its id', () => {
    const ids = tags.flatMap(({ attributes }) => attributes.id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { attributes } of tags) {
      const targets = [
        attributes['aria-labelledby'],
        ...Object.values(attributes).map((v) => /^url\(#(.*)\)$/.exec(v)?.[1]),
      ];
      for (const target of targets) if (target !== undefined) expect(ids).toContain(target);
    }
  });

  test('pictures, charts and tables can be read without being seen', () => {
    for (const { attributes } of tags.filter(({ name }) => name === 'img')) expect(attributes.alt).toMatch(/\w/);
    for (const { attributes } of tags.filter(({ name }) => name === 'svg')) {
      if (attributes['aria-hidden'] !== 'true') expect(attributes).toMatchObject({ role: 'img' });
    }
    expect(page.match(/<table/g)?.length).toBe(page.match(/<caption/g)?.length);
    for (const { attributes } of tags.filter(({ name }) => name === 'th')) {
      expect(attributes.scope).toMatch(/^(row|col|rowgroup)$/);
    }
    const levels = tags.flatMap(({ name }) => (/^h[1-6]$/.test(name) ? Number(name[1]) : []));
    expect(levels[0]).toBe(1);
    levels.forEach((level, i) => {
      expect(level).toBeLessThanOrEqual((levels[i - 1] ?? 0) + 1);
    });
  });
});

describe('what it says', () => {
  test('each network: accuracy, weights, bytes, times and speed-ups', () => {
    expect(words).toContain(
      'dense trained as it is 99.12% of 10,000 100.0% 121,760 of 121,760 488.1 451.0 0.500 min 0.480 1.00× 20.0 min 19.5 1.00×',
    );
    // 158 + 4608 + 8192 + 352 = 13,310 of 121,760 weights; a file of 5 bytes each and 1,200.
    expect(words).toContain('sparsified+pruned L1, pruned and fine-tuned 99.08% −0.04 points 10.2% 12,388 of 121,760');
    expect(words).toContain('0.200 min 0.192 2.50× 8.00 min 7.80 2.50×');
  });

  test('the sentence at the top says what was counted', () => {
    expect(words).toContain(
      'the sparsified+pruned network is right 99.08% of the time with 12,388 of 121,760 weights left',
    );
    expect(words).toContain(`Counted: ${fixture.counted}.`);
    expect(words).toContain('The whole run took 7 min 11 s.');
  });

  test('where it ran', () => {
    for (const value of [
      'Imaginary Core 5, 2 threads',
      'v20.20.2, V8 11.3.244.8',
      '2026-11-24T10:00:00Z',
      'espalier demo --data mnist --epochs 6',
      '55,000 images to train on, 5,000 to tune by, 10,000 to test with',
    ]) {
      expect(words).toContain(value);
    }
  });

  test('what each layer chose, for one image and for 64', () => {
    for (const { choices } of fixture.variants)
      for (const { why } of choices) expect(words).toContain(why.slice(6).trim());
    expect(words).toContain(
      'conv2d 100.0% dense is predicted to be the fastest of 3 forms: 288 of 288 weights are kept.',
    );
  });

  test('a form is named once, before whatever follows', () => {
    const [first, ...others] = fixture.variants;
    const why = 'dense, since nothing is pruned; a sparse form pays below 40% kept.';
    const choices = [{ ...first.choices[0], form: 'dense' as const, why }];
    const table = choicesTable({ ...fixture, variants: [{ ...first, choices }, ...others] }).text;
    expect(table).toContain('<b class="form">dense</b> <span class="why">since nothing is pruned; a sparse form');
  });

  test('mistakes: truth, answer, and how many of how many', () => {
    expect(words).toContain('24 of the 92 it gets wrong');
    expect(words).toContain('12 of the 88 it gets wrong');
    expect(page).toContain('alt="A 3, taken for a 8"');
  });
});

describe('pictures', () => {
  /** The picture whose alternative text matches. */
  function picture(alt: RegExp) {
    const tag = parse(page).find(({ name, attributes }) => name === 'img' && alt.test(attributes.alt));
    const [, base64] = /base64,(.*)/.exec(tag?.attributes.src ?? '') ?? [];
    return decode(Buffer.from(base64, 'base64'));
  }

  test('zeros of kernels have their own colour, signs have opposite ones', () => {
    const { data, width, channels } = picture(/kernels of 3 by 3 weights of pruned/);
    expect(channels).toBe(4);
    fixture.kernels
      .filter(({ variant }) => variant === 'pruned')
      .forEach(({ values }, kernel) => {
        values.forEach((weight, i) => {
          const x = (kernel % 8) * 44 + (i % 3) * 12;
          const y = Math.floor(kernel / 8) * 44 + Math.floor(i / 3) * 12;
          const [red, green, blue, alpha] = data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4);
          expect(alpha).toBe(255);
          if (weight === 0) expect([red, green, blue]).toEqual([128, 134, 143]);
          else expect(Math.sign(red - blue)).toBe(Math.sign(weight));
        });
      });
  });

  test('digits are dark ink on light paper', () => {
    const { data, width, height } = picture(/^A 0, taken for a 5$/);
    expect([width, height]).toEqual([28, 28]);
    const { values } = fixture.mistakes.filter(({ variant }) => variant === 'sparsified+pruned')[0].image;
    expect(Array.from(data)).toEqual(values.map((ink) => 255 - ink));
  });
});

test('markup in the data stays text', () => {
  const hostile = `<img src=x onerror=alert(1)>"'&</title></script><script>alert(2)</script>`;
  const poison = (value: unknown): unknown => {
    if (typeof value === 'string') return value + hostile;
    if (Array.isArray(value)) return value.map(poison);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, poison(inner)]));
  };
  const poisoned = renderReport(poison(fixture) as DemoReport);
  const tags = parse(poisoned);
  const clean = parse(page);
  expect(tags.map(({ name }) => name)).not.toContain('script');
  expect(tags.filter(({ name }) => name === 'img').length).toBe(clean.filter(({ name }) => name === 'img').length);
  expect(tags.every(({ attributes }) => !('onerror' in attributes))).toBe(true);
  expect(text(poisoned)).toContain(`Imaginary Core 5, 2 threads${hostile}`);
});

test('parts without data are left out, not broken', () => {
  const bare: DemoReport = { ...fixture, kernels: [], mistakes: [], variants: fixture.variants.slice(0, 1) };
  const html = renderReport(bare);
  parse(html);
  expect(text(html)).toContain('None was recorded.');
  expect(html).not.toMatch(/NaN|undefined|Infinity/);
});
