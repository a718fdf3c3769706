// How far along a long run is, on standard error: a bar on a terminal, a line now and then elsewhere.

import { type Options, SingleBar } from 'cli-progress';

/** A run in phases, each of `total` steps. */
export interface Progress {
  phase(title: string, total: number): void;
  /** `done` of the phase's steps; a note is shown until the next one. */
  update(done: number, note?: string): void;
  /** Ends the phase. */
  done(note: string): void;
  /** Ends what stands on the terminal when a phase is cut short. */
  stop(): void;
}

/** Where progress is shown. */
export interface ProgressStream extends NodeJS.WritableStream {
  isTTY?: boolean;
}

/** A bar where the stream is a terminal, else lines. */
export function progressOn(stream: ProgressStream): Progress {
  return stream.isTTY ? bar(stream) : lines(stream);
}

const elapsed = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const finished = (title: string, note: string, since: number): string =>
  `${title}: ${note ? `${note}, ` : ''}${elapsed(since)}\n`;

function bar(stream: ProgressStream): Progress {
  const width = 18;
  const options: Options = {
    stream,
    format: `{title}  {bar} {percentage}%  {note}`,
    barCompleteChar: '━',
    barIncompleteChar: '─',
    barsize: 24,
    fps: 10,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
    linewrap: false,
  };
  let current: SingleBar | undefined;
  let title = '';
  let note = '';
  let start = 0;
  const stop = () => {
    current?.stop();
    current = undefined;
  };
  return {
    phase(name, total) {
      stop();
      [title, note, start] = [name, '', performance.now()];
      current = new SingleBar(options);
      current.start(total, 0, { title: name.padEnd(width), note });
    },
    update(done, latest) {
      note = latest ?? note;
      current?.update(done, { note });
    },
    done(latest) {
      stop();
      stream.write(finished(title, latest, start));
    },
    stop,
  };
}

function lines(stream: ProgressStream): Progress {
  let title = '';
  let note = '';
  let start = 0;
  return {
    phase(name) {
      [title, note, start] = [name, '', performance.now()];
    },
    update(_done, latest) {
      if (latest === undefined || latest === note) return;
      note = latest;
      stream.write(`${title}: ${note}\n`);
    },
    done(latest) {
      stream.write(finished(title, latest, start));
    },
    stop() {},
  };
}
