// The same bits on every machine: on a path to weights or data only such functions of Math as are exact by definition.
// The others (and ** with them) differ in the last bits between engines; src/tensor/math.ts has replacements.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../src', import.meta.url));

const exact = ['sqrt', 'abs', 'min', 'max', 'floor', 'ceil', 'round', 'trunc', 'sign', 'fround', 'imul', 'clz32'];
const constants = ['PI', 'E', 'LN2', 'LN10', 'LOG2E', 'LOG10E', 'SQRT2', 'SQRT1_2'];
const allowed = new Set([...exact, ...constants]);

/** Folders that show numbers and make none. */
const onlyShow = /^(cli|report)\//;

/** Uses of Math and of ** whose bits depend on the machine. */
function inexact(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const isLiteral = (node: ts.Node) => ts.isNumericLiteral(node) || ts.isPrefixUnaryExpression(node);
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === 'Math') {
      const { parent } = node;
      if (!ts.isPropertyAccessExpression(parent) || !allowed.has(parent.name.text)) found.push(parent.getText());
    }
    if (ts.isBinaryExpression(node) && /^\*\*=?$/.test(node.operatorToken.getText())) {
      // A compiler folds a power of literals; two to an integer is exact everywhere.
      const isFixed = isLiteral(node.left) && isLiteral(node.right);
      if (!isFixed && node.left.getText() !== '2') found.push(node.getText());
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found.map((use) => `${path}: ${use}`);
}

test('src/ computes with exact functions only', () => {
  const paths = readdirSync(src, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'));
  const checked = paths.filter((path) => path.endsWith('.ts') && !onlyShow.test(path));
  expect(checked.flatMap((path) => inexact(path, readFileSync(join(src, path), 'utf8')))).toEqual([]);
});

test.each(['Math.exp(x)', 'Math.random()', "Math['log'](x)", 'const { pow } = Math;', 'x ** 0.5', 'x **= 2'])(
  'the checker can fail: %s',
  (text) => expect(inexact('imagined.ts', text)).toHaveLength(1),
);

test('and passes Math.sqrt(x) * Math.PI, 2 ** -20, 2 ** bits', () => {
  expect(inexact('imagined.ts', 'Math.sqrt(x) * Math.PI + 2 ** -20 + 2 ** bits')).toEqual([]);
});
