// How training goes, as text. On a terminal one line is written over again:
//
//   Epoch 2/10  [=========>          ]  448/938  6s  loss 0.2051  accuracy 0.9402
//
// Elsewhere (a log file, a pipe) a line is written at each epoch's end only.

import { checkKnown, showValue } from '../../tensor/index.ts';
import type { Callback, FitParameters } from '../callback.ts';
import type { Logs } from '../logs.ts';

/** Where text goes: a stream of Node, or anything like it. */
export interface TextWriter {
  write(text: string): unknown;
  /** Whether a carriage return goes back to the line's beginning. */
  readonly isTTY?: boolean;
}

/** What {@link ProgressBar} takes. */
export interface ProgressBarOptions {
  /** Default standard error, or the console where there is none. */
  writer?: TextWriter;
  /** Whether to show the batches on a terminal; default true. */
  perBatch?: boolean;
}

const cells = 20;
const between = 100;

/** Shows epochs, batches, time and figures. What `verbose: 1` adds. */
export class ProgressBar implements Callback {
  readonly #writer: TextWriter;
  readonly #isLive: boolean;
  #parameters: FitParameters = { epochs: 0, steps: 0, batchSize: 0, samples: 0 };
  #epoch = 0;
  #begun = 0;
  #shown = 0;
  #width = 0;

  /** @throws on an unknown option, or a writer that does not write. */
  constructor(options: ProgressBarOptions = {}) {
    checkKnown('ProgressBar', options, ['writer', 'perBatch']);
    const { writer = standardError(), perBatch = true } = options;
    if (typeof writer?.write !== 'function') {
      throw new TypeError(`ProgressBar: expected a writer with write(), got ${showValue(writer)}.`);
    }
    this.#writer = writer;
    this.#isLive = perBatch && writer.isTTY === true;
  }

  setParameters(parameters: FitParameters): void {
    this.#parameters = parameters;
  }

  onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
    this.#begun = performance.now();
    this.#shown = 0;
  }

  onTrainBatchEnd(batch: number, logs: Logs): void {
    if (!this.#isLive || performance.now() - this.#shown < between) return;
    this.#shown = performance.now();
    const { steps } = this.#parameters;
    const done = Math.floor((cells * (batch + 1)) / steps);
    const bar = `${'='.repeat(done)}${done < cells ? '>' : ''}`.padEnd(cells).slice(0, cells);
    this.#line(`[${bar}]  ${batch + 1}/${steps}  ${this.#rest(logs)}`);
  }

  onEpochEnd(_epoch: number, logs: Logs): void {
    this.#line(this.#rest(logs));
    this.#end();
  }

  onTrainEnd(): void {
    if (this.#width) this.#end();
  }

  onTrainError(): void {
    this.onTrainEnd();
  }

  #rest(logs: Logs): string {
    const seconds = (performance.now() - this.#begun) / 1000;
    const figures = Object.entries(logs).map(([name, value]) => `${name} ${shown(value)}`);
    return [`${seconds.toFixed(seconds < 10 ? 1 : 0)}s`, ...figures].join('  ');
  }

  #line(text: string): void {
    const line = `Epoch ${this.#epoch + 1}/${this.#parameters.epochs}  ${text}`;
    this.#writer.write(this.#isLive ? `\r${line.padEnd(this.#width)}` : line);
    this.#width = line.length;
  }

  #end(): void {
    this.#writer.write('\n');
    this.#width = 0;
  }
}

const shown = (value: number): string =>
  Math.abs(value) < 0.01 ? String(Number(value.toPrecision(3))) : value.toFixed(4);

function standardError(): TextWriter {
  const { process } = globalThis as { process?: { stderr?: TextWriter } };
  if (process?.stderr) return process.stderr;
  let line = '';
  return {
    write(text) {
      line += text;
      if (!line.endsWith('\n')) return;
      console.log(line.trimEnd());
      line = '';
    },
  };
}
