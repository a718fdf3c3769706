// Training is one long computation; this gives the event loop a turn between steps, so that Ctrl-C, timers and a page stay alive.

const longest = 40;
const host = globalThis as {
  setImmediate?: (callback: () => void) => unknown;
  MessageChannel?: typeof MessageChannel;
};

/** The next turn of the event loop, after what waits there already. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (host.setImmediate) {
      host.setImmediate(resolve);
      return;
    }
    if (!host.MessageChannel) {
      setTimeout(resolve); // edge-light has nothing else
      return;
    }
    const { port1, port2 } = new host.MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** A function to await between steps: it gives the event loop a turn when it has had none for 40 ms. */
export function breather(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < longest) return;
    await turn();
    last = performance.now();
  };
}
