// How the command ends: 0 well, 1 a failure, 2 a wrong command line, 130 on Ctrl-C, 129 and 143 on SIGHUP and
// SIGTERM, 141 where nobody reads on.

/** The command line asks for what cannot be. */
export class UsageError extends Error {}

/** The user pressed Ctrl-C. */
export class Interrupted extends Error {
  constructor(message = 'interrupted, nothing was written') {
    super(message);
  }
}

/** The exit code that an error ends the process with. */
export function exitCode(error: unknown): number {
  if (error instanceof Interrupted) return 130;
  return error instanceof UsageError ? 2 : 1;
}

/** An error in one line, or with the stack that led to it. */
export function describeError(error: unknown, verbose: boolean): string {
  if (!(error instanceof Error)) return String(error);
  if (verbose) return error.stack ?? error.message;
  return error.message.replace(/\s*\n\s*/g, ' ').trim() || error.name;
}

/** What `make` gives, or the end of the process with one line of why it cannot. */
export async function orEnd<T>(who: string, make: () => T | Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    process.stderr.write(`${who}: ${describeError(error, false)}\n`);
    process.exit(exitCode(error));
  }
}
