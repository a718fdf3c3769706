// What of a parameter an update works on: all of it, or, where a step touches few rows of a table (an embedding), these rows alone, gathered
// into vectors of their own and put back afterwards. The cost then hangs on the rows touched, and weights, moments and weight decay of the
// others stay as they are (as in torch's SparseAdam).

import { arena, kernels, u32 } from '../engine/index.ts';
import { type Parameter, Store } from '../tensor/index.ts';

/** Vectors of one length, for a rule. */
export interface Part {
  readonly values: Store;
  readonly gradient: Store;
  readonly mask: Store | undefined;
  readonly slots: Readonly<Record<string, Store>>;
  /** Puts the numbers back where they came from and gives the vectors' memory back; for a whole parameter it does nothing. */
  finish(): void;
}

/** The part of a parameter and its slots that this step's gradient touches. */
export function partOf(parameter: Parameter, slots: Readonly<Record<string, Store>>): Part {
  const { values, gradient, mask, touchedRows } = parameter;
  if (!touchedRows) return { values, gradient, mask, slots, finish() {} };
  const { rows } = touchedRows;
  const width = parameter.length / parameter.shape[parameter.axes[0]];
  const gathered: { whole: Store; part: Store }[] = [];
  const gather = (whole: Store): Store => {
    const part = new Store(rows.length * width);
    gathered.push({ whole, part });
    move('take_rows_f32', rows, width, whole, part);
    return part;
  };
  return {
    values: gather(values),
    gradient: gather(gradient),
    mask: mask && gather(mask),
    slots: Object.fromEntries(Object.entries(slots).map(([name, slot]) => [name, gather(slot)])),
    finish() {
      for (const { whole, part } of gathered) {
        if (whole !== mask) move('put_rows_f32', rows, width, part, whole);
        part.dispose();
      }
    },
  };
}

function move(kernel: 'take_rows_f32' | 'put_rows_f32', rows: Uint32Array, width: number, from: Store, to: Store) {
  arena.scope(() => {
    const places = arena.allocate(4 * rows.length);
    u32(places, rows.length).set(rows);
    kernels()[kernel](0, rows.length, width, places, from.buffer, to.buffer);
  });
}
