// Ctrl-C: the first asks for a clean stop, the second ends the process at once.

import { setImmediate } from 'node:timers/promises';
import { Interrupted } from './failure.ts';

/**
 * Runs `work` with a signal that the first Ctrl-C aborts. What `work` has half written it removes itself: nobody hears of Ctrl-C after it.
 * @throws {Interrupted} when it was.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onInterrupt = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new Interrupted());
  };
  process.on('SIGINT', onInterrupt);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/** Lets the event loop turn, so that Ctrl-C is heard. @throws the signal's reason when it is aborted. */
export async function pause(signal: AbortSignal): Promise<void> {
  await setImmediate();
  await setImmediate(); // after a file was read the first comes before signals are looked at
  signal.throwIfAborted();
}
