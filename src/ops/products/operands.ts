// What all products on ordinary arrays share: options checked at the door, operands copied into the engine for the call, the
// result copied out.

import { arena, type Buffer, f32, fastKernels, type Kernels, none, plainKernels } from '../../engine/index.ts';
import { checkKnown, checkWhole, numbersOf } from '../../tensor/index.ts';

/** What every product takes. */
export interface ProductOptions<B extends ArrayBufferLike = ArrayBufferLike> {
  /** Added to each row of the result: one number for each. */
  bias?: ArrayLike<number>;
  /** Applied to the result after the bias; default `linear`. NaN stays NaN. */
  activation?: 'linear' | 'relu';
  /** Where to put the result, instead of a new array. */
  out?: Float32Array<B>;
  /** Whether to use relaxed SIMD where the machine has it, faster and different in the last bits; default false. */
  relaxed?: boolean;
}

/** What products with a panel take. */
export interface PanelOptions<B extends ArrayBufferLike = ArrayBufferLike> extends ProductOptions<B> {
  /** Columns of X; default: its length by its rows. Needed where X has no rows. */
  columns?: number;
}

/** Added and clamped where a product stores: max(sum + bias, lower). */
export interface Epilogue {
  readonly bias: Buffer;
  readonly lower: number;
}

/** The kernels that `relaxed` asks for. */
export const kernelsFor = (relaxed = false): Kernels => (relaxed ? fastKernels() : plainKernels());

const known = ['bias', 'activation', 'out', 'relaxed'];

/** @throws on an unknown option or activation. */
export function checkOptions(who: string, options: ProductOptions, more: readonly string[] = []): void {
  checkKnown(who, options, [...known, ...more]);
  const { activation = 'linear' } = options;
  if (activation === 'linear' || activation === 'relu') return;
  throw new Error(`${who}: expected activation to be 'linear' or 'relu', got '${activation}'.`);
}

/** Numbers that stay as they are during the call. */
export type Operand = ReturnType<typeof numbersOf>;

/** An array of `length` numbers; `shape` says why so many. @throws on any other. */
export function operand(who: string, name: string, x: ArrayLike<number>, length: number, shape: string): Operand {
  const numbers = numbersOf(who, name, x);
  if (numbers.length === length) return numbers;
  throw new RangeError(`${who}: expected ${name} to be ${shape}, ${length} numbers, got ${numbers.length}.`);
}

/**
 * How many columns an operand of `rows` rows has.
 * @throws unless its length is a multiple of `rows`, or is `rows` times the columns that were given.
 */
export function columnsOf(who: string, name: string, { length }: Operand, rows: number, given?: number): number {
  if (given === undefined && rows === 0) throw new RangeError(`${who}: ${name} has no rows: say how many \`columns\`.`);
  if (given !== undefined) checkWhole(who, { columns: given }, 0);
  const columns = given ?? length / rows;
  if (Number.isInteger(columns) && columns >= 0 && columns * rows === length) return columns;
  const shape = given === undefined ? `${rows} rows, a multiple of ${rows} numbers` : `${rows} × ${given} numbers`;
  throw new RangeError(`${who}: expected ${name} to be ${shape}, got ${length}.`);
}

/** A copy in the arena. */
export function placed(x: Operand): Buffer {
  const buffer = arena.allocate(4 * x.length);
  f32(buffer, x.length).set(x);
  return buffer;
}

/** rows × columns numbers as `compute` leaves them in the buffer it is given. */
export function result<B extends ArrayBufferLike>(
  who: string,
  { rows, columns }: { rows: number; columns: number },
  { bias, activation, out }: ProductOptions<B>,
  compute: (y: Buffer, epilogue: Epilogue) => void,
): Float32Array<B> {
  const added = bias && operand(who, 'bias', bias, rows, 'one number for each row of the result');
  if (out && !(out instanceof Float32Array)) throw new TypeError(`${who}: expected out to be a Float32Array.`);
  if (out) operand(who, 'out', out, rows * columns, `${rows} × ${columns}`);
  return arena.scope(() => {
    const y = arena.allocate(4 * rows * columns);
    compute(y, { bias: added ? placed(added) : none, lower: activation === 'relu' ? 0 : -Infinity });
    const view = f32(y, rows * columns);
    if (!out) return view.slice() as Float32Array<B>;
    out.set(view);
    return out;
  });
}

/** Multiply-adds of a kernel call: few enough that V8 compiles the kernel well before the work is done. */
const callWork = 2 ** 21;

/** Calls `run` for parts [begin, end) of `count` rows that take `work` multiply-adds together. */
export function inParts(count: number, work: number, run: (begin: number, end: number) => void): void {
  const step = Math.max(1, Math.ceil(count / Math.max(1, Math.ceil(work / callWork))));
  for (let begin = 0; begin < count; begin += step) run(begin, Math.min(count, begin + step));
}
