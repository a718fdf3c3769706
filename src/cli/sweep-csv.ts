// The sweep's table on disk: a row for each job done, written as it is done, so that an end at any time loses none. A last line that was
// cut off is cut away.

import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { missing, reason } from './output.ts';
import { jobFields, type SweepResult } from './sweep-job.ts';

const columns = [...jobFields, 'dataset', 'weights', 'kept', 'denseAccuracy', 'accuracy', 'seconds'] as const;
const words: readonly string[] = ['network', 'criterion', 'scope', 'schedule', 'dataset'];
const head = `${columns.join(',')}\n`;

/** The rows of a file, and a way to add one. */
export interface SweepTable {
  readonly rows: readonly SweepResult[];
  add(row: SweepResult): void;
}

/** Opens a table, or begins one, in a folder made for it if need be. @throws when the file is another table, or cannot be written. */
export function openTable(file: string): SweepTable {
  const exists = existsSync(file);
  try {
    for (const each of missing(dirname(resolve(file)))) mkdirSync(each);
    appendFileSync(file, exists ? '' : head);
  } catch (error) {
    throw new Error(`Cannot write to ${file}: ${reason(error)}. Choose another file with --out.`);
  }
  const rows = exists ? readRows(file) : [];
  return tableOf(file, rows);
}

function tableOf(file: string, rows: SweepResult[]): SweepTable {
  return {
    rows,
    add(row) {
      rows.push(row);
      appendFileSync(file, `${columns.map((column) => row[column]).join(',')}\n`);
    },
  };
}

function readRows(file: string): SweepResult[] {
  const text = readFileSync(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole === '' && head.startsWith(text)) {
    writeFileSync(file, head);
    return [];
  }
  if (!whole.startsWith(head)) {
    throw new Error(`${file} is not a table of this sweep (its first line differs): choose another file with --out.`);
  }
  if (whole !== text) truncateSync(file, Buffer.byteLength(whole));
  const lines = whole.slice(head.length).split('\n').slice(0, -1);
  return lines.map((line, i) => {
    const cells = line.split(',');
    const row = columns.map((column, at) => [column, words.includes(column) ? cells[at] : Number(cells[at])] as const);
    if (cells.length === columns.length && row.every(([, value]) => value !== '' && !Number.isNaN(value))) {
      return Object.fromEntries(row) as unknown as SweepResult;
    }
    throw new Error(`${file}: row ${i + 1} is not one of this sweep: '${line.slice(0, 80)}'.`);
  });
}
