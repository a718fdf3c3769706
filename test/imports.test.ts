// Imports in src/ point one way:
//   cli → report, data → training, pruning → model → layers → ops → tensor → engine
// with `format` a leaf over `tensor`, `inference` over format and ops, and losses, optimizers, regularizers, metrics
// side by side. Only the engine knows WebAssembly, and only it computes with addresses.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

const ops = ['tensor', 'engine'];
const layers = ['ops', ...ops];
const rules = ['losses', 'optimizers', 'regularizers', 'metrics'];
const model = ['layers', 'regularizers', 'format', ...layers];
const training = ['model', ...model, ...rules];
const report = ['training', 'pruning', 'inference', ...training];

/** What each folder of src/ may import, beside itself. */
const floorPlan: Record<string, string[]> = {
  engine: [],
  tensor: ['engine'],
  ops,
  coding: layers,
  layers: [...layers, 'regularizers'],
  format: ['tensor'],
  inference: ['format', 'ops', ...ops],
  ...Object.fromEntries(rules.map((folder) => [folder, layers])),
  model,
  training,
  pruning: ['model', ...model],
  data: ['training', 'pruning', ...training],
  report,
  cli: ['', 'report', 'data', ...report],
  '': ['coding', 'data', ...report],
};

/** The four answers of a pruning rule, which know nothing of one another. */
const pruningParts = ['criteria', 'structures', 'scopes', 'schedules'];

interface Source {
  /** From src/, with slashes: `layers/dense.ts`. */
  path: string;
  text: string;
}

function sources(): Source[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .map((path) => ({ path, text: readFileSync(join(root, 'src', path), 'utf8') }));
}

/** The modules a file imports or re-exports, types and dynamic imports included. */
function imports({ text }: Source): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

const folderOf = (path: string) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '');
const partOf = (path: string) => pruningParts.find((part) => new RegExp(`^pruning/${part}[./]`).test(path));

/** One sentence per import that the floor plan forbids. */
function forbiddenImports(files: Source[]): string[] {
  return files.flatMap((file) =>
    imports(file)
      .filter((name) => name.startsWith('.'))
      .flatMap((name) => {
        const from = folderOf(file.path);
        const target = join(dirname(file.path), name).replaceAll('\\', '/');
        const to = folderOf(target);
        const edge = `${file.path} imports ${target}`;
        if (from !== to) {
          const allowed = floorPlan[from]?.includes(to) ?? false;
          if (!allowed) return [`${edge}: ${from || 'src'} may not import ${to || 'src'}`];
          if (to === 'engine' && target !== 'engine/index.ts') return [`${edge}: the engine is entered by its index`];
        }
        const [part, other] = [partOf(file.path), partOf(target)];
        return part && other && part !== other ? [`${edge}: ${part} may not import ${other}`] : [];
      }),
  );
}

/** Places outside the engine that name WebAssembly. */
function webAssemblyOutsideEngine(files: Source[]): string[] {
  const found: string[] = [];
  for (const { path, text } of files) {
    if (folderOf(path) === 'engine') continue;
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node) && node.text === 'WebAssembly') found.push(`${path} says WebAssembly`);
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest));
  }
  return found;
}

function isBuffer(type: ts.Type): boolean {
  return type.aliasSymbol?.name === 'Buffer' && (type.flags & ts.TypeFlags.Intersection) !== 0;
}

const arithmetic = /^([-+*/%&|^]|\*\*|<<|>>>?)=?$/;

/** Places outside the engine that compute with a Buffer or make it a number. */
function addressesOutsideEngine(program: ts.Program, paths: string[]): string[] {
  const checker = program.getTypeChecker();
  const found: string[] = [];
  for (const path of paths) {
    const file = program.getSourceFile(path);
    if (file === undefined) throw new Error(`${path} is not in the program.`);
    const visit = (node: ts.Node): void => {
      const operands =
        ts.isBinaryExpression(node) && arithmetic.test(node.operatorToken.getText(file))
          ? [node.left, node.right]
          : ts.isAsExpression(node) && node.type.getText(file) !== 'Buffer'
            ? [node.expression]
            : [];
      if (operands.some((operand) => isBuffer(checker.getTypeAtLocation(operand)))) {
        found.push(`${path}: ${node.getText(file)}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return found;
}

function programOf(paths: string[], host?: ts.CompilerHost): ts.Program {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: ['src'] }, ts.sys, root);
  return ts.createProgram(paths, options, host);
}

/** Names that a module exports without a docstring, and members of exported options. */
function undocumented(program: ts.Program, path: string): string[] {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(path);
  const module = file && checker.getSymbolAtLocation(file);
  if (!module) throw new Error(`${path} is not a module of the program.`);
  const isSilent = (symbol: ts.Symbol) => symbol.getDocumentationComment(checker).length === 0;
  return checker.getExportsOfModule(module).flatMap((symbol) => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const isOptions = target.flags & ts.SymbolFlags.Interface && symbol.name.endsWith('Options');
    const members = isOptions ? checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(target)) : [];
    const silent = members.filter(isSilent).map(({ name }) => `${symbol.name}.${name}`);
    return isSilent(target) ? [symbol.name, ...silent] : silent;
  });
}

/** A program in which files of src/ exist in memory only. */
function imagined(files: Record<string, string>): { program: ts.Program; paths: string[] } {
  const texts = new Map(Object.entries(files).map(([path, text]) => [join(root, 'src', path), text]));
  const host = ts.createCompilerHost({});
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.getSourceFile = (path, options) => {
    const text = texts.get(path);
    return text === undefined ? getSourceFile(path, options) : ts.createSourceFile(path, text, options, true);
  };
  const paths = [...texts.keys()];
  return { program: programOf(paths, host), paths };
}

describe('the floor plan', () => {
  const files = sources();
  const all = files.map(({ path }) => join(root, 'src', path));
  const program = programOf(all);

  test('every import points down it', () => expect(forbiddenImports(files)).toEqual([]));

  test('every folder stands on it', () => {
    expect(files.map(({ path }) => folderOf(path)).filter((folder) => !(folder in floorPlan))).toEqual([]);
  });

  test('only the engine says WebAssembly', () => expect(webAssemblyOutsideEngine(files)).toEqual([]));

  test('only the engine computes with addresses', () => {
    const outside = files.filter(({ path }) => folderOf(path) !== 'engine').map(({ path }) => join(root, 'src', path));
    expect(addressesOutsideEngine(program, outside)).toEqual([]);
  });

  test.each(['src/index.ts', 'src/inference/index.ts'])(
    'every export of %s has a docstring, and so has every option',
    (path) => {
      expect(undocumented(program, join(root, path))).toEqual([]);
    },
  );
});

describe('the checkers can fail', () => {
  test.each([
    ['ops/dense.ts', "import { dense } from '../layers/dense.ts';"],
    ['layers/dense.ts', "import type { Model } from '../model/model.ts';"],
    ['losses/mse.ts', "export { sgd } from '../optimizers/sgd.ts';"],
    ['inference/run.ts', "const { fit } = await import('../training/fit.ts');"],
    ['format/read.ts', "import { multiply } from '../ops/index.ts';"],
    ['training/fit.ts', "import { mnist } from '../data/mnist.ts';"],
    ['tensor/tensor.ts', "import { growTo } from '../engine/memory.ts';"],
    ['pruning/criteria/taylor.ts', "import { block } from '../structures/block.ts';"],
    ['pruning/criteria.ts', "import { block } from './structures.ts';"],
    ['index.ts', "export * from './cli/index.ts';"],
  ])('on an import of %s: %s', (path, text) => expect(forbiddenImports([{ path, text }])).toHaveLength(1));

  test('and pass what is allowed', () => {
    const text = "import { f32 } from '../engine/index.ts';\nimport { x } from './x.ts';\nimport 'node:fs';";
    expect(forbiddenImports([{ path: 'ops/dense.ts', text }])).toEqual([]);
  });

  test('on WebAssembly, but not in a comment or a string', () => {
    const path = 'ops/dense.ts';
    expect(webAssemblyOutsideEngine([{ path, text: 'new WebAssembly.Memory({ initial: 1 });' }])).toHaveLength(1);
    expect(webAssemblyOutsideEngine([{ path, text: "// WebAssembly\nexport const name = 'WebAssembly';" }])).toEqual(
      [],
    );
  });

  test('on addresses', () => {
    const { program, paths } = imagined({
      'ops/imagined.ts': [
        "import { at, type Buffer } from '../engine/index.ts';",
        'export const next = (buffer: Buffer) => buffer + 4;',
        'export const plain = (buffer: Buffer) => buffer as number;',
        'export const fine = (buffer: Buffer) => buffer && at(buffer, 1);',
      ].join('\n'),
    });
    expect(addressesOutsideEngine(program, paths)).toHaveLength(2);
  });

  test('on an export without a docstring', () => {
    const { program, paths } = imagined({
      'imagined.ts':
        '/** Said. */\nexport const a = 1;\nexport const b = 2;\nexport { init } from "./engine/index.ts";\n' +
        '/** Said. */\nexport interface COptions {\n  d: number;\n  /** Said. */ e: number;\n}',
    });
    expect(undocumented(program, paths[0] as string)).toEqual(['b', 'COptions.d']);
  });
});
